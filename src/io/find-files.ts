// Finding files: those below a folder, and those that match a pattern. Knows names, not what is in the files.

import type { Dirent, readdir as readdirWithCallback } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageError } from '../core/errors.js';
import { onDisk, textOfBytes } from './path-bytes.js';
import { identityOf } from './read-file.js';
import { reasonOf } from './system-error.js';
import { statOf } from './write/write-atomic.js';

/** A file that was found. */
export interface FoundFile {
  readonly path: string;
  /** The folders between where the search began and the file: `` or `2024/may/`. */
  readonly below: string;
}

export interface WalkOptions {
  /** Whether folders of the folder are looked into, too; links to folders never are. */
  readonly recursive: boolean;
  /** Names that are taken. */
  readonly takes: (name: string) => boolean;
  /** A folder, by its identity (see read.ts), that is left alone with all below it. */
  readonly except: string | null;
}

export interface Walk {
  /** In the order of their names, the files of a folder before those of its folders. */
  readonly files: readonly FoundFile[];
  /** Folders that were not looked into, since `recursive` was not asked for. */
  readonly folders: number;
  /** Files of other names. */
  readonly others: number;
  /** Folders that could not be read, each as the error that says so. */
  readonly failures: readonly ImageError[];
}

/** Looks through a folder. Hidden files and folders (whose names begin with a dot) are passed over. */
export async function walk(folder: string, { recursive, takes, except }: WalkOptions): Promise<Walk> {
  const files: FoundFile[] = [];
  const failures: ImageError[] = [];
  let folders = 0;
  let others = 0;
  const look = async (path: string, below: string): Promise<void> => {
    if (except !== null && (await isFolderOf(path, except))) return;
    const entries = await entriesOf(path).catch((cause) => {
      failures.push(
        new ImageError({ subject: path, problem: `cannot be read: ${reasonOf(cause)}` }, { cause }),
      );
      return [];
    });
    const inside: string[] = [];
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const at = join(path, entry.name);
      if (entry.isDirectory()) inside.push(entry.name);
      else if (entry.isSymbolicLink() && (await isFolder(at))) continue;
      else if (takes(entry.name)) files.push({ path: at, below });
      else others++;
    }
    folders += recursive ? 0 : inside.length;
    if (recursive) for (const name of inside) await look(join(path, name), `${below}${name}/`);
  };
  await look(folder, '');
  return { files, folders, others, failures };
}

async function isFolderOf(path: string, identity: string): Promise<boolean> {
  const there = await statOf(path).catch(() => null);
  return there !== null && identityOf(there) === identity;
}

async function isFolder(path: string): Promise<boolean> {
  return (await statOf(path).catch(() => null))?.isDirectory() ?? false;
}

/** Whether a text has characters that make it a pattern. */
export function isPattern(text: string): boolean {
  return /[*?]|\[[^\]]+\]|\{[^}]+\}/.test(text);
}

/** The files that a pattern such as `photos/**\/*.jpg` matches, in the order of their names; hidden ones are passed over. */
export async function matches(pattern: string): Promise<FoundFile[]> {
  // Only quoted patterns come here: a shell has resolved the others.
  const { glob } = await import('tinyglobby');
  const fs = { readdir: readLinksAsFiles as typeof readdirWithCallback };
  const all = await glob(pattern, { expandDirectories: false, followSymbolicLinks: false, fs });
  // Of [!a] the library thinks that it matches the dot of a hidden name.
  const found = NAMES_HIDDEN.test(pattern) ? all : all.filter((path) => !HIDDEN.test(path));
  const root = rootOf(pattern);
  return found.sort().map((path) => {
    const inside = path.startsWith(root) ? path.slice(root.length) : '';
    return { path, below: inside.slice(0, inside.lastIndexOf('/') + 1) };
  });
}

/** A part of a path that begins with a dot, but for `.` and `..`; and the same of a pattern. */
const HIDDEN = /(^|\/)\.(?!\.?(\/|$))/;
const NAMES_HIDDEN = /(^|[/{,(|])\\?\.(?!\.?(\/|$))/;

type Entry = Pick<Dirent, 'name' | 'isFile' | 'isDirectory' | 'isSymbolicLink'>;

/** What is in a folder; names whose bytes are not UTF-8 as in path-bytes.ts. */
async function entriesOf(folder: string): Promise<Entry[]> {
  const entries = await readdir(onDisk(folder), { withFileTypes: true, encoding: 'buffer' });
  return (entries as unknown as Dirent<Buffer>[]).map((entry) => ({
    name: textOfBytes(entry.name),
    isFile: () => entry.isFile(),
    isDirectory: () => entry.isDirectory(),
    isSymbolicLink: () => entry.isSymbolicLink(),
  }));
}

/** Reads a folder for the library, which would follow all links or none: those to folders stay links, others are files. */
function readLinksAsFiles(
  folder: string,
  _: { readonly withFileTypes: true },
  done: (error: Error | null, entries?: readonly Entry[]) => void,
): void {
  const seen = async (entry: Entry): Promise<Entry> => {
    if (!entry.isSymbolicLink() || (await isFolder(join(folder, entry.name)))) return entry;
    return { name: entry.name, isFile: () => true, isDirectory: () => false, isSymbolicLink: () => false };
  };
  entriesOf(folder)
    .then((entries) => Promise.all(entries.map(seen)))
    .then((entries) => done(null, entries), done);
}

/** The folders before the first part of a pattern that has to be searched. */
function rootOf(pattern: string): string {
  const parts = pattern.split('/');
  const fixed = parts.slice(0, -1).findIndex(isPattern);
  const folders = fixed < 0 ? parts.slice(0, -1) : parts.slice(0, fixed);
  return folders.length === 0 ? '' : `${folders.join('/').replace(/^\.\//, '')}/`.replace(/^\.\/$/, '');
}
