// Temporary files: names that no pattern for pictures matches, which of them exist now, and what is left of processes
// that were killed. Writes none.

import { createHash } from 'node:crypto';
import { readlinkSync, unlinkSync } from 'node:fs';
import { readdir, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';

/** Temporary files that exist now; a signal removes them. */
export const temporaries = new Set<string>();

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

/** Tells the files of one process apart; a name that is taken is never opened. */
function randomPart(): string {
  return Math.floor(Math.random() * 2 ** 48)
    .toString(16)
    .padStart(12, '0');
}

/** A free name beside the place of a file: no pattern for pictures matches it, and it tells whose it is. */
export function temporaryFor(target: string): string {
  const name = `.convtool-${process.pid}-${machine()}${randomPart()}.tmp`;
  return join(dirname(target), name);
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

/** Removes what processes of this machine that were killed have left in a folder. */
export async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, pid, whose] = /^\.convtool-(\d+)-([0-9a-f]{8})[0-9a-f]{12}\.tmp$/.exec(name) ?? [];
    if (pid === undefined || whose !== machine() || isRunning(Number(pid))) continue;
    await unlink(join(folder, name)).catch(() => undefined);
  }
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
