// `npm run bench`: convtool beside sharp.convolve on one image in one run, warm and cold. Both sides take turns,
// so that a change of the machine's speed meets both. With --write the table goes to bench/RESULTS.md.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { convtoolSide, type Side, sharpSide } from './sides.js';
import { benchImage, type Work, works } from './works.js';

const COLD_RUNS = 3;

interface Row {
  readonly work: string;
  readonly warm: readonly [number, number];
  readonly cold: readonly [number, number];
  /** sharp over convtool: median of the ratios of neighbouring runs. */
  readonly warmRatio: number;
  readonly coldRatio: number;
}

const image = benchImage();
const [convtool, other] = [await convtoolSide(), await sharpSide()];
const rows: Row[] = [];
for (const work of await works()) {
  rows.push(await compare(work));
  process.stderr.write(`${line(rows.at(-1)!)}\n`);
}
const report = table(rows);
process.stdout.write(report);
if (process.argv.includes('--write')) {
  writeFileSync(fileURLToPath(new URL('./RESULTS.md', import.meta.url)), report);
}

async function compare(work: Work): Promise<Row> {
  await checkAlike(work);
  const warm = await takeTurns(
    work.runs,
    () => time(convtool, work),
    () => time(other, work),
  );
  const cold = await takeTurns(
    Math.min(COLD_RUNS, work.runs),
    async () => coldTime('convtool', work),
    async () => coldTime('sharp', work),
  );
  return {
    work: work.name,
    warm: warm.medians,
    cold: cold.medians,
    warmRatio: warm.ratio,
    coldRatio: cold.ratio,
  };
}

async function takeTurns(runs: number, a: () => Promise<number>, b: () => Promise<number>) {
  const pairs: [number, number][] = [];
  for (let run = 0; run < runs; run++) pairs.push([await a(), await b()]);
  return {
    medians: [median(pairs.map(([x]) => x)), median(pairs.map(([, y]) => y))] as const,
    ratio: median(pairs.map(([x, y]) => y / x)),
  };
}

async function time(side: Side, { kernel }: Work): Promise<number> {
  const started = performance.now();
  await side(image, kernel);
  return performance.now() - started;
}

function coldTime(side: string, { name }: Work): number {
  const script = fileURLToPath(new URL('./cold.ts', import.meta.url));
  return Number(
    execFileSync(process.execPath, ['--import', 'tsx', script, side, name], { encoding: 'utf8' }),
  );
}

/** Both sides must do the same work: interiors at most 1 apart (sharp cuts fractions off, convtool rounds). */
async function checkAlike({ name, kernel }: Work): Promise<void> {
  const ours = (await convtool(image, kernel)).slice();
  const theirs = await other(image, kernel);
  const { width, height, channels } = image;
  const margin = Math.max(kernel.width, kernel.height);
  for (let y = margin; y < height - margin; y += 97) {
    for (let i = (y * width + margin) * channels; i < (y * width + width - margin) * channels; i++) {
      if (Math.abs(ours[i]! - theirs[i]!) > 1)
        throw new Error(`${name}: ${ours[i]} and ${theirs[i]} at ${i}`);
    }
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function line({ work, warm, cold, warmRatio, coldRatio }: Row): string {
  const ms = (value: number) => value.toFixed(0);
  const times = (value: number) => `${value.toFixed(1)}×`;
  const cells = [
    work,
    ms(warm[0]),
    ms(warm[1]),
    times(warmRatio),
    ms(cold[0]),
    ms(cold[1]),
    times(coldRatio),
  ];
  return `| ${cells.join(' | ')} |`;
}

function table(all: readonly Row[]): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  return `# Measured

Command: \`npm run bench -- --write\`. Image: 6000 × 4000 RGB, 8 bits, made by \`bench/works.ts\`; in memory, 8-bit
samples in and out, all cores on both sides, both sides taking turns in one run. Times are medians in milliseconds;
a ratio is the median of the ratios of neighbouring runs. Warm: the same process; convtool's maps take over the memory of
the last one, which sharp cannot be asked to do. Cold: a
fresh process, from before the library is imported to the first result. sharp's \`convolve\` cuts fractions off
where convtool rounds; results are checked to be at most 1 apart away from the rim.

Machine: ${model}, ${availableParallelism()} cores, ${gib} GiB, Linux ${release()}. Node ${process.versions.node}, convtool
${version}, sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}. The machine is shared: ratios are steadier than times.

| work | convtool warm | sharp warm | ratio | convtool cold | sharp cold | ratio |
|---|---|---|---|---|---|---|
${all.map(line).join('\n')}
`;
}
