// Works that miss their target: the time that the target allows, compared with the time for the arithmetic alone at the
// machine's peak and for copying the samples alone. Times nothing itself.

import { availableParallelism } from 'node:os';
import type { Row } from './compare.js';
import { milliseconds, table } from './table.js';

interface Least {
  /** Multiplications and additions per output sample. */
  readonly operations: number;
  /** Bytes read and written per sample. */
  readonly bytes: number;
  readonly samples: number;
  /** Why the target is missed, and what would help. */
  readonly why: string;
}

const LARGE = 6000 * 4000 * 3;
const DENSE =
  'OpenCV multiplies and adds in one instruction over 256 bits, WebAssembly in two over 128. Fused multiply-adds ' +
  '(relaxed SIMD, from Node 22 on) would gain about a quarter, but give different bytes on different machines. Fewer ' +
  'operations are not possible: transforms cost more than 25 taps. At the rate of the tap loop below, 25 taps take about ' +
  'two thirds of the time that 4× OpenCV allows, copying samples a sixth, and turning sums into responses an eighth ' +
  '(0.25 ns per sample).';

/** By the name of the work. */
const LEAST: Readonly<Record<string, Least>> = {
  'sobel-x 3×3 → u8': {
    operations: 8,
    bytes: 2,
    samples: LARGE,
    why:
      'Copies take about 30 % of the time (see above), the rest is the loop, of which half are the smallest and ' +
      'largest sum, clipped samples and packing. A loop fixed to gradients of 3×3 would gain a tenth. Inside one ' +
      'shared WebAssembly memory that holds image and map there are no copies, but images from elsewhere are not in it.',
  },
  'dense 5×5 → f32': { operations: 50, bytes: 5, samples: LARGE, why: DENSE },
  'dense 5×5 → u8': { operations: 50, bytes: 2, samples: LARGE, why: DENSE },
  'gaussian σ=2.5, 21 taps → u8': {
    operations: 64,
    bytes: 2,
    samples: LARGE,
    why:
      'sharp sums 9 taps with 8-bit weights in whole numbers; convtool sums 21 in float32 and stays within 4e-6 of the ' +
      'definition, from which sharp differs by up to 3 levels. Narrower sums would exceed that bound. Its loops run at ' +
      'about 60 % of the rate at which the processor adds vectors of 128 bits; a fused form without borders and ' +
      'copies was 1.16 to 1.3 times as fast.',
  },
  'gaussian σ=10, 61 taps → u8': {
    operations: 184,
    bytes: 2,
    samples: LARGE,
    why:
      'OpenCV sums whole numbers of 16 bits with weights in steps of 1/256; convtool stays within 4e-6. Fusing the ' +
      'product with the neighbouring stages gains 10 to 20 % along columns, and nothing along rows (−3 to 2 %).',
  },
  'box 51×51 → u8': {
    operations: 9,
    bytes: 2,
    samples: LARGE,
    why:
      'Totals, sums, rounding and packing in one loop take 0.43 ns per sample (0.3 with four channels, which need no ' +
      'shuffles), copying bytes in and out 0.1; a memory shared with the image would save that.',
  },
  '64 kernels 11×11×3, stride 4 → f32': {
    operations: 2 * 363,
    bytes: 4,
    samples: 64 * 55 * 55,
    why:
      'PyTorch multiplies and adds 16 numbers in one instruction, WebAssembly 4 in two. PyTorch limited to 128 bits is in ' +
      'the last row of the table above. The arithmetic alone takes longer than all of PyTorch; the rest is ' +
      'packing the image in each thread, 3520 rows of 55 sums with a few calls each, and 0.2 ms of messages. Loops over ' +
      'several kernels would save calls, not multiplications.',
  },
};

/**
 * The section, or an empty string if all targets are met.
 * @param peak GMAC/s of one thread; `move` is in nanoseconds per byte.
 */
export function limitsSection(rows: readonly Row[], peak: number, move: number): string {
  const missed = rows.filter(
    ({ peer, warm }) => warm && peer.target !== undefined && warm.ratio < peer.target,
  );
  if (missed.length === 0) return '';
  const threads = availableParallelism();
  const cells = missed.map(({ work, peer, warm }) => {
    const least = LEAST[work.name];
    const arithmetic = least ? (least.operations / 2 / peak / threads) * (least.samples / 1e6) : null;
    const moving = least ? (least.bytes * move * least.samples) / threads / 1e6 : null;
    const leaves = warm!.theirs / peer.target!;
    const times = [leaves, arithmetic, moving, warm!.ours].map((ms) =>
      ms === null ? '–' : milliseconds(ms),
    );
    return [work.name, ...times];
  });
  const reasons = [...new Set(missed.map(({ work }) => work.name))].map(
    (name) => `- ${name}: ${LEAST[name]?.why ?? 'not examined yet.'}`,
  );
  return `## Targets missed, and why

Milliseconds on all cores: the time that the target allows, the arithmetic alone at the peak below
(${peak.toFixed(1)} GMAC/s per thread), copying samples alone (${move.toFixed(2)} ns per byte between shared and private memory), and the
time of convtool.

${table(['work', 'target', 'arithmetic', 'copying', 'convtool'], cells)}
${reasons.join('\n')}
`;
}
