// The calls to the file system that this folder makes: Node's, unless a run was given others, such as calls that fail in a
// test. The only file of the folder that calls node:fs.

import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';

/** A path as the system takes it: bytes where it is not UTF-8 (see path-bytes.ts). */
type SystemPath = string | Buffer;

/** A file that was opened by `open`. */
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

const EXACT = { bigint: true } as const;
const OR_NULL = { bigint: true, throwIfNoEntry: false } as const;

/** Named as in Node. Every call throws the system's error, with its code and the name of the call. */
export const nodeFileSystem = {
  open: (path: SystemPath, flags: number): Promise<OpenFile> => promises.open(path, flags),
  stat: (path: SystemPath) => promises.stat(path, EXACT),
  access: (path: SystemPath, mode: number) => promises.access(path, mode),
  mkdir: (path: SystemPath) => promises.mkdir(path),
  /** Entries with their names as bytes. */
  readdir: (path: SystemPath): Promise<readonly fs.Dirent<Buffer>[]> =>
    promises.readdir(path, { withFileTypes: true, encoding: 'buffer' }),
  unlink: (path: SystemPath) => promises.unlink(path),
  /** @returns the number of bytes written, possibly fewer than given. */
  write: (descriptor: number, bytes: Uint8Array) =>
    new Promise<number>((resolve, reject) => {
      fs.write(descriptor, bytes, (error, written) => (error ? reject(error) : resolve(written)));
    }),
  fsync: (descriptor: number) => settle((done) => fs.fsync(descriptor, done)),
  fdatasync: (descriptor: number) => settle((done) => fs.fdatasync(descriptor, done)),

  openSync: (path: SystemPath, flags: number | 'wx') => fs.openSync(path, flags),
  /** Reads up to `length` bytes into `bytes` from `offset` on. */
  readSync: (descriptor: number, bytes: Uint8Array, offset: number, length: number) =>
    fs.readSync(descriptor, bytes, offset, length, null),
  /** As `write`, for several buffers. */
  writevSync: (descriptor: number, chunks: readonly Uint8Array[]) => fs.writevSync(descriptor, chunks),
  closeSync: (descriptor: number) => fs.closeSync(descriptor),
  readFileSync: (path: SystemPath) => fs.readFileSync(path),
  /** null if nothing is there. */
  statSync: (path: SystemPath) => fs.statSync(path, OR_NULL) ?? null,
  /** As `statSync`, of a link itself. */
  lstatSync: (path: SystemPath) => fs.lstatSync(path, OR_NULL) ?? null,
  fstatSync: (descriptor: number) => fs.fstatSync(descriptor, EXACT),
  accessSync: (path: SystemPath, mode: number) => fs.accessSync(path, mode),
  realpathSync: (path: SystemPath) => fs.realpathSync.native(path, 'buffer'),
  readlinkSync: (path: SystemPath) => fs.readlinkSync(path, 'buffer'),
  renameSync: (from: SystemPath, to: SystemPath) => fs.renameSync(from, to),
  unlinkSync: (path: SystemPath) => fs.unlinkSync(path),
  /** The names in a folder, as bytes. */
  readdirSync: (path: SystemPath) => fs.readdirSync(path, 'buffer'),
  rmdirSync: (path: SystemPath) => fs.rmdirSync(path),
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
