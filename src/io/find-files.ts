// Finds files below a folder, and files that match a glob pattern.

import type { readdir as readdirWithCallback } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { ImageError } from '../core/errors.js';
import { type FolderEntry, fileSystem } from './file-system.js';
import { identityOf } from './read-file.js';
import { statOrNull } from './stat.js';
import { reasonOf } from './system-error.js';

export interface FoundFile {
  readonly path: string;
  /** The folders between the start of the search and the file: `` or `2024/may/`. */
  readonly below: string;
}

export interface WalkOptions {
  /** Whether subfolders are searched. Links to folders are never followed. */
  readonly recursive: boolean;
  readonly isWanted: (name: string) => boolean;
  /** The identity (see read-file.ts) of a folder to skip with everything below it; null for none. */
  readonly skip: string | null;
}

export interface Walk {
  /** Sorted by name; the files of a folder come before those of its subfolders. */
  readonly files: readonly FoundFile[];
  /** Number of subfolders that were skipped because `recursive` is false. */
  readonly folders: number;
  /** Number of files that were not wanted. */
  readonly others: number;
  /** One error for each folder that could not be read. */
  readonly failures: readonly ImageError[];
}

/** Searches a folder. Hidden files and folders (whose names begin with a dot) are skipped. */
export async function walk(folder: string, { recursive, isWanted, skip }: WalkOptions): Promise<Walk> {
  const files: FoundFile[] = [];
  const failures: ImageError[] = [];
  let folders = 0;
  let others = 0;
  const search = async (path: string, below: string): Promise<void> => {
    let entries: FolderEntry[];
    try {
      if (skip !== null && identityOf(await fileSystem().stat(path)) === skip) return;
      entries = await fileSystem().readdir(path);
    } catch (cause) {
      failures.push(unreadFolder(path, cause));
      return;
    }
    const subfolders: string[] = [];
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const entryPath = join(path, entry.name);
      if (entry.isDirectory()) subfolders.push(entry.name);
      else if (entry.isSymbolicLink() && (await isFolder(entryPath))) continue;
      else if (isWanted(entry.name)) files.push({ path: entryPath, below });
      else others++;
    }
    folders += recursive ? 0 : subfolders.length;
    if (recursive) for (const name of subfolders) await search(join(path, name), `${below}${name}/`);
  };
  await search(folder, '');
  return { files, folders, others, failures };
}

function unreadFolder(subject: string, cause: unknown): ImageError {
  return new ImageError({ subject, problem: `cannot be read: ${reasonOf(cause)}` }, { cause });
}

async function isFolder(path: string): Promise<boolean> {
  return (await statOrNull(path))?.isDirectory() ?? false;
}

/** Whether a text contains the special characters of a glob pattern. */
export function isPattern(text: string): boolean {
  return /[*?]|\[[^\]]+\]|\{[^}]+\}/.test(text);
}

/** The files that match a glob pattern such as `photos/**\/*.jpg`. Hidden files are skipped. */
export async function matches(pattern: string): Promise<Pick<Walk, 'files' | 'failures'>> {
  // Loaded on demand: only quoted patterns reach this point, since shells expand the others.
  const { glob } = await import('tinyglobby');
  const failures: ImageError[] = [];
  const fs = { readdir: readLinksAsFiles(pattern, failures) as typeof readdirWithCallback };
  const all = await glob(pattern, { expandDirectories: false, followSymbolicLinks: false, fs });
  // The library lets [!a] match the leading dot of a hidden name.
  const found = NAMES_HIDDEN.test(pattern) ? all : all.filter((path) => !HIDDEN.test(path));
  const root = rootOf(pattern);
  const files = found.sort().map((path) => {
    const inside = path.startsWith(root) ? path.slice(root.length) : '';
    return { path, below: inside.slice(0, inside.lastIndexOf('/') + 1) };
  });
  return { files, failures };
}

/** A path component that begins with a dot, other than `.` and `..`; and the same in a pattern. */
const HIDDEN = /(^|\/)\.(?!\.?(\/|$))/;
const NAMES_HIDDEN = /(^|[/{,(|])\\?\.(?!\.?(\/|$))/;

/**
 * Replaces the library's readdir, which follows all links or none, and whose errors the library ignores. Links to folders
 * stay links; other links are files. An error goes to `failures`, unless there is no folder.
 */
function readLinksAsFiles(pattern: string, failures: ImageError[]) {
  return (
    folder: string,
    _: { readonly withFileTypes: true },
    done: (error: Error | null, entries?: readonly FolderEntry[]) => void,
  ): void => {
    const asFile = async (entry: FolderEntry): Promise<FolderEntry> => {
      if (!entry.isSymbolicLink() || (await isFolder(join(folder, entry.name)))) return entry;
      return { name: entry.name, isFile: () => true, isDirectory: () => false, isSymbolicLink: () => false };
    };
    const fail = (cause: NodeJS.ErrnoException) => {
      const isMissing = cause.code === 'ENOENT' || cause.code === 'ENOTDIR';
      const subject = isAbsolute(pattern) ? folder : relative('', folder) || '.';
      if (!isMissing) failures.push(unreadFolder(subject, cause));
      done(cause);
    };
    fileSystem()
      .readdir(folder)
      .then((entries) => Promise.all(entries.map(asFile)))
      .then((entries) => done(null, entries), fail);
  };
}

/** The leading folders of a pattern that contain no special characters. */
function rootOf(pattern: string): string {
  const parts = pattern.split('/');
  const fixed = parts.slice(0, -1).findIndex(isPattern);
  const folders = fixed < 0 ? parts.slice(0, -1) : parts.slice(0, fixed);
  return folders.length === 0 ? '' : `${folders.join('/').replace(/^\.\//, '')}/`.replace(/^\.\/$/, '');
}
