// Writing a file whole or not at all: beside its place under a temporary name, flushed, then renamed. Knows
// bytes and paths only.

import { renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { access, constants, type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OutputError } from '../../core/errors.js';
import { onDisk } from '../path-bytes.js';
import { identityOf } from '../read-file.js';
import { reasonOf } from '../system-error.js';
import { Flushing } from './background-flush.js';
import { copyPermissions, isInput, PinnedTarget } from './pinned-target.js';
import { clearOld, temporaries, temporaryName } from './temp-files.js';
import { writeLock } from './write-lock.js';

const CHUNK = 8 * 1024 * 1024;

/**
 * Writes `chunks` one after the other as the file at `path`. What stood there before is replaced whole, and
 * stays as it was where anything fails.
 * @param inputs identities (see read.ts) of files that must not be written over, by whatever name.
 * @param flush whether it has reached the disk when this is done.
 * @param followsLinks whether a link at `path` stays and the file that it names is replaced; else the link itself is.
 * @throws OutputError naming the path.
 */
export async function writeAtomic(
  path: string,
  chunks: readonly Uint8Array[],
  inputs: ReadonlySet<string>,
  { flush = true, followsLinks = true } = {},
): Promise<void> {
  const fill = async (file: FileHandle) => {
    for (const chunk of chunks) await writeAll(file, chunk);
  };
  const write = () => replace(path, fill, inputs, { flush, followsLinks });
  // Others' temporary files may have taken the room: without them it may do.
  await writeLock.sharedThenExclusive(write, isFull);
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
    await writeLock.shared(() => replace(path, fillFile, inputs, { flush: true, followsLinks: true }));
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

interface HowToReplace {
  readonly flush: boolean;
  readonly followsLinks: boolean;
}

async function replace(
  path: string,
  fill: (file: FileHandle) => Promise<void>,
  inputs: ReadonlySet<string>,
  { flush, followsLinks }: HowToReplace,
): Promise<void> {
  if (followsLinks) await checkTarget(path, inputs);
  let place: PinnedTarget | undefined;
  let temporary: string | undefined;
  let file: FileHandle | undefined;
  try {
    place = new PinnedTarget(path, followsLinks);
    place.check(inputs);
    await clearOld(place.beside(''), place.identity);
    temporary = place.beside(temporaryName());
    temporaries.add(temporary);
    file = await open(temporary, 'wx', 0o666);
    await fill(file);
    copyPermissions(place.check(inputs), file.fd);
    if (flush) await file.sync();
    // Closed before the rename, and forgotten only if that went well: a failing close loses data too.
    const closing = file.close();
    file = undefined;
    await closing;
    // No link is resolved any more: whatever is at the place by now, its own name is replaced.
    place.check(inputs);
    await rename(temporary, onDisk(place.target));
  } catch (cause) {
    await file?.close().catch(() => undefined);
    if (temporary !== undefined) await unlink(temporary).catch(() => undefined);
    if (cause instanceof OutputError) throw cause;
    const noFolder = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = noFolder
      ? `cannot be written: the folder ${place?.folder ?? dirname(path)} is not there`
      : `cannot be written: ${reasonOf(cause)}`;
    throw new OutputError(
      { subject: path, problem, ...(noFolder ? { advice: 'make it first' } : {}) },
      { cause },
    );
  } finally {
    if (temporary !== undefined) temporaries.delete(temporary);
    place?.close();
  }
}

/** Writes a file whole or not at all, at once, for a process that is about to end; whether it did. */
export function writeAtomicSync(path: string, bytes: Uint8Array): boolean {
  let place: PinnedTarget | undefined;
  let temporary: string | undefined;
  try {
    place = new PinnedTarget(path, true);
    temporary = place.beside(temporaryName());
    writeFileSync(temporary, bytes, { flag: 'wx' });
    renameSync(temporary, onDisk(place.target));
    return true;
  } catch {
    // The process ends: nobody is left to be told.
    try {
      if (temporary !== undefined) unlinkSync(temporary);
    } catch {
      // It was not made.
    }
    return false;
  } finally {
    place?.close();
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
  if (inputs.has(identityOf(there))) throw isInput(path);
  if (!there.isFile()) {
    throw new OutputError({
      subject: path,
      expected: 'a regular file or a free name',
      found: there.isDirectory() ? 'a folder' : 'a device, pipe or socket',
      ...(there.isDirectory() ? {} : { advice: 'use --out - and send standard output there' }),
    });
  }
  try {
    await access(onDisk(path), constants.W_OK);
  } catch (cause) {
    throw new OutputError({ subject: path, problem: `cannot be replaced: ${reasonOf(cause)}` }, { cause });
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
    await mkdir(onDisk(path));
  } catch (cause) {
    // Another process may have made it meanwhile.
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new OutputError({ subject: path, problem: `cannot be made: ${reasonOf(cause)}` }, { cause });
  }
}

/** What is at `path`, links followed; null where nothing is. @throws OutputError where that cannot be told. */
export async function statOf(path: string) {
  try {
    return await stat(onDisk(path), { bigint: true });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new OutputError({ subject: path, problem: `cannot be written: ${reasonOf(cause)}` }, { cause });
  }
}

/** What is at `path`, links followed; null where nothing is or that cannot be told. For many: other threads take longer. */
export function statNow(path: string) {
  try {
    return statSync(onDisk(path), { bigint: true, throwIfNoEntry: false }) ?? null;
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
