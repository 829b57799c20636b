// Time against image size: whether a megapixel costs the same in large and small images.

import { availableParallelism } from 'node:os';
import { benchImage } from './images.js';
import { dense } from './kernels.js';
import { openConvtool } from './sides.js';
import { milliseconds, table } from './table.js';
import { median, steady, takeTurns, timed } from './turns.js';

const MEGAPIXELS = [1, 4, 16, 64, 256];
const QUICK_MEGAPIXELS = [0.25, 1];
const ROUNDS = 5;

export async function megapixelsSection(quick: boolean): Promise<string> {
  const rows: string[][] = [];
  for (const megapixels of quick ? QUICK_MEGAPIXELS : MEGAPIXELS) {
    const medians = await mediansAt(megapixels, quick ? 2 : ROUNDS);
    const cells = medians.flatMap((ms) => [milliseconds(ms), (ms / megapixels).toPrecision(3)]);
    rows.push([String(megapixels), ...cells]);
  }
  const heading = ['megapixels', 'sobel-x', 'per megapixel', 'dense 5×5', 'per megapixel'];
  return `## Time and size

Grey, 8 bits in and out, square images, warm; milliseconds.

${table(heading, rows)}`;
}

/** Of sobel-x and of the dense kernel. */
async function mediansAt(megapixels: number, rounds: number): Promise<number[]> {
  const side = Math.sqrt(megapixels) * 1000;
  const image = benchImage({ width: side, height: side, channels: 1, depth: 8 });
  const slide = { output: 'uint8', stride: 1, extent: 'same', threads: availableParallelism() } as const;
  const turns = [];
  for (const kernel of ['sobel-x', JSON.stringify(dense(5))]) {
    const run = timed(await openConvtool({ ...slide, kernel }, image));
    turns.push({ run: await steady(run), rounds });
  }
  return (await takeTurns(turns)).map(median);
}
