// Whole runs, from file to file: convtool and other programs as processes, alternating, and the sizes of files and memory.
// `npm run bench -- --whole` prints the section; --write replaces the one in RESULTS.md.

import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { atMost, milliseconds, table, times, verdict } from './table.js';
import { median, ratio, takeTurns } from './turns.js';
import { leastTimes } from './whole/least.js';
import { memorySection } from './whole/memory.js';
import { drawing, manyPhotographs, manyPictures, photograph, text } from './whole/pictures.js';
import { type Command, runCommand, timeCommand } from './whole/process.js';
import { convtool, leastOfJpeg, MATRIX, oneJpeg, onePicture, wholeFolder } from './whole/sides.js';

export const WHOLE_HEADING = '## Whole runs';

interface Race {
  readonly work: string;
  readonly sides: Readonly<Record<string, Command>>;
  /** The ratio to convtool that each other program should reach at least, by name. */
  readonly targets: Readonly<Record<string, number>>;
  readonly rounds: number;
  /** Rounds of the slow ones. */
  readonly slowRounds?: number;
  /** The output folder, emptied before each run. */
  readonly out: string;
}

const LARGE = { width: 6000, height: 4000 };
const SLOW = /vips|ImageMagick/;

export async function wholeSection(folder: string, quick: boolean, about: string): Promise<string> {
  const { width, height } = quick ? { width: 1500, height: 1000 } : LARGE;
  const count = quick ? 50 : 1000;
  writeFileSync(join(folder, 'sobel.mat'), MATRIX);
  await photograph(join(folder, 'large.png'), width, height);
  await photograph(join(folder, 'large.jpg'), width, height);
  await photograph(join(folder, 'small.png'), 512, 512);
  await manyPictures(join(folder, 'grain'), count);
  manyPhotographs(join(folder, 'photographs'), count);
  mkdirSync(join(folder, 'out'), { recursive: true });
  const races: Race[] = [
    {
      work: `${width}×${height} RGB PNG → PNG`,
      sides: onePicture('large.png', 'out/large.png'),
      targets: { 'python-opencv': 2, vips: 5, ImageMagick: 5 },
      rounds: 7,
      slowRounds: 2,
      out: 'out',
    },
    {
      work: `${width}×${height} RGB JPEG → JPEG`,
      sides: oneJpeg('large.jpg', 'out/large.jpg'),
      targets: { 'python-opencv': 1, vips: 1 },
      rounds: 7,
      slowRounds: 3,
      out: 'out',
    },
    {
      work: '512² RGB PNG → PNG',
      sides: onePicture('small.png', 'out/small.png'),
      targets: { sharp: 1 / 1.2 },
      rounds: 25,
      out: 'out',
    },
    {
      work: `${count.toLocaleString('en-US')} photographs of 512² as PNG, two cores`,
      sides: wholeFolder('photographs', 'out'),
      targets: { 'python-opencv': 1.5, vips: 2, ImageMagick: 2 },
      rounds: 5,
      slowRounds: 1,
      out: 'out',
    },
    {
      work: `${count.toLocaleString('en-US')} PNGs of 512² with much grain, two cores`,
      sides: fastest(wholeFolder('grain', 'out')),
      targets: { 'python-opencv': 1.5 },
      rounds: 5,
      out: 'out',
    },
  ];
  const rows: string[][] = [];
  for (const race of races) rows.push(...(await run(race, folder)));
  return [
    `${WHOLE_HEADING}\n`,
    about,
    'Processes from start to end, files in the page cache. Programs alternate; times are medians in milliseconds. vips sums',
    'whole numbers, and vips, sharp and ImageMagick do not take absolute values. OpenCV compresses PNG with its default',
    'level. convtool writes JPEG with quality 95 and full colour resolution, OpenCV with 95 and vips with 75, both at half',
    'colour resolution. vips decodes, sums and encodes concurrently. sharp delivers samples only when all are decoded, so a',
    'program that computes between its decoder and its encoder cannot be faster than a script that does nothing there. The',
    'photographs of 512² are crops of those in scikit-image, 0.6 bytes per sample in PNG; those with grain have 0.9, so most of the',
    'time is inflating and deflating.\n',
    table(['work', 'compared with', 'convtool', 'other', 'ratio', 'target'], rows),
    await leastTimes(leastOfJpeg('large.jpg', 'out/large.jpg'), folder),
    await sizes(folder, quick),
    await startUp(folder),
    await memorySection(folder, { width, height, quick }),
  ].join('\n');
}

/** Without the programs that take minutes over a folder. */
function fastest(sides: Readonly<Record<string, Command>>): Readonly<Record<string, Command>> {
  return Object.fromEntries(Object.entries(sides).filter(([name]) => !SLOW.test(name)));
}

async function run(race: Race, folder: string): Promise<string[][]> {
  const names = Object.keys(race.sides);
  const turns = names.map((name) => ({
    rounds: SLOW.test(name) && race.slowRounds !== undefined ? race.slowRounds : race.rounds,
    run: async () => {
      rmSync(join(folder, race.out), { recursive: true });
      mkdirSync(join(folder, race.out));
      return timeCommand(race.sides[name]!, folder);
    },
  }));
  const all = await takeTurns(turns);
  const rows = names.slice(1).map((name, i) => {
    const [ours, theirs] = [all[0]!, all[i + 1]!];
    const value = ratio(ours, theirs);
    const cells = [milliseconds(median(ours)), milliseconds(median(theirs)), times(value)];
    const target = race.targets[name];
    return [race.work, name, ...cells, target === undefined ? '' : verdict(value, Number(target.toFixed(2)))];
  });
  for (const row of rows) process.stderr.write(`${row.join(' | ')}\n`);
  return rows;
}

/** Sizes of PNG files. */
async function sizes(folder: string, quick: boolean): Promise<string> {
  const [width, height] = quick ? [600, 400] : [2480, 3508];
  await text(join(folder, 'text.png'), width, height);
  await drawing(join(folder, 'drawing.png'), width, height);
  const rows: string[][] = [];
  for (const picture of ['large.png', 'text.png', 'drawing.png']) {
    for (const kernel of ['identity', 'sobel-x', 'gaussian:2']) {
      rows.push(await sizesOf(picture, kernel, folder));
      process.stderr.write(`${rows.at(-1)!.join(' | ')}\n`);
    }
  }
  const heading = [
    'map',
    'sharp',
    'fast',
    'default',
    'small',
    'to sharp',
    'target',
    'small to sharp',
    'target',
  ];
  return [
    "Bytes of PNG files of maps, by `--compression`, compared with sharp's default (level 6):\n",
    table(heading, rows),
  ].join('\n');
}

async function sizesOf(picture: string, kernel: string, folder: string): Promise<string[]> {
  const bytes: number[] = [];
  const path = join(folder, 'size.png');
  for (const compression of ['fast', 'default', 'small']) {
    const words = ['-k', kernel, '--quiet', '--compression', compression, '-o', 'size.png', picture];
    runCommand(convtool('apply', ...words), folder);
    bytes.push(statSync(path).size);
  }
  const theirs = (await sharp(path).png().toBuffer()).length;
  const [, normal, small] = bytes as [number, number, number];
  const most = picture === 'large.png' ? 1 : 1.3;
  return [
    `${picture.replace('.png', '').replace('large', 'photograph')}, ${kernel}`,
    ...[theirs, ...bytes].map((size) => size.toLocaleString('en-US')),
    times(normal / theirs),
    atMost(normal / theirs, most, '×'),
    times(small / theirs),
    atMost(small / theirs, 1, '×'),
  ];
}

/** Start-up times. */
async function startUp(folder: string): Promise<string> {
  const sides = {
    'node, an empty script': { program: process.execPath, args: ['-e', '0'] },
    'convtool --version': convtool('--version'),
    'convtool apply, 512² PNG': onePicture('small.png', 'out/small.png').convtool!,
  };
  const turns = Object.values(sides).map((side) => ({
    rounds: 25,
    run: async () => timeCommand(side, folder),
  }));
  const all = await takeTurns(turns);
  const rows = Object.keys(sides).map((name, i) => [name, milliseconds(median(all[i]!))]);
  return ['Start-up, milliseconds:\n', table(['process', 'median'], rows)].join('\n');
}
