// Temporary files: names that no pattern for pictures matches, which of them exist now, and what is left of processes
// that were killed. Writes none.

import { createHash } from 'node:crypto';
import { lstatSync, readlinkSync, unlinkSync } from 'node:fs';
import { readdir, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { onDisk } from '../path-bytes.js';

/** Paths of temporary files; a path is added before its file is made. */
class Temporaries extends Set<string> {
  /** Is told of every path that is added or deleted: for a thread whose files another one removes. */
  onChange: ((path: string, exists: boolean) => void) | undefined;

  override add(path: string): this {
    this.onChange?.(path, true);
    return super.add(path);
  }

  override delete(path: string): boolean {
    this.onChange?.(path, false);
    return super.delete(path);
  }
}

/** Temporary files that exist now; a signal removes them. */
export const temporaries = new Temporaries();

/** Removes every temporary file of this process at once, for when it is told to end. */
export function removeTemporaries(): void {
  for (const path of temporaries) {
    try {
      unlinkSync(onDisk(path));
    } catch {
      // Already gone, or never made: nothing is left behind either way.
    }
  }
  temporaries.clear();
}

/** Tells the files of one process apart; a name that is taken is never opened. */
function randomPart(): string {
  return Math.floor(Math.random() * 2 ** 48)
    .toString(16)
    .padStart(12, '0');
}

/** A free name for a file beside another: no pattern for pictures matches it, and it tells whose it is. */
export function temporaryName(): string {
  return `.convtool-${process.pid}-${machine()}${randomPart()}.tmp`;
}

let ownMachine: string | undefined;

/**
 * Tells processes that see each other's numbers from all others that may share a folder: containers can have numbers of
 * their own under one host name, where a process that runs would seem to be gone.
 */
function machine(): string {
  ownMachine ??= createHash('sha256').update(`${hostname()}\n${numbering()}`).digest('hex').slice(0, 8);
  return ownMachine;
}

/** Which numbering of processes this one has its number in; nothing where there are not several. */
function numbering(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Files of processes that are gone are left alone for so long, in milliseconds: long runs may still be looked into. */
const OLD = 60 * 60 * 1000;

/** Folders that were looked through, by their identity. */
const cleared = new Set<string>();

/** Removes old temporary files of processes that were killed from a folder, once for each folder. */
export async function clearOld(folder: string, identity: string): Promise<void> {
  if (cleared.has(identity)) return;
  cleared.add(identity);
  await removeStale(folder, OLD);
}

/** Has every folder looked through again, for another run. */
export function forgetFolders(): void {
  cleared.clear();
}

/**
 * Removes what processes of this machine that were killed have left in a folder. Files of other machines stay: whether
 * their processes run cannot be told here.
 * @param age files that were changed in the last so many milliseconds stay.
 */
export async function removeStale(folder: string, age = 0): Promise<void> {
  for (const name of await namesIn(folder)) {
    const [, pid, whose] = /^\.convtool-(\d+)-([0-9a-f]{8})[0-9a-f]{12}\.tmp$/.exec(name) ?? [];
    if (pid === undefined || whose !== machine() || isRunning(Number(pid))) continue;
    const path = onDisk(join(folder, name));
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (!there || Date.now() - there.mtimeMs < age) continue;
    await unlink(path).catch(ignoreSystem);
  }
}

/** A folder that is not there yet, or may not be listed, has nothing to remove. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(onDisk(folder));
  } catch (error) {
    ignoreSystem(error);
    return [];
  }
}

/** Another run may have removed it, or the folder does not let us. @throws any other error. */
function ignoreSystem(error: unknown): void {
  if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of others' processes one may not even ask.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
