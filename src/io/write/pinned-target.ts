// The location of an output. Links are resolved once and the folder is held open, so that the file that was checked is the
// file that is replaced, even if the path changes meanwhile.

import { type BigIntStats, constants } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OutputError } from '../../core/errors.js';
import { fileSystem } from '../file-system.js';
import { identityOf } from '../read-file.js';
import { statOrNullSync } from '../stat.js';
import { bestEffort } from '../system-error.js';

/** Opens a folder for lookups only, which needs no read permission (Linux; Node has no constant for it). */
const O_PATH = 0o10000000;
const FD_FOLDER = '/proc/self/fd';
/** Linux follows as many links. */
const MAX_LINKS = 40;
/** Permissions of owner, group and others, which a replaced file passes on. */
const PERMISSION_BITS = 0o777n;

let hasFdFolder: boolean | undefined;

export class PinnedTarget {
  /** The path as given by the user, for errors. */
  readonly #path: string;
  /** The path of the folder, for errors, and for clean-up once the open folder is closed. */
  readonly folder: string;
  /** The open folder; null if the system cannot open folders (Windows). */
  readonly #descriptor: number | null;
  /** Device and inode of the folder. */
  readonly identity: string;
  /** A path to the open folder that stays valid if it is renamed, where the system has one. */
  readonly #base: string;
  /** The path of the file within the open folder. */
  readonly target: string;

  /**
   * @param followsLinks whether a link at `path` is followed; else the link itself is the target.
   * @throws the system's error: ENOENT if the folder does not exist.
   */
  constructor(path: string, followsLinks: boolean) {
    const target = followsLinks ? resolveLinks(path) : path;
    this.#path = path;
    const folder = dirname(target);
    this.folder = folder;
    hasFdFolder ??= process.platform === 'linux' && statOrNullSync(FD_FOLDER) !== null;
    const { O_DIRECTORY } = constants;
    const flags = O_DIRECTORY | (hasFdFolder ? O_PATH : constants.O_RDONLY);
    this.#descriptor = O_DIRECTORY === undefined ? null : fileSystem().openSync(folder, flags);
    this.#base = hasFdFolder ? `${FD_FOLDER}/${this.#descriptor}` : folder;
    this.target = this.sibling(basename(target));
    try {
      const stat =
        this.#descriptor === null ? fileSystem().statSync(folder) : fileSystem().fstatSync(this.#descriptor);
      if (!stat) throw Object.assign(new Error('nothing is there'), { code: 'ENOENT', syscall: 'stat' });
      this.identity = identityOf(stat);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The path of another file in the same folder. */
  sibling(name: string): string {
    return join(this.#base, name);
  }

  /**
   * The current status of the target, a link as itself; null if nothing is there.
   * @param inputs identities of files that must not be overwritten.
   * @throws OutputError if it is one of them, or the path leads to another folder by now.
   */
  check(inputs: ReadonlySet<string>): BigIntStats | null {
    const folder = fileSystem().statSync(this.folder);
    if (!folder || identityOf(folder) !== this.identity) {
      const problem = `cannot be written: the folder ${this.folder} was replaced meanwhile`;
      throw new OutputError({ subject: this.#path, problem });
    }
    const existing = fileSystem().lstatSync(this.target);
    if (existing && inputs.has(identityOf(existing))) throw overwritesInputError(this.#path);
    return existing;
  }

  /** Never fails: the folder was opened for lookups only, so that no data depends on it. */
  close(): void {
    const descriptor = this.#descriptor;
    if (descriptor !== null) bestEffort(() => fileSystem().closeSync(descriptor));
  }
}

export function overwritesInputError(path: string): OutputError {
  return new OutputError({
    subject: path,
    problem: 'is an input of this run, and inputs are never overwritten',
    advice: 'choose another --out',
  });
}

/** Copies permissions and, as root, owner and group from the existing file to the one that replaces it. */
export function copyPermissions(existing: BigIntStats | null, descriptor: number): void {
  if (!existing?.isFile()) return;
  const created = fileSystem().fstatSync(descriptor);
  if (process.geteuid?.() === 0 && (existing.uid !== created.uid || existing.gid !== created.gid))
    fileSystem().fchownSync(descriptor, Number(existing.uid), Number(existing.gid));
  if ((existing.mode & PERMISSION_BITS) !== (created.mode & PERMISSION_BITS))
    fileSystem().fchmodSync(descriptor, Number(existing.mode & PERMISSION_BITS));
}

/** Follows links to the path of the file that will be replaced. */
export function resolveLinks(path: string, linksLeft = MAX_LINKS): string {
  try {
    return fileSystem().realpathSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || linksLeft === 0) throw error;
    // Nothing is there yet, or a link to a missing file, which will be created.
    const link = fileSystem().lstatSync(path)?.isSymbolicLink() ? fileSystem().readlinkSync(path) : null;
    return link === null ? path : resolveLinks(resolve(dirname(path), link), linksLeft - 1);
  }
}
