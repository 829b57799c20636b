// The place of an output: its links are resolved once, its folder is held open, and what is checked there is what is
// replaced, whatever becomes of the path meanwhile. Writes nothing.

import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OutputError } from '../../core/errors.js';
import { onDisk, textOfBytes } from '../path-bytes.js';
import { identityOf } from '../read-file.js';

/** Opens a folder for look-ups alone, which needs no right to list it (Linux; Node has no name for it). */
const O_PATH = 0o10000000;
const FD_FOLDER = '/proc/self/fd';
/** As many links as Linux follows. */
const MOST_LINKS = 40;
/** Rights for owner, group and others: what a file that is replaced hands on. */
const RIGHTS = 0o777n;

let hasFdFolder: boolean | undefined;

export class PinnedTarget {
  /** The path that the user wrote, for errors. */
  readonly #path: string;
  readonly #folder: string;
  readonly #name: string;
  /** The open folder; null where the system opens none as a file (Windows). */
  readonly #descriptor: number | null;
  readonly #identity: string;
  /** A path to the folder that stays its own while this is open, where the system has one. */
  readonly #base: string;

  /**
   * @param followsLinks whether a link at `path` stays and the file that it names is meant; else the link itself is.
   * @throws what the system says, with ENOENT where the folder is not there.
   */
  constructor(path: string, followsLinks: boolean) {
    const target = followsLinks ? resolveLinks(path) : path;
    this.#path = path;
    this.#folder = dirname(target);
    this.#name = basename(target);
    hasFdFolder ??= process.platform === 'linux' && existsSync(FD_FOLDER);
    const folder = onDisk(this.#folder);
    const { O_DIRECTORY } = constants;
    const flags = O_DIRECTORY | (hasFdFolder ? O_PATH : constants.O_RDONLY);
    this.#descriptor = O_DIRECTORY === undefined ? null : openSync(folder, flags);
    this.#base = hasFdFolder ? `${FD_FOLDER}/${this.#descriptor}` : this.#folder;
    const exact = { bigint: true } as const;
    this.#identity = identityOf(
      this.#descriptor === null ? statSync(folder, exact) : fstatSync(this.#descriptor, exact),
    );
  }

  /** The path of the file itself, in the folder that is open. */
  get target(): string {
    return join(this.#base, this.#name);
  }

  /** The folder as errors call it. */
  get folder(): string {
    return this.#folder;
  }

  /** Which folder it is. */
  get identity(): string {
    return this.#identity;
  }

  /** The path of a file beside it. */
  beside(name: string): string {
    return join(this.#base, name);
  }

  /**
   * What is there now, a link as itself; null where nothing is.
   * @param inputs identities of files that must not be written over.
   * @throws OutputError where it is one of them, or the path leads to another folder by now.
   */
  check(inputs: ReadonlySet<string>): BigIntStats | null {
    const folder = statSync(onDisk(this.#folder), { bigint: true, throwIfNoEntry: false });
    if (!folder || identityOf(folder) !== this.#identity) {
      const problem = `cannot be written: the folder ${this.#folder} was replaced meanwhile`;
      throw new OutputError({ subject: this.#path, problem });
    }
    const there = lstatSync(onDisk(this.target), { bigint: true, throwIfNoEntry: false });
    if (there && inputs.has(identityOf(there))) throw isInput(this.#path);
    return there ?? null;
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
  }
}

/** The error for an output that is an input. */
export function isInput(path: string): OutputError {
  return new OutputError({
    subject: path,
    problem: 'is an input of this run and is never written over',
    advice: 'choose another --out',
  });
}

/** Hands on the rights of a regular file to the open one that is to replace it and, as root, its owner and group. */
export function copyPermissions(there: BigIntStats | null, descriptor: number): void {
  if (!there?.isFile()) return;
  const own = fstatSync(descriptor, { bigint: true });
  if (process.geteuid?.() === 0 && (there.uid !== own.uid || there.gid !== own.gid))
    fchownSync(descriptor, Number(there.uid), Number(there.gid));
  if ((there.mode & RIGHTS) !== (own.mode & RIGHTS)) fchmodSync(descriptor, Number(there.mode & RIGHTS));
}

/** The path of the file that is to be replaced: a link stays, the file it names is replaced. */
export function resolveLinks(path: string, left = MOST_LINKS): string {
  try {
    return textOfBytes(realpathSync.native(onDisk(path), 'buffer'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || left === 0) throw error;
    // Nothing is there yet, or a link to a file that is not: then that one is made.
    const link = lstatSync(onDisk(path), { throwIfNoEntry: false })?.isSymbolicLink()
      ? textOfBytes(readlinkSync(onDisk(path), 'buffer'))
      : null;
    return link === null ? path : resolveLinks(resolve(dirname(path), link), left - 1);
  }
}
