// Temporary files: their names, which files exist at the moment, and removal of files left behind by killed
// processes.

import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileSystem } from '../file-system.js';
import { bestEffort, ignoreSystemError, systemOr } from '../system-error.js';

/** Ends the path of a folder that was created for an output. */
const FOLDER = '/';

/** Paths of temporary files, and of folders created for outputs. A path is added before its file is created. */
class Temporaries extends Set<string> {
  /**
   * Called for every path that is added or deleted. A worker uses it so that the main thread can remove its files.
   */
  onChange: ((path: string, exists: boolean, folder?: string) => void) | undefined;

  /** Folders of all files that were ever added. */
  readonly folders = new Set<string>();

  /**
   * @param folder the folder of a file, by its own path: `path` may lead through a descriptor of the thread that writes
   * the file, and Node closes a thread's descriptors when the thread ends.
   */
  override add(path: string, folder?: string): this {
    this.onChange?.(path, true, folder);
    if (folder !== undefined) this.folders.add(folder);
    return super.add(path);
  }

  override delete(path: string): boolean {
    this.onChange?.(path, false);
    return super.delete(path);
  }
}

/** Temporary files that exist now, and new folders. Signal handlers remove them, the folders if they are empty. */
export const temporaries = new Temporaries();

/**
 * Removes all temporary files of this process synchronously, on termination. Their paths are kept: another thread may create
 * a file that was just announced after this call, and a second call removes it once that thread has stopped.
 */
export function removeTemporaries(): void {
  for (const path of temporaries) if (!path.endsWith(FOLDER)) bestEffort(() => fileSystem().unlinkSync(path));
  for (const folder of temporaries.folders) bestEffort(() => removeOwnFrom(folder));
  removeEmptyFolders();
}

/** Removes files of this process that a thread created just before it was stopped: its message about them may be lost. */
function removeOwnFrom(folder: string): void {
  for (const name of fileSystem().readdirSync(folder)) {
    if (!name.startsWith(ownPrefix()) || !name.endsWith('.tmp')) continue;
    bestEffort(() => fileSystem().unlinkSync(join(folder, name)));
  }
}

/** Notes that a folder is created for an output. */
export function addNewFolder(path: string): void {
  temporaries.add(path + FOLDER);
}

/** Removes the folders that were created for outputs which were not written, the inner ones first. */
export function removeEmptyFolders(): void {
  for (const path of [...temporaries].reverse())
    if (path.endsWith(FOLDER)) bestEffort(() => fileSystem().rmdirSync(path.slice(0, -1)));
}

/** A new name for a temporary file. It matches no picture pattern and identifies its process. */
export function temporaryName(): string {
  // Distinguishes the files of one process. Existing names are never opened.
  const random = Math.floor(Math.random() * 2 ** 48).toString(16);
  return `${ownPrefix()}${random.padStart(12, '0')}.tmp`;
}

function ownPrefix(): string {
  return `.convtool-${process.pid}-${machineId()}`;
}

let ownMachine: string | undefined;

/**
 * Identifies the PID namespace of this process. Containers may share a host name and a folder but number their
 * processes separately; without the namespace, a running process would seem to be gone.
 */
function machineId(): string {
  if (ownMachine !== undefined) return ownMachine;
  // Empty if the system has none.
  const namespace = systemOr(() => fileSystem().readlinkSync('/proc/self/ns/pid'), '');
  ownMachine = createHash('sha256').update(`${hostname()}\n${namespace}`).digest('hex').slice(0, 8);
  return ownMachine;
}

/** Minimum age in milliseconds of stale files before they are removed: users may still inspect long runs. */
const MIN_AGE_MS = 60 * 60 * 1000;

/** Identities of the folders that were cleaned. */
const cleanedFolders = new Set<string>();

/** Removes old temporary files of killed processes from a folder, once per folder. */
export async function removeOldTemporaries(folder: string, identity: string): Promise<void> {
  if (cleanedFolders.has(identity)) return;
  cleanedFolders.add(identity);
  await removeStale(folder, MIN_AGE_MS);
}

/** Has every folder looked through again, for another run. */
export function forgetFolders(): void {
  cleanedFolders.clear();
}

/**
 * Removes temporary files that killed processes of this machine left in a folder. Files of other machines are kept:
 * whether their processes still run is unknown here.
 * @param age minimum age in milliseconds of the files to remove.
 */
export async function removeStale(folder: string, age = 0): Promise<void> {
  // A folder that does not exist or cannot be listed has nothing to remove.
  const entries = (await fileSystem().readdir(folder).catch(ignoreSystemError)) ?? [];
  for (const { name } of entries) {
    const [, pid, owner] = /^\.convtool-(\d+)-([0-9a-f]{8})[0-9a-f]{12}\.tmp$/.exec(name) ?? [];
    if (pid === undefined || owner !== machineId() || isRunning(Number(pid))) continue;
    await removeIfOld(join(folder, name), age).catch(ignoreSystemError);
  }
}

async function removeIfOld(path: string, age: number): Promise<void> {
  const stat = fileSystem().lstatSync(path);
  if (stat && Date.now() - Number(stat.mtimeMs) >= age) await fileSystem().unlink(path);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists but belongs to another user.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
