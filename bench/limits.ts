// Works that miss their target: how long the arithmetic alone would take at the machine's peak, and moving the samples
// alone, beside the time that the target leaves. Knows what a work's arithmetic is; times nothing itself.

import { availableParallelism } from 'node:os';
import type { Row } from './compare.js';
import { milliseconds, table } from './table.js';

interface Least {
  /** Multiplications and additions of one sample of the result. */
  readonly operations: number;
  /** Bytes of a sample read and of one written. */
  readonly bytes: number;
  readonly samples: number;
  /** What stands in the way, and what would help. */
  readonly why: string;
}

const LARGE = 6000 * 4000 * 3;
const DENSE =
  'OpenCV multiplies and adds in one instruction over 256 bits, WebAssembly in two over 128. Fused multiply-adds ' +
  '(relaxed SIMD, from Node 22 on) would give about a quarter more, and other bytes on other machines. Fewer operations are ' +
  'not to be had: transforms cost more than 25 taps. At the rate of the tap loop below, 25 taps take about two thirds of ' +
  'what 4× OpenCV leaves, moving samples a sixth, what makes responses of sums an eighth (0.25 ns a sample).';

/** By the name of the work, as far as it is known. */
const LEAST: Readonly<Record<string, Least>> = {
  'sobel-x 3×3 → u8': {
    operations: 12,
    bytes: 2,
    samples: LARGE,
    why:
      'The loop and what makes bytes of its sums take half of the time, moving samples between shared memory and that of ' +
      'a thread a fifth. Inside one shared WebAssembly memory that holds image and map the loop takes a fifth less ' +
      '(11.5 instead of 14.5 ms, without borders), but no image that comes from elsewhere lies in such a memory.',
  },
  'dense 5×5 → f32': { operations: 50, bytes: 5, samples: LARGE, why: DENSE },
  'dense 5×5 → u8': { operations: 50, bytes: 2, samples: LARGE, why: DENSE },
  'gaussian σ=2.5, 21 taps → u8': {
    operations: 64,
    bytes: 2,
    samples: LARGE,
    why:
      'sharp sums 9 taps with weights of 8 bits in whole numbers; convtool sums 21 in float32 and stays within 4e-6 of ' +
      'the definition, where sharp is up to 3 levels away. Narrower sums would break that promise.',
  },
  'gaussian σ=10, 61 taps → u8': {
    operations: 184,
    bytes: 2,
    samples: LARGE,
    why:
      'OpenCV sums whole numbers of 16 bits with weights in steps of 1/256; convtool stays within 4e-6. Joining the ' +
      'product with the stages beside it gains 10 to 20 % along columns, along rows nothing (−3 to 2 %).',
  },
  'box 51×51 → u8': {
    operations: 9,
    bytes: 2,
    samples: LARGE,
    why:
      'Totals, sums, rounding and packing take 0.43 ns a sample at one go (0.3 with four channels, which need no ' +
      'shuffles), moving bytes in and out 0.1; a memory shared with the image would save that.',
  },
  '64 kernels 11×11×3, stride 4 → f32': {
    operations: 2 * 363,
    bytes: 4,
    samples: 64 * 55 * 55,
    why:
      'PyTorch multiplies and adds 16 numbers in one instruction, WebAssembly 4 in two; held to 128 bits PyTorch takes the ' +
      'time in the row below it. The tap loop alone takes 2.1 ms, more than all of PyTorch; the rest is laying out the ' +
      'image in each thread, 3520 rows of 55 sums with a few calls each, and 0.2 ms of messages. Loops over several ' +
      'kernels at a time would save calls, not multiplications.',
  },
};

/**
 * The section, or nothing where all targets are met.
 * @param peak thousand million multiply-adds a second of one thread; `move` nanoseconds a byte.
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
    (name) => `- ${name}: ${LEAST[name]?.why ?? 'not looked into yet.'}`,
  );
  return `## Targets missed, and why

Milliseconds on all cores: what the target leaves, the arithmetic alone at the peak below (${peak.toFixed(1)} GMAC/s a
thread), the moving of samples alone (${move.toFixed(2)} ns a byte between shared memory and a thread's own), and what
convtool took.

${table(['work', 'the target leaves', 'arithmetic', 'moving', 'convtool'], cells)}
${reasons.join('\n')}
`;
}
