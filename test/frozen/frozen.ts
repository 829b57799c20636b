// The frozen set: some 300 command lines with hashes of what they write, print and return, to detect changes in
// behaviour during refactoring. `--check` compares with frozen.json and lists every difference, `--write` records anew,
// `--only TEXT` selects lines that contain TEXT. Standard error is compared as text, except for times.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frozenInputs } from './inputs.js';
import { FROZEN_LINES, type FrozenLine } from './lines.js';

const EXECUTABLE = fileURLToPath(new URL('../../bin/convtool.js', import.meta.url));
const RECORD = fileURLToPath(new URL('frozen.json', import.meta.url));

/** The result of a line: exit status, hashes of both streams and of every file written. */
interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: Readonly<Record<string, string>>;
}

const options = process.argv.slice(2);
const only = options.includes('--only') ? options[options.indexOf('--only') + 1]! : '';
const root = mkdtempSync(join(tmpdir(), 'convtool-frozen-'));
try {
  process.exitCode = await main();
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function main(): Promise<number> {
  const inputs = join(root, 'inputs');
  const made = await frozenInputs();
  const list = Object.keys(made)
    .filter((path) => path.startsWith('many/p'))
    .join('\n');
  for (const [path, content] of Object.entries({ ...made, 'list.txt': list })) {
    mkdirSync(dirname(join(inputs, path)), { recursive: true });
    writeFileSync(join(inputs, path), content);
  }
  const names = [...Object.keys(made), 'list.txt'];
  const lines = FROZEN_LINES.filter((line) => nameOf(line).includes(only));
  const found: Record<string, Outcome> = {};
  const wrong: string[] = [];
  let next = 0;
  const work = async () => {
    while (next < lines.length) {
      const line = lines[next++]!;
      const runs = await inTurn(line.threads ?? [null], (threads) => run(line, threads, inputs, names));
      found[nameOf(line)] = runs[0]!;
      for (const other of runs.slice(1))
        if (JSON.stringify(other) !== JSON.stringify(runs[0]))
          wrong.push(`${nameOf(line)}: threads change the result`);
    }
  };
  await Promise.all([work(), work()]);
  const sorted = Object.fromEntries(lines.map((line) => [nameOf(line), found[nameOf(line)]!]));
  const before = JSON.parse(readFileSync(RECORD, 'utf8')) as Record<string, Outcome>;
  const recorded = options.includes('--write') ? { ...(only === '' ? {} : before), ...sorted } : before;
  if (recorded !== before) writeFileSync(RECORD, `${JSON.stringify(recorded, null, 1)}\n`);
  for (const [name, outcome] of Object.entries(sorted))
    wrong.push(...differences(name, recorded[name], outcome));
  if (only === '')
    for (const name of Object.keys(recorded))
      if (!sorted[name]) wrong.push(`${name}: recorded, but no longer a line`);
  for (const line of wrong) console.log(line);
  console.log(`${lines.length} lines, ${wrong.length} differences`);
  return wrong.length > 0 ? 1 : 0;
}

function nameOf({ args, stdin }: FrozenLine): string {
  return `${args.join(' ')}${stdin ? ` < ${stdin}` : ''}`;
}

async function inTurn<A, B>(all: readonly A[], act: (one: A) => Promise<B>): Promise<B[]> {
  const results: B[] = [];
  for (const one of all) results.push(await act(one));
  return results;
}

/** Runs a line in a folder of its own, with the inputs as hard links. */
async function run(
  line: FrozenLine,
  threads: number | null,
  inputs: string,
  names: readonly string[],
): Promise<Outcome> {
  const folder = mkdtempSync(join(root, 'line-'));
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    linkSync(join(inputs, name), join(folder, name));
  }
  const args = threads === null ? line.args : [...line.args, '--threads', String(threads)];
  const { NO_COLOR: _, FORCE_COLOR: __, NODE_OPTIONS: ___, ...env } = process.env;
  const { status, stdout, stderr } = await new Promise<{ status: number; stdout: Buffer; stderr: Buffer }>(
    (resolve) => {
      const child = execFile(
        process.execPath,
        [EXECUTABLE, ...args],
        { cwd: folder, encoding: 'buffer', maxBuffer: 2 ** 28, env: { ...env, COLUMNS: '80' } },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : error.code;
          resolve({ status: typeof code === 'number' ? code : -1, stdout, stderr });
        },
      );
      child.stdin!.on('error', () => undefined);
      child.stdin!.end(line.stdin ? readFileSync(join(inputs, line.stdin)) : '');
    },
  );
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    // Inputs are links: one that was replaced is another file. Notes of --resume hold the times of files.
    const isInput = () => statSync(join(folder, path)).ino === statSync(join(inputs, path)).ino;
    if (entry.isFile() && !(names.includes(path) && isInput()))
      files[path] = path.endsWith('.convtool') ? 'a note' : hash(readFileSync(join(folder, path)));
  }
  rmSync(folder, { recursive: true });
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { status, stdout: hash(steady(stdout)), stderr: hash(steady(stderr)), files: sorted };
}

/** The printed text, without what differs between runs: times and threads. */
function steady(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  // A picture or an array, not text.
  if (/[\0-\x08]/.test(text)) return bytes;
  return Buffer.from(
    text
      .replace(/"(ms|took|seconds)":(\{[^}]*\}|[\d.e-]+)/g, '"$1":0')
      .replace(/"threads":\d+/g, '"threads":0')
      .replace(/threads +\d+/g, 'threads')
      .replace(/\b[\d.]+ (ms|s|megapixels\/s)\b/g, 'some $1'),
    'latin1',
  );
}

function hash(bytes: Uint8Array): string {
  return bytes.length === 0 ? '' : createHash('sha256').update(bytes).digest('hex').slice(0, 20);
}

function differences(name: string, recorded: Outcome | undefined, found: Outcome): string[] {
  if (!recorded) return [`${name}: not recorded`];
  const wrong: string[] = [];
  for (const what of ['status', 'stdout', 'stderr'] as const)
    if (recorded[what] !== found[what]) wrong.push(`${name}: ${what} ${recorded[what]} → ${found[what]}`);
  for (const path of new Set([...Object.keys(recorded.files), ...Object.keys(found.files)]))
    if (recorded.files[path] !== found.files[path])
      wrong.push(`${name}: ${path} ${recorded.files[path] ?? 'absent'} → ${found.files[path] ?? 'absent'}`);
  return wrong;
}
