// The calls to the file system that this folder makes, as an interface.

import type { BigIntStats, Dirent } from 'node:fs';

/** A path as the system takes it: bytes where it is not UTF-8 (see path-bytes.ts). */
export type SystemPath = string | Buffer;

/** A file that was opened by `open`. */
export interface OpenFile {
  /** Reads up to `length` bytes into `bytes` from `offset` on. @param position in the file; default: after the last read. */
  read(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position?: number,
  ): Promise<{ readonly bytesRead: number }>;
  stat(options: { readonly bigint: true }): Promise<BigIntStats>;
  close(): Promise<void>;
}

/** Named as in Node. Every call throws the system's error, with its code and the name of the call. */
export interface FileSystem {
  open(path: SystemPath, flags: number): Promise<OpenFile>;
  stat(path: SystemPath): Promise<BigIntStats>;
  access(path: SystemPath, mode: number): Promise<void>;
  mkdir(path: SystemPath): Promise<void>;
  /** Entries with their names as bytes. */
  readdir(path: SystemPath): Promise<readonly Dirent<Buffer>[]>;
  unlink(path: SystemPath): Promise<void>;
  /** @returns the number of bytes written, possibly fewer than given. */
  write(descriptor: number, bytes: Uint8Array): Promise<number>;
  fsync(descriptor: number): Promise<void>;
  fdatasync(descriptor: number): Promise<void>;

  openSync(path: SystemPath, flags: number | 'wx'): number;
  /** Reads up to `length` bytes into `bytes` from `offset` on. */
  readSync(descriptor: number, bytes: Uint8Array, offset: number, length: number): number;
  /** As `write`, for several buffers. */
  writevSync(descriptor: number, chunks: readonly Uint8Array[]): number;
  closeSync(descriptor: number): void;
  readFileSync(path: SystemPath): Buffer;
  /** null if nothing is there. */
  statSync(path: SystemPath): BigIntStats | null;
  /** As `statSync`, of a link itself. */
  lstatSync(path: SystemPath): BigIntStats | null;
  fstatSync(descriptor: number): BigIntStats;
  accessSync(path: SystemPath, mode: number): void;
  realpathSync(path: SystemPath): Buffer;
  readlinkSync(path: SystemPath): Buffer;
  renameSync(from: SystemPath, to: SystemPath): void;
  unlinkSync(path: SystemPath): void;
  /** The names in a folder, as bytes. */
  readdirSync(path: SystemPath): Buffer[];
  rmdirSync(path: SystemPath): void;
  fchmodSync(descriptor: number, mode: number): void;
  fchownSync(descriptor: number, user: number, group: number): void;
}
