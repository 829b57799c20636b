// Loaded before convtool (node --import) to make file operations of a process fail, those of its threads included:
// CONVTOOL_FAULT=operation:n:code makes the n-th one of each thread fail with that code. A fault that struck creates the file
// CONVTOOL_FAULT_LOG.

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [operation, n, code] = (process.env.CONVTOOL_FAULT ?? '').split(':');
let calls = 0;

function strikes(name) {
  if (name !== operation || ++calls !== Number(n)) return false;
  fs.writeFileSync(process.env.CONVTOOL_FAULT_LOG, '');
  return true;
}

function fault(name) {
  return Object.assign(new Error(`${code}: made to fail, ${name}`), { code, syscall: name });
}

// Files that a run opens by numeric flags, to read or to look up, and those it writes ('wx'). Others, such as the modules that
// Node loads, are left alone.
const opened = new Set();
const { openSync, closeSync, renameSync, readSync, writevSync, fstatSync, write } = fs;

fs.openSync = (path, flags, ...rest) => {
  const isOurs = (flags === 'wx' || typeof flags === 'number') && !String(path).startsWith('/proc/');
  if (isOurs && strikes('open')) throw fault('open');
  const descriptor = openSync(path, flags, ...rest);
  if (isOurs || flags === 'wx') opened.add(descriptor);
  return descriptor;
};
fs.readSync = (descriptor, ...rest) => {
  if (opened.has(descriptor) && strikes('read')) throw fault('read');
  return readSync(descriptor, ...rest);
};
fs.fstatSync = (descriptor, ...rest) => {
  if (opened.has(descriptor) && strikes('stat')) throw fault('stat');
  return fstatSync(descriptor, ...rest);
};
// The descriptor belongs to the main thread; small pictures are written by others.
fs.writevSync = (descriptor, chunks) => {
  if (!strikes('write')) return writevSync(descriptor, chunks);
  // A disk that is full takes a part first.
  if (code === 'ENOSPC') writevSync(descriptor, [chunks[0].subarray(0, 3)]);
  throw fault('write');
};
fs.closeSync = (descriptor) => {
  closeSync(descriptor);
  if (opened.delete(descriptor) && strikes('close')) throw fault('close');
};
fs.renameSync = (...args) => {
  if (strikes('rename')) throw fault('rename');
  renameSync(...args);
};
fs.write = (descriptor, bytes, done) => {
  if (!opened.has(descriptor) || !strikes('write')) return write(descriptor, bytes, done);
  const part = code === 'ENOSPC' ? bytes.subarray(0, bytes.length >> 1) : bytes.subarray(0, 0);
  write(descriptor, part, () => done(fault('write')));
};
syncBuiltinESMExports();
