// The calls to the file system that this folder makes: Node's, unless a run was given others, such as calls that fail in a
// test. The only file of the folder that calls node:fs. Paths and names are text as in path-bytes.ts.

import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';
import { systemPath, textOfBytes } from './path-bytes.js';

export interface OpenFile {
  /** Reads up to `length` bytes into `bytes` from `offset` on. @param position in the file; default: after the last read. */
  read(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position?: number,
  ): Promise<{ readonly bytesRead: number }>;
  stat(options: { readonly bigint: true }): Promise<fs.BigIntStats>;
  close(): Promise<void>;
}

export type FolderEntry = Pick<fs.Dirent, 'name' | 'isFile' | 'isDirectory' | 'isSymbolicLink'>;

const EXACT = { bigint: true } as const;
const OR_NULL = { bigint: true, throwIfNoEntry: false } as const;

/** Named as in Node. Every call throws the system's error, with its code and the name of the call. */
export const nodeFileSystem = {
  open: (path: string, flags: number): Promise<OpenFile> => promises.open(systemPath(path), flags),
  stat: (path: string) => promises.stat(systemPath(path), EXACT),
  access: (path: string, mode: number) => promises.access(systemPath(path), mode),
  mkdir: (path: string) => promises.mkdir(systemPath(path)),
  readdir: async (path: string): Promise<FolderEntry[]> => {
    const options = { withFileTypes: true, encoding: 'buffer' } as const;
    const entries = await promises.readdir(systemPath(path), options);
    return entries.map((entry) => Object.assign(entry, { name: textOfBytes(entry.name) }));
  },
  unlink: (path: string) => promises.unlink(systemPath(path)),
  /** @returns the number of bytes written, possibly fewer than given. */
  write: (descriptor: number, bytes: Uint8Array) =>
    new Promise<number>((resolve, reject) => {
      fs.write(descriptor, bytes, (error, written) => (error ? reject(error) : resolve(written)));
    }),
  fsync: (descriptor: number) => settle((done) => fs.fsync(descriptor, done)),
  fdatasync: (descriptor: number) => settle((done) => fs.fdatasync(descriptor, done)),

  openSync: (path: string, flags: number | 'wx') => fs.openSync(systemPath(path), flags),
  /** Reads up to `length` bytes into `bytes` from `offset` on. */
  readSync: (descriptor: number, bytes: Uint8Array, offset: number, length: number) =>
    fs.readSync(descriptor, bytes, offset, length, null),
  /** As `write`, for several buffers. */
  writevSync: (descriptor: number, chunks: readonly Uint8Array[]) => fs.writevSync(descriptor, chunks),
  closeSync: (descriptor: number) => fs.closeSync(descriptor),
  readFileSync: (path: string) => fs.readFileSync(systemPath(path)),
  /** null if nothing is there. */
  statSync: (path: string) => fs.statSync(systemPath(path), OR_NULL) ?? null,
  /** As `statSync`, of a link itself. */
  lstatSync: (path: string) => fs.lstatSync(systemPath(path), OR_NULL) ?? null,
  fstatSync: (descriptor: number) => fs.fstatSync(descriptor, EXACT),
  accessSync: (path: string, mode: number) => fs.accessSync(systemPath(path), mode),
  realpathSync: (path: string) => textOfBytes(fs.realpathSync.native(systemPath(path), 'buffer')),
  readlinkSync: (path: string) => textOfBytes(fs.readlinkSync(systemPath(path), 'buffer')),
  renameSync: (from: string, to: string) => fs.renameSync(systemPath(from), systemPath(to)),
  unlinkSync: (path: string) => fs.unlinkSync(systemPath(path)),
  readdirSync: (path: string) => fs.readdirSync(systemPath(path), 'buffer').map(textOfBytes),
  rmdirSync: (path: string) => fs.rmdirSync(systemPath(path)),
  fchmodSync: (descriptor: number, mode: number) => fs.fchmodSync(descriptor, mode),
  fchownSync: (descriptor: number, user: number, group: number) => fs.fchownSync(descriptor, user, group),
};

export type FileSystem = Readonly<typeof nodeFileSystem>;

/** Calls a function that takes a callback. */
function settle(call: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));
}

let current: FileSystem = nodeFileSystem;

/** The file system of the current run. */
export function fileSystem(): FileSystem {
  return current;
}

/**
 * Makes `given` the file system of the current run; returns a function that restores the one before. There is one per thread
 * instead of an argument that dozens of functions would only pass on: runs in one process do not overlap, since they
 * also share the current folder, standard input and the list of temporary files. Threads of the pool use Node's own.
 */
export function useFileSystem(given: FileSystem): () => void {
  const before = current;
  current = given;
  return () => {
    current = before;
  };
}
