// `npm run bench`: convtool beside sharp. With --peers beside OpenCV, SciPy, PyTorch and ImageMagick too, and the
// other sections; --write makes bench/RESULTS.md of that. --whole runs whole processes, from files to files, and with
// --write replaces their section. --quick takes small images, --only <text> works of that name.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { warmPool } from '../dist/engine/pool.js';
import { accuracySection } from './accuracy.js';
import { compare, type Row } from './compare.js';
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
    write: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
if (options.write && (options.peers === options.whole || options.quick || options.only !== '')) {
  throw new Error('--write needs --peers or --whole, and neither --quick nor --only');
}
const folder = mkdtempSync(join(tmpdir(), 'convtool-bench-'));
try {
  const report = await (options.whole ? wholeRuns() : inMemory());
  process.stdout.write(report);
  if (options.write) writeFileSync(RESULTS, options.whole ? kept().memory + report : report + kept().whole);
} finally {
  rmSync(folder, { recursive: true });
}

/** What the results hold now: what is measured in memory, and whole runs. */
function kept(): { readonly memory: string; readonly whole: string } {
  const text = readFileSync(RESULTS, 'utf8');
  const at = text.indexOf(`\n${WHOLE_HEADING}\n`);
  return at < 0
    ? { memory: `${text}\n`, whole: '' }
    : { memory: text.slice(0, at + 1), whole: text.slice(at) };
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
  // Without this, works that come before the first long one would run on one thread.
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
  return `## Beside others\n\n${table(COMPARISON, rows.map(comparisonCells))}`;
}
