// A file that somebody else fills, put in its place whole or not at all: for runs over many small ones. All but the flush
// is done at once, since having another thread make so short a call takes longer than the call. What is out of the
// ordinary is left to write.ts, which has words for it.

import { accessSync, closeSync, constants, fsync, openSync, renameSync, unlinkSync } from 'node:fs';
import { OutputError } from '../../core/errors.js';
import { onDisk } from '../path-bytes.js';
import { copyPermissions, PinnedTarget } from './pinned-target.js';
import { clearOld, temporaries, temporaryName } from './temp-files.js';
import { writeLock } from './write-lock.js';

/**
 * Writes the file at `path`, flushed: `fill` is given the descriptor of an open file. Whatever it throws leaves all as it
 * was, and so does whatever else goes wrong.
 * @param inputs identities (see read.ts) of files that must not be written over, by whatever name.
 * @throws what `fill` or the system says, or OutputError where something unusual is at `path`.
 */
export async function writeAtomicWith(
  path: string,
  fill: (descriptor: number) => Promise<void>,
  inputs: ReadonlySet<string>,
): Promise<void> {
  await writeLock.shared(() => replace(path, fill, inputs));
}

async function replace(
  path: string,
  fill: (descriptor: number) => Promise<void>,
  inputs: ReadonlySet<string>,
): Promise<void> {
  const place = new PinnedTarget(path, false);
  const temporary = place.beside(temporaryName());
  let descriptor: number | undefined;
  try {
    checkOrdinary(place, path, inputs);
    await clearOld(place.beside(''), place.identity);
    temporaries.add(temporary);
    descriptor = openSync(temporary, 'wx', 0o666);
    await fill(descriptor);
    copyPermissions(place.check(inputs), descriptor);
    await flushed(descriptor);
    // Closed before the rename, and forgotten only if that went well: a failing close loses data too.
    const closing = descriptor;
    descriptor = undefined;
    closeSync(closing);
    place.check(inputs);
    renameSync(temporary, onDisk(place.target));
  } catch (error) {
    tryTo(() => descriptor !== undefined && closeSync(descriptor));
    tryTo(() => unlinkSync(temporary));
    throw error;
  } finally {
    temporaries.delete(temporary);
    place.close();
  }
}

/** @throws OutputError unless nothing is at the place, or a regular file that is writable, no link and no input. */
function checkOrdinary(place: PinnedTarget, path: string, inputs: ReadonlySet<string>): void {
  const there = place.check(inputs);
  if (!there) return;
  if (!there.isFile()) throw new OutputError({ subject: path, problem: 'is no file to replace' });
  accessSync(onDisk(place.target), constants.W_OK);
}

function flushed(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(descriptor, (error) => (error ? reject(error) : resolve()));
  });
}

/** What went wrong before is what counts. */
function tryTo(call: () => unknown): void {
  try {
    call();
  } catch {
    // Already closed or gone: nothing is left behind either way.
  }
}
