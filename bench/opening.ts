// How RESULTS.md opens: the command, the machine, the versions, and how the numbers came about.

import { machine, versions } from './machine.js';

/** @param peers versions of the others, by name. */
export function opening(command: string, quick: boolean, peers: Readonly<Record<string, string>>): string {
  const small = quick ? ' Quick: all images are smaller than said here, and the times mean nothing.' : '';
  return `# Measured

Command: \`${command}\`. It makes the images, runs everything below and prints this; with \`--write\` it becomes
\`bench/RESULTS.md\`.${small}

Machine: ${machine()}. The machine is shared: ratios are steadier than times.

${versions(peers)}.

All sides get the same samples in memory, write the same type and use all cores; SciPy has one thread only. They take
turns, one run each, in one go; times are medians in milliseconds, a ratio is the median of the ratios of the same
rounds: how many times as long the other took. Edges are repeated. Images: 6000 × 4000 RGB, 8 bits; *small* is
1500 × 1000; the Gabor banks slide over 512 × 512 grey, the bank of 64 over 227 × 227 × 3 float without a border.

- Warm: the same process, after at least 0.5 s that are not counted. Each turn begins with a call that wakes the cores
  and goes on for 0.1 s, of which the median counts; a call of 0.3 s or more is a turn by itself. OpenCV and SciPy write
  into arrays that are there already, convtool's maps take over the memory of the last ones; sharp and PyTorch cannot
  be asked to do so. convtool's threads are up, as the command has them before its first job.
- Cold: a fresh process, from before the library is imported to the first result; images and weights are in memory
  before, but convtool loads its kernels from JSON within that time.
- ImageMagick keeps nothing between runs: its time is that of the whole process, with a raw file read and one written.
- *method* is convtool's: dense kernels have full rank, so that nothing is gained by splitting them. Gabor kernels with
  γ = 1 are sums of two products of a row and a column, those with γ = 0.5 mostly are not.
- *apart* is the largest difference from convtool's result, edges included: in levels for u8, else as a share of the
  largest response. A run in which it is larger than 1 level or 1e-4 fails; blurs by others may be further away.
- OpenCV's GaussianBlur takes 17 taps for σ = 2.5 and 61 for σ = 10 on 8-bit samples, with weights in steps of 1/256.
  sharp's blur leaves out weights below a fifth of the largest (\`minAmplitude\`) and rounds the others: 9 taps.
- sharp's convolve and ImageMagick cut fractions off where convtool rounds.
- Vectors of 128 bits: PyTorch held to SSE4.1, the width that WebAssembly has; by itself it takes the widest there are.
`;
}
