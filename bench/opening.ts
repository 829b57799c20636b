// The introduction of RESULTS.md: the command, the machine, the versions, and how the numbers are measured.

import { machine, versions } from './machine.js';

/** @param peers versions of the others, by name. */
export function opening(command: string, quick: boolean, peers: Readonly<Record<string, string>>): string {
  const small = quick ? ' Quick: all images are smaller than stated here, and the times mean nothing.' : '';
  return `# Measurements

Command: \`${command}\`. It makes the images, runs everything below and prints this page; \`--write\` writes it to
\`bench/RESULTS.md\`.${small}

Machine: ${machine()}. The machine is shared, so ratios are more reliable than times.

${versions(peers)}.

All programs get the same samples in memory, write the same type and use all cores; SciPy has only one thread. They
alternate, one run each per round. Times are medians in milliseconds. A ratio is the median over rounds of the other
program's time divided by convtool's. The border is replicated. Images: 6000 × 4000 RGB, 8 bits; *small* is 1500 × 1000;
the Gabor banks run over 512 × 512 grey, the bank of 64 over 227 × 227 × 3 float without a border.

- Warm: the same process, after at least 0.5 s that are not counted. Each turn begins with a call that wakes the cores,
  and lasts for 0.1 s; the median of its calls counts. A call of 0.3 s or more is a turn by itself. OpenCV and SciPy write
  into existing arrays, and convtool's maps reuse the memory of the previous ones; sharp and PyTorch have no such option.
  convtool's threads are running, as they are when the command starts its first job.
- Cold: a fresh process, from before the import of the library to the first result. Images and weights are already in
  memory, but convtool loads its kernels from JSON within that time.
- ImageMagick keeps nothing between runs: its time is that of the whole process, which reads and writes a raw file.
- *method* is convtool's: dense kernels have full rank, so splitting them gains nothing. Gabor kernels with γ = 1 are sums
  of two products of a row and a column, most of those with γ = 0.5 are not.
- *difference* is the largest difference from convtool's result, border included: in levels for u8, else as a share of
  the largest response. A run with more than 1 level or 1e-4 fails; blurs of other programs may differ more.
- OpenCV's GaussianBlur uses 17 taps for σ = 2.5 and 61 for σ = 10 on 8-bit samples, with weights in steps of 1/256.
  sharp's blur leaves out weights below a fifth of the largest (\`minAmplitude\`) and rounds the others: 9 taps.
- sharp's convolve and ImageMagick truncate fractions where convtool rounds.
- 128-bit vectors: PyTorch limited to SSE4.1, the vector width of WebAssembly; by default it uses the widest vectors of
  the machine.
`;
}
