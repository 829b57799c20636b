// Peak memory of whole runs over large pictures, above that of a process that does nothing.

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { atMost, table } from '../table.js';
import { median } from '../turns.js';
import { photograph, withAlpha } from './pictures.js';
import { type Command, peakMemory } from './process.js';
import { convtool, onlyDecoding } from './sides.js';

const ROUNDS = 5;
const MEGA = 1e6;

interface MemoryWork {
  readonly work: string;
  readonly words: readonly string[];
  readonly input: string;
  /** MB above idle, for 24 megapixels. */
  readonly target: number;
}

const WORKS: readonly MemoryWork[] = [
  { work: 'RGB PNG → PNG', words: ['-k', 'sobel-x'], input: 'large.png', target: 75 },
  {
    work: 'RGBA, kept alpha',
    words: ['-k', 'sobel-x', '--alpha', 'keep'],
    input: 'large-alpha.png',
    target: 150,
  },
  {
    work: 'four kernels to four PNGs',
    words: ['sobel-x', 'sobel-y', 'laplacian', 'sharpen'].flatMap((kernel) => ['-k', kernel]),
    input: 'large.png',
    target: 200,
  },
  { work: '`--border wrap`', words: ['-k', 'sobel-x', '--border', 'wrap'], input: 'large.png', target: 150 },
  {
    work: '`--combine rss`',
    words: ['-k', 'sobel-x', '-k', 'sobel-y', '--combine', 'rss'],
    input: 'large.png',
    target: 120,
  },
  { work: '`--map minmax`', words: ['-k', 'sobel-x', '--map', 'minmax'], input: 'large.png', target: 120 },
  { work: '`--linear`', words: ['-k', 'sobel-x', '--linear'], input: 'large.png', target: 150 },
];

/** The section's text. `folder` holds large.png; `quick` runs everything once, with pictures too small for the targets. */
export async function memorySection(
  folder: string,
  { width, height, quick }: { readonly width: number; readonly height: number; readonly quick: boolean },
): Promise<string> {
  await withAlpha(join(folder, 'large.png'), join(folder, 'large-alpha.png'));
  await photograph(join(folder, 'medium.jpg'), 1632, 1224);
  const rounds = quick ? 1 : ROUNDS;
  const peak = (command: Command) =>
    median(Array.from({ length: rounds }, () => peakMemory(command, folder)));
  const run = (words: readonly string[], input: string) =>
    peak(convtool('apply', ...words, '--quiet', '--out', 'out/', input));
  const cells = (work: string, bytes: number, base: number, target: number) => {
    const above = (bytes - base) / MEGA;
    return [work, (bytes / MEGA).toFixed(0), above.toFixed(0), quick ? '' : atMost(above, target)];
  };
  const idle = peak(convtool('--version'));
  const decoded = peak(onlyDecoding('medium.jpg'));
  const rows = WORKS.map(({ work, words, input, target }) => cells(work, run(words, input), idle, target));
  const jpeg = run(['-k', 'sobel-x'], 'medium.jpg');
  rows.push(cells('JPEG of 2 megapixels → PNG, above sharp that only decodes it', jpeg, decoded, 40));
  return [
    `Peak memory, medians of ${rounds}, on ${availableParallelism()} cores, above that of \`convtool --version\`; pictures of ${width}×${height}:\n`,
    table(['work', 'peak, MB', 'above, MB', 'target'], rows),
  ].join('\n');
}
