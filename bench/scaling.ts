// Two threads compared with one, on a work that is mostly arithmetic.

import { benchImage } from './images.js';
import { dense } from './kernels.js';
import { openConvtool } from './sides.js';
import { milliseconds, table, times, verdict } from './table.js';
import { median, ratio, steady, takeTurns, timed } from './turns.js';

const TARGET = 1.8;
const ROUNDS = 6;

export async function scalingSection(quick: boolean): Promise<string> {
  const shape = quick ? { width: 900, height: 600 } : { width: 6000, height: 4000 };
  const image = benchImage({ ...shape, channels: 3, depth: 8 });
  const slide = { kernel: JSON.stringify(dense(9)), output: 'float32', stride: 1, extent: 'same' } as const;
  const turns = [];
  for (const threads of [2, 1]) {
    const run = timed(await openConvtool({ ...slide, threads }, image));
    turns.push({ run: await steady(run), rounds: quick ? 2 : ROUNDS });
  }
  const [two, one] = (await takeTurns(turns)) as [number[], number[]];
  const gain = ratio(two, one);
  const cells = [milliseconds(median(one)), milliseconds(median(two)), times(gain), verdict(gain, TARGET)];
  return `## Threads

Dense 9×9 → f32 on ${shape.width} × ${shape.height} RGB, 8 bits, warm, alternating; milliseconds.

${table(['one thread', 'two threads', 'ratio', 'target'], [cells])}`;
}
