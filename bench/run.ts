// `npm run bench` compares convtool with sharp. --peers adds OpenCV, SciPy, PyTorch and ImageMagick and the other
// sections; --write writes them to bench/RESULTS.md. --whole measures whole processes, from file to file, and --layers
// stacks of layers against PyTorch; with --write each replaces its section. --quick uses small images, --only <text> runs
// only the works whose name contains the text.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { warmPool } from '../dist/engine/pool.js';
import { accuracySection } from './accuracy.js';
import { compare, type Row } from './compare.js';
import { copiesSection } from './copies.js';
import { firstRunsSection } from './first-runs.js';
import { LAYERS_HEADING, layersSection } from './layers.js';
import { limitsSection } from './limits.js';
import { moveCost } from './loop-rates.js';
import { machine, versions } from './machine.js';
import { megapixelsSection } from './megapixels.js';
import { opening } from './opening.js';
import { peakRate, peakSection } from './peak.js';
import { findImageMagick } from './peers/magick.js';
import { PythonPeers } from './peers/python.js';
import { scalingSection } from './scaling.js';
import { COMPARISON, comparisonCells, table } from './table.js';
import { Tasks } from './tasks.js';
import { vipsVersion } from './whole/sides.js';
import { WHOLE_HEADING, wholeSection } from './whole.js';
import { type Work, works } from './works.js';

const RESULTS = fileURLToPath(new URL('./RESULTS.md', import.meta.url));
const QUICK_ROUNDS = 2;

const { values: options } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
    layers: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const asked = [options.peers, options.whole, options.layers].filter(Boolean).length;
if (asked > 1 || (options.write && (asked === 0 || options.quick || options.only !== ''))) {
  throw new Error('--write needs one of --peers, --whole and --layers, and neither --quick nor --only');
}
const folder = mkdtempSync(join(tmpdir(), 'convtool-bench-'));
try {
  const report = await (options.whole ? wholeRuns() : options.layers ? layers() : inMemory());
  process.stdout.write(report);
  if (options.write) writeFileSync(RESULTS, withSection(report));
} finally {
  rmSync(folder, { recursive: true });
}

/** The results with a report in place of the one that was there: what is measured in memory, whole runs, layers. */
function withSection(report: string): string {
  const text = readFileSync(RESULTS, 'utf8');
  const sections = ['', WHOLE_HEADING, LAYERS_HEADING].map((heading) => sectionOf(text, heading));
  sections[options.whole ? 1 : options.layers ? 2 : 0] = report;
  return sections.filter((section) => section !== '').join('\n');
}

/** A section from its heading to before the next of them, without the blank line between; the first has none. */
function sectionOf(text: string, heading: string): string {
  const starts = [WHOLE_HEADING, LAYERS_HEADING]
    .map((one) => text.indexOf(`\n${one}\n`))
    .filter((at) => at >= 0);
  const start = heading === '' ? 0 : text.indexOf(`\n${heading}\n`) + 1;
  if (heading !== '' && start === 0) return '';
  const end = Math.min(text.length, ...starts.filter((at) => at >= start));
  return text.slice(start, end);
}

async function layers(): Promise<string> {
  const python = new PythonPeers(folder);
  try {
    return await layersSection(
      folder,
      python,
      options.quick,
      `Command: \`${commandLine()}\`. Machine: ${machine()}.`,
    );
  } finally {
    python.close();
  }
}

function commandLine(): string {
  return ['npm run bench --', ...process.argv.slice(2)].join(' ');
}

async function wholeRuns(): Promise<string> {
  const python = new PythonPeers(folder);
  const peers = { ...(await python.versions()), ImageMagick: findImageMagick().version, vips: vipsVersion() };
  python.close();
  const about = `Command: \`${commandLine()}\`. Machine: ${machine()}. ${versions(peers)}.\n`;
  return wholeSection(folder, options.quick, about);
}

async function inMemory(): Promise<string> {
  const python = new PythonPeers(folder);
  // Without this, works before the first long one would run on one thread.
  warmPool(availableParallelism());
  try {
    return options.peers ? await wholeReport(python) : comparison(await compareAll(onlySharp, python));
  } finally {
    python.close();
  }
}

async function wholeReport(python: PythonPeers): Promise<string> {
  const rows = await compareAll((work) => work, python);
  const versions = { ...(await python.versions()), ImageMagick: findImageMagick().version };
  const sections = [opening(commandLine(), options.quick, versions), comparison(rows)];
  if (options.only === '') {
    const peak = peakRate(folder);
    sections.push(await copiesSection(options.quick), firstRunsSection(options.quick));
    sections.push(limitsSection(rows, peak, moveCost()), peakSection(peak));
    sections.push(await scalingSection(options.quick));
    sections.push(await megapixelsSection(options.quick), await accuracySection());
  }
  return sections.join('\n');
}

async function compareAll(choose: (work: Work) => Work, python: PythonPeers): Promise<Row[]> {
  const rounds = options.quick ? QUICK_ROUNDS : Number.POSITIVE_INFINITY;
  const place = { folder, python, rounds, tasks: new Tasks(folder) };
  const rows: Row[] = [];
  for (const work of works(options.quick).map(choose)) {
    if (work.peers.length === 0 || !work.name.includes(options.only)) continue;
    const some = await compare(work, place);
    rows.push(...some);
    for (const row of some) process.stderr.write(`${comparisonCells(row).join(' | ')}\n`);
  }
  if (rows.length === 0) throw new Error(`no work is called ${options.only}`);
  return rows;
}

function onlySharp(work: Work): Work {
  return { ...work, peers: work.peers.filter(({ program }) => program === 'sharp') };
}

function comparison(rows: readonly Row[]): string {
  return `## Compared with other programs\n\n${table(COMPARISON, rows.map(comparisonCells))}`;
}
