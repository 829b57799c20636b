// Writing a file whole or not at all: beside its place under a temporary name, flushed, then renamed. Knows
// bytes and paths only.

import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { access, constants, type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OutputError } from '../errors.js';
import { identityOf } from './read.js';
import { reasonOf } from './reason.js';

const CHUNK = 8 * 1024 * 1024;

/** Temporary files that exist now; a signal removes them. */
const temporaries = new Set<string>();

/** Removes every temporary file of this process at once, for when it is told to end. */
export function removeTemporaries(): void {
  for (const path of temporaries) {
    try {
      unlinkSync(path);
    } catch {
      // Already gone, or never made: nothing is left behind either way.
    }
  }
  temporaries.clear();
}

/**
 * Writes `chunks` one after the other as the file at `path`. What stood there before is replaced whole, and
 * stays as it was where anything fails.
 * @param inputs identities (see read.ts) of files that must not be written over, by whatever name.
 * @throws OutputError naming the path.
 */
export async function writeWhole(
  path: string,
  chunks: readonly Uint8Array[],
  inputs: ReadonlySet<string>,
): Promise<void> {
  await checkTarget(path, inputs);
  const temporary = join(dirname(path), `.convtool-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  let file: FileHandle | undefined;
  temporaries.add(temporary);
  try {
    file = await open(temporary, 'wx', 0o666);
    for (const chunk of chunks) await writeAll(file, chunk);
    await file.sync();
    // Closed before the rename, and forgotten only if that went well: a failing close loses data too.
    const closing = file.close();
    file = undefined;
    await closing;
    await rename(temporary, path);
  } catch (cause) {
    await file?.close().catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
    throw new OutputError({ subject: path, problem: `cannot be written: ${reasonOf(cause)}` }, { cause });
  } finally {
    temporaries.delete(temporary);
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

/** Makes a folder and those above it. @throws OutputError naming it. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
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

/** The system may write less than it was given; this goes on until all is written. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, at, Math.min(CHUNK, chunk.length - at));
    at += bytesWritten;
  }
}
