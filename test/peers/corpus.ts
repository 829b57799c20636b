// Ten thousand pictures, twenty of which make convtool throw unexpected errors: tsx test/peers/corpus.ts. Fails unless
// the others have their outputs, the twenty are named, and the status is 1.

import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { smallPng } from '../support/picture-bytes.js';

const COUNT = 10_000;
/** The interval between pictures that fail: in decode, plan, filter and encode in turn (see internal-faults.mjs). */
const EVERY = 500;
const FAILING = [101, 102, 103, 104];
const SOUND = Array.from({ length: 32 }, (_, i) => [16 + 2 * i, 40 - i] as const);

const own = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'convtool-corpus-'));
try {
  for (const name of ['in', 'kinds']) mkdirSync(join(folder, name));
  const kind = async (width: number, height: number) => {
    const path = join(folder, 'kinds', `${width}.png`);
    writeFileSync(path, await smallPng(width, height));
    return path;
  };
  const sound = await Promise.all(SOUND.map(([width, height]) => kind(width, height)));
  const failing = await Promise.all(FAILING.map((width) => kind(width, 8)));
  const named: string[] = [];
  for (let i = 0; i < COUNT; i++) {
    const name = `in/${String(i).padStart(5, '0')}.png`;
    const fails = i % EVERY === EVERY - 1;
    if (fails) named.push(name);
    linkSync(fails ? failing[named.length % failing.length]! : sound[i % sound.length]!, join(folder, name));
  }
  const program = ['--import', own('../support/internal-faults.mjs'), own('../../bin/convtool.js')];
  const args = ['apply', '-k', 'box-3', '-o', 'out/', '--errors', 'errors', '--quiet', 'in'];
  const started = performance.now();
  const run = spawnSync(process.execPath, [...program, ...args], { cwd: folder, maxBuffer: 2 ** 28 });
  const seconds = (performance.now() - started) / 1000;
  const outputs = readdirSync(join(folder, 'out')).filter((name) => name.endsWith('.png')).length;
  const errors = readFileSync(join(folder, 'errors'), 'utf8').trimEnd().split('\n');
  const found = errors.map((line) => JSON.parse(line) as { input: string; error: string });
  const isSaid = (name: string, i: number) =>
    found[i]?.input === name && /internal error/.test(found[i].error) && run.stderr.includes(name);
  const isRight =
    run.status === 1 &&
    outputs === COUNT - named.length &&
    found.length === named.length &&
    named.every(isSaid) &&
    readdirSync(join(folder, 'out')).length === outputs;
  console.log(
    `${COUNT} pictures: status ${run.status}, ${outputs} outputs, ${found.length} named, ${seconds.toFixed(1)} s`,
  );
  if (!isRight) console.error(run.stderr.toString().slice(0, 2000));
  process.exitCode = isRight ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
