// The file system of Node. The only file that calls node:fs.

import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';
import type { FileSystem } from './file-system.js';

const EXACT = { bigint: true } as const;
const OR_NULL = { bigint: true, throwIfNoEntry: false } as const;

export const nodeFileSystem: FileSystem = {
  open: (path, flags) => promises.open(path, flags),
  stat: (path) => promises.stat(path, EXACT),
  access: (path, mode) => promises.access(path, mode),
  mkdir: (path) => promises.mkdir(path),
  readdir: (path) => promises.readdir(path, { withFileTypes: true, encoding: 'buffer' }),
  unlink: (path) => promises.unlink(path),
  write: (descriptor, bytes) =>
    new Promise((resolve, reject) => {
      fs.write(descriptor, bytes, (error, written) => (error ? reject(error) : resolve(written)));
    }),
  fsync: (descriptor) => settle((done) => fs.fsync(descriptor, done)),
  fdatasync: (descriptor) => settle((done) => fs.fdatasync(descriptor, done)),

  openSync: (path, flags) => fs.openSync(path, flags),
  readSync: (descriptor, bytes, offset, length) => fs.readSync(descriptor, bytes, offset, length, null),
  writevSync: (descriptor, chunks) => fs.writevSync(descriptor, chunks),
  closeSync: (descriptor) => fs.closeSync(descriptor),
  readFileSync: (path) => fs.readFileSync(path),
  statSync: (path) => fs.statSync(path, OR_NULL) ?? null,
  lstatSync: (path) => fs.lstatSync(path, OR_NULL) ?? null,
  fstatSync: (descriptor) => fs.fstatSync(descriptor, EXACT),
  accessSync: (path, mode) => fs.accessSync(path, mode),
  realpathSync: (path) => fs.realpathSync.native(path, 'buffer'),
  readlinkSync: (path) => fs.readlinkSync(path, 'buffer'),
  renameSync: (from, to) => fs.renameSync(from, to),
  unlinkSync: (path) => fs.unlinkSync(path),
  readdirSync: (path) => fs.readdirSync(path, 'buffer'),
  rmdirSync: (path) => fs.rmdirSync(path),
  fchmodSync: (descriptor, mode) => fs.fchmodSync(descriptor, mode),
  fchownSync: (descriptor, user, group) => fs.fchownSync(descriptor, user, group),
};

/** Calls a function that takes a callback. */
function settle(call: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));
}
