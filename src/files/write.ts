// Writing a file whole or not at all: beside its place under a temporary name, flushed, then renamed. Knows
// bytes and paths only.

import { renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import {
  access,
  constants,
  type FileHandle,
  mkdir,
  open,
  readlink,
  realpath,
  rename,
  stat,
  unlink,
} from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { OutputError } from '../errors.js';
import { Flushing } from './flushing.js';
import { identityOf } from './read.js';
import { reasonOf } from './reason.js';
import { temporaries, temporaryFor } from './temporary.js';
import { writing } from './writing.js';

const CHUNK = 8 * 1024 * 1024;

/**
 * Writes `chunks` one after the other as the file at `path`. What stood there before is replaced whole, and
 * stays as it was where anything fails.
 * @param inputs identities (see read.ts) of files that must not be written over, by whatever name.
 * @param flush whether it has reached the disk when this is done.
 * @throws OutputError naming the path.
 */
export async function writeWhole(
  path: string,
  chunks: readonly Uint8Array[],
  inputs: ReadonlySet<string>,
  { flush = true } = {},
): Promise<void> {
  const fill = async (file: FileHandle) => {
    for (const chunk of chunks) await writeAll(file, chunk);
  };
  const write = () => replace(path, fill, inputs, flush);
  // Others' temporary files may have taken the room: without them it may do.
  await writing.togetherOrAlone(write, isFull);
}

/**
 * As `writeWhole`, for a file that comes piece by piece: `fill` hands each one over and waits until it is taken; what it
 * throws itself is thrown on, and leaves all as it was. Where the disk is full, nobody tries again.
 */
export async function writePieces(
  path: string,
  fill: (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>,
  inputs: ReadonlySet<string>,
): Promise<void> {
  let failed: { readonly by: unknown } | undefined;
  const fillFile = async (file: FileHandle) => {
    const flushing = new Flushing(file);
    const write = async (chunk: Uint8Array) => {
      await writeAll(file, chunk);
      flushing.wrote(chunk.length);
    };
    await fill(write).catch(async (by) => {
      failed = { by };
      await flushing.end().catch(() => undefined);
      throw by;
    });
    await flushing.end();
  };
  try {
    await writing.together(() => replace(path, fillFile, inputs, true));
  } catch (error) {
    throw failed && !isOfSystem(failed.by) ? failed.by : error;
  }
}

function isOfSystem(error: unknown): boolean {
  return (error as NodeJS.ErrnoException)?.syscall !== undefined;
}

function isFull(error: unknown): boolean {
  const { cause } = error as Error;
  return /^(ENOSPC|EDQUOT)$/.test((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
}

async function replace(
  path: string,
  fill: (file: FileHandle) => Promise<void>,
  inputs: ReadonlySet<string>,
  flush: boolean,
): Promise<void> {
  await checkTarget(path, inputs);
  const target = await behindLinks(path);
  const temporary = temporaryFor(target);
  let file: FileHandle | undefined;
  temporaries.add(temporary);
  try {
    file = await open(temporary, 'wx', 0o666);
    await fill(file);
    if (flush) await file.sync();
    // Closed before the rename, and forgotten only if that went well: a failing close loses data too.
    const closing = file.close();
    file = undefined;
    await closing;
    await rename(temporary, target);
  } catch (cause) {
    await file?.close().catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
    const noFolder = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = noFolder
      ? `cannot be written: the folder ${dirname(target)} is not there`
      : `cannot be written: ${reasonOf(cause)}`;
    throw new OutputError(
      { subject: path, problem, ...(noFolder ? { advice: 'make it first' } : {}) },
      { cause },
    );
  } finally {
    temporaries.delete(temporary);
  }
}

/** Writes a file whole or not at all, at once, for a process that is about to end; whether it did. */
export function writeWholeNow(path: string, bytes: Uint8Array): boolean {
  const temporary = temporaryFor(path);
  try {
    writeFileSync(temporary, bytes, { flag: 'wx' });
    renameSync(temporary, path);
    return true;
  } catch {
    try {
      unlinkSync(temporary);
    } catch {
      // It was not made.
    }
    return false;
  }
}

/**
 * Makes sure that `path` may be replaced: nothing is there, or a regular file that is writable and no input.
 * @throws OutputError saying why not.
 */
export async function checkTarget(path: string, inputs: ReadonlySet<string>): Promise<void> {
  if (path.includes('\0')) {
    throw new OutputError({
      subject: path,
      expected: 'a path without NUL characters',
      found: 'one with NUL',
    });
  }
  const there = await statOf(path);
  if (!there) return;
  if (inputs.has(identityOf(there))) {
    throw new OutputError({
      subject: path,
      problem: 'is an input of this run and is never written over',
      advice: 'choose another --out',
    });
  }
  if (!there.isFile()) {
    throw new OutputError({
      subject: path,
      expected: 'a regular file or a free name',
      found: there.isDirectory() ? 'a folder' : 'a device, pipe or socket',
      ...(there.isDirectory() ? {} : { advice: 'use --out - and send standard output there' }),
    });
  }
  try {
    await access(path, constants.W_OK);
  } catch (cause) {
    throw new OutputError({ subject: path, problem: `cannot be replaced: ${reasonOf(cause)}` }, { cause });
  }
}

/** The path of the file that is to be replaced: a link stays, the file it names is replaced. */
async function behindLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // Nothing is there yet, or a link to a file that is not: then that one is made.
    const link = await readlink(path).catch(() => null);
    return link === null ? path : behindLinks(resolve(dirname(path), link));
  }
}

/**
 * Makes a folder and those above it that are missing, from the top down: Node's own recursive mkdir never ends
 * where a file system such as /proc takes no new folders. @throws OutputError naming the one that cannot be.
 */
export async function makeFolder(path: string): Promise<void> {
  const there = await statOf(path);
  if (there?.isDirectory()) return;
  if (there) throw new OutputError({ subject: path, expected: 'a folder', found: 'a file of that name' });
  const above = dirname(path);
  if (above !== path) await makeFolder(above);
  try {
    await mkdir(path);
  } catch (cause) {
    // Another process may have made it meanwhile.
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new OutputError({ subject: path, problem: `cannot be made: ${reasonOf(cause)}` }, { cause });
  }
}

/** What is at `path`, links followed; null where nothing is. @throws OutputError where that cannot be told. */
export async function statOf(path: string) {
  try {
    return await stat(path, { bigint: true });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new OutputError({ subject: path, problem: `cannot be written: ${reasonOf(cause)}` }, { cause });
  }
}

/** What is at `path`, links followed; null where nothing is or that cannot be told. For many: other threads take longer. */
export function statNow(path: string) {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** Whether anything is at `path`; where that cannot be told, writing will say so. */
export async function isThere(path: string): Promise<boolean> {
  return (await statOf(path).catch(() => null)) !== null;
}

/** The system may write less than it was given; this goes on until all is written. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, at, Math.min(CHUNK, chunk.length - at));
    if (bytesWritten === 0)
      throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC', syscall: 'write' });
    at += bytesWritten;
  }
}
