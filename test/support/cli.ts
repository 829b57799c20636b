// Runs convtool in a fresh folder, in this process or in a new one, and returns exit status, both streams, and every file
// before and after. Also defines what any failure of convtool must look like.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import {
  chmodSync,
  type Dirent,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { FileSystem } from '../../dist/io/file-system.js';
import { runInProcess } from './in-process.js';

export const EXECUTABLE = fileURLToPath(new URL('../../bin/convtool.js', import.meta.url));

/** A user without rights, where the tests run as root and can become one. */
export const UNPRIVILEGED_UID = process.getuid?.() === 0 ? 65534 : undefined;

export interface Setting {
  /** Files to start from, by path inside the folder. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  /** Anything else the folder needs: links, folders, pipes. */
  readonly prepare?: (folder: string) => void | Promise<void>;
  /** Where the folder is made; default: the system's folder for temporary files. */
  readonly parent?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Data for standard input, or that it stays open without data; default: empty. */
  readonly stdin?: Uint8Array | 'open';
  /** Reads and writes the files of a run in this process; default: Node's own. */
  readonly fileSystem?: FileSystem;
  /** Options for node itself. */
  readonly node?: readonly string[];
  readonly uid?: number | undefined;
  /** Milliseconds after which the process is killed and the run has failed. */
  readonly patience?: number;
  /** Is given the process and its folder as soon as it runs. */
  readonly meanwhile?: (child: Started, folder: string) => unknown;
}

/** A process that runs. */
export type Started = Pick<ChildProcessWithoutNullStreams, 'pid' | 'kill' | 'stdout' | 'stderr'>;

export interface Run {
  /** As shells tell it: 128 and its number where a signal ended the process. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly folder: string;
  readonly before: Files;
  readonly after: Files;
}

/** Default time limit of a run in milliseconds. */
const PATIENCE = 120_000;

/** Contents of a folder: path → bytes of a file in Latin-1, or a description of anything else. */
export type Files = Readonly<Record<string, string>>;

/**
 * Runs `convtool` with these arguments: in this process, where the setting leaves that open. The folder is gone afterwards;
 * `after` has its files.
 */
export async function convtool(args: readonly string[], setting: Setting = {}): Promise<Run> {
  const { node, uid, meanwhile, stdin = new Uint8Array(), env, patience = PATIENCE, fileSystem } = setting;
  const isOwn = node || uid !== undefined || meanwhile || stdin === 'open' || !onlyKnown(args, env);
  if (isOwn) return convtoolProcess(args, setting);
  return inFolder(setting, async (folder) => {
    const before = filesOf(folder, setting.files);
    const world = { stdin, patience, ...(env && { env }), ...(fileSystem && { fileSystem }) };
    const run = await convtoolIn(folder, args, world);
    return { ...run, signal: null, folder, before, after: filesOf(folder, setting.files) };
  });
}

/** As `convtool`, in a folder that is there and stays, where other runs came before. */
export async function convtoolIn(
  folder: string,
  args: readonly string[],
  setting: Pick<Setting, 'env' | 'patience' | 'fileSystem'> & { readonly stdin?: Uint8Array } = {},
): Promise<Pick<Run, 'status' | 'stdout' | 'stderr'>> {
  const { stdin = new Uint8Array(), patience = PATIENCE, fileSystem } = setting;
  const world = { folder, stdin, env: environment(setting), patience, ...(fileSystem && { fileSystem }) };
  const { status, stdout, stderr } = await runInProcess(args, world);
  return { status, stdout, stderr: stderr.toString('utf8') };
}

/** Variables that only the program reads; others are for Node or the system. */
const PROGRAM_VARIABLES = /^(NO_COLOR|FORCE_COLOR|COLORTERM|TERM)$/;

/** Whether this command line and environment need a run in another process. */
function onlyKnown(args: readonly string[], env: Setting['env'] = {}): boolean {
  // Descriptors are those of the process.
  const isPlain = args.every((word) => !/\/(dev|proc)\//.test(word));
  return isPlain && Object.keys(env).every((name) => PROGRAM_VARIABLES.test(name));
}

/** As `convtool`, in a process of its own. */
export async function convtoolProcess(args: readonly string[], setting: Setting = {}): Promise<Run> {
  return inFolder(setting, async (folder) => {
    const before = filesOf(folder, setting.files);
    const command = [...(setting.node ?? []), EXECUTABLE, ...args];
    const result = await runIn(folder, process.execPath, command, setting);
    return { ...result, folder, before, after: filesOf(folder, setting.files) };
  });
}

/** Runs a line of shell, in which `convtool` is the executable, as `convtool` does. */
export async function shell(line: string, setting: Setting = {}): Promise<Run> {
  return inFolder(setting, async (folder) => {
    const before = filesOf(folder, setting.files);
    const script = `convtool() { '${process.execPath}' '${EXECUTABLE}' "$@"; }\n${line}`;
    // Bash takes a socket as standard input for a remote login, and would read the user's start-up file.
    const result = await runIn(folder, 'bash', ['--norc', '-c', script], setting);
    return { ...result, folder, before, after: filesOf(folder, setting.files) };
  });
}

/** Makes a fresh folder with the files of a setting, and removes it after use. */
export async function inFolder<T>(setting: Setting, use: (folder: string) => Promise<T>): Promise<T> {
  // Thousands of runs: synchronous calls take a third of the time of others.
  const folder = mkdtempSync(join(setting.parent ?? tmpdir(), 'convtool-test-'));
  try {
    chmodSync(folder, 0o777);
    for (const [path, content] of Object.entries(setting.files ?? {})) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    await setting.prepare?.(folder);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files of a folder, as Latin-1 text by path. @param given contents of files that are probably unchanged. */
export function filesOf(folder: string, given: Setting['files'] = {}): Files {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.map(
    (entry) => [relative(folder, join(entry.parentPath, entry.name)), entry] as const,
  );
  return Object.fromEntries(
    files.sort().map(([path, entry]) => [path, contentOf(join(folder, path), entry, given[path])]),
  );
}

/** The text of bytes that files of many runs hold, so that large inputs are not decoded for each. */
const textOfInput = new WeakMap<Uint8Array, string>();

function contentOf(path: string, entry: Dirent, given: Uint8Array | string | undefined): string {
  if (entry.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (entry.isFile()) {
    const bytes = readFileSync(path);
    if (!(given instanceof Uint8Array && bytes.equals(given))) return bytes.toString('latin1');
    const text = textOfInput.get(given) ?? bytes.toString('latin1');
    textOfInput.set(given, text);
    return text;
  }
  return entry.isDirectory() ? 'folder' : `special file of mode ${lstatSync(path).mode.toString(8)}`;
}

function runIn(folder: string, program: string, args: readonly string[], setting: Setting) {
  const { uid, patience = PATIENCE } = setting;
  const child = spawn(program, args, {
    cwd: folder,
    env: environment(setting),
    ...(uid === undefined ? {} : { uid, gid: uid }),
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => undefined);
  if (setting.stdin !== 'open') child.stdin.end(setting.stdin ?? '');
  setting.meanwhile?.(child, folder);
  const output = Promise.all([collect(child.stdout), collect(child.stderr)]);
  return new Promise<Pick<Run, 'status' | 'signal' | 'stdout' | 'stderr'>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', async (ended, signal) => {
      const status = signal === null ? ended : 128 + constants.signals[signal];
      const [stdout, stderr] = await output;
      resolve({ status, signal, stdout, stderr: stderr.toString('utf8') });
    });
  });
}

/** This process's environment, without variables that affect colours or Node's options. */
const { NO_COLOR: _, FORCE_COLOR: __, NODE_OPTIONS: ___, ...INHERITED } = process.env;

/** The environment of a run. */
function environment({ env }: Setting): NodeJS.ProcessEnv {
  return { ...INHERITED, ...env };
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The lines of standard error that are errors; notes apart. */
export function errorLines({ stderr }: Pick<Run, 'stderr'>): string[] {
  // What failed is listed once more at the end.
  const [said] = stderr.split(/^failed:$/m);
  return said!.split('\n').filter((line) => line !== '' && !line.startsWith('note: '));
}

/** A failed run: its status, one clear line, no stack trace, and no file changed, new or gone. */
export function expectFailure(run: Run, status: number, message: RegExp): void {
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status, stderr: run.stderr });
  expect(errorLines(run)).toHaveLength(1);
  expectClear(errorLines(run)[0]!, message);
  expect(run.stderr).not.toMatch(/\n\s+at /);
  expectUntouched(run);
}

/** One line that a person can read and a terminal can bear. */
export function expectClear(line: string, message: RegExp): void {
  expect(line).toMatch(/^error: \S/);
  expect(line).toMatch(message);
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(line).not.toMatch(/internal error, please|undefined|\[object /);
  expect(line.length).toBeLessThan(500);
}

/** Every file as it was, none new: no output, no temporary file. */
export function expectUntouched({ before, after }: Pick<Run, 'before' | 'after'>): void {
  expect(Object.keys(after)).toEqual(Object.keys(before));
  for (const path of Object.keys(before))
    expect(after[path] === before[path], `${path} as it was`).toBe(true);
}
