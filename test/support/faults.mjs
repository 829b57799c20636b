// Loaded before convtool (node --import) to make its file operations fail: CONVTOOL_FAULT=operation:n:code
// makes the n-th one fail with that code, and code `short` makes every read or write take less than asked.
// Whether the fault struck is written to the file CONVTOOL_FAULT_LOG when the process ends.

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [operation, n, code] = (process.env.CONVTOOL_FAULT ?? '').split(':');
let calls = 0;

function strikes(name) {
  return name === operation && ++calls === Number(n);
}

function fault(name) {
  return Object.assign(new Error(`${code}: made to fail, ${name}`), { code, syscall: name });
}

/** The same handle, with methods of its own that fail when their time comes. */
function faulty(handle) {
  for (const name of ['read', 'write', 'sync', 'datasync', 'stat', 'close']) {
    const real = handle[name].bind(handle);
    handle[name] = async (...args) => {
      if (name === operation && code === 'short') return real(args[0], args[1], Math.ceil(args[2] / 3));
      if (!strikes(name)) return real(...args);
      if (name === 'close') await real();
      // A disk that is full takes a part first.
      if (name === 'write' && code === 'ENOSPC') await real(args[0], args[1], args[2] >> 1);
      throw fault(name);
    };
  }
  return handle;
}

for (const name of ['open', 'rename', 'stat', 'access', 'mkdir']) {
  const real = fs.promises[name];
  fs.promises[name] = async (...args) => {
    if (strikes(name)) throw fault(name);
    const result = await real(...args);
    return name === 'open' ? faulty(result) : result;
  };
}

// Files that a run opens synchronously: those it writes ('wx'), and those it reads or pins by numeric flags. Others, such as
// the modules that Node loads, are left alone.
const outputs = new Set();
const opened = new Set();
const {
  openSync,
  closeSync,
  renameSync,
  accessSync,
  readSync,
  writevSync,
  fstatSync,
  write,
  fsync,
  fdatasync,
} = fs;

fs.openSync = (path, flags, ...rest) => {
  const isOurs = (flags === 'wx' || typeof flags === 'number') && !String(path).startsWith('/proc/');
  if (isOurs && strikes('open')) throw fault('open');
  const descriptor = openSync(path, flags, ...rest);
  if (flags === 'wx') outputs.add(descriptor);
  else if (isOurs) opened.add(descriptor);
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
  if (operation === 'write' && code === 'short') return writevSync(descriptor, [chunks[0].subarray(0, 7)]);
  if (strikes('write')) {
    if (code === 'ENOSPC') writevSync(descriptor, [chunks[0].subarray(0, 3)]);
    throw fault('write');
  }
  return writevSync(descriptor, chunks);
};
fs.closeSync = (descriptor) => {
  closeSync(descriptor);
  opened.delete(descriptor);
  if (outputs.delete(descriptor) && strikes('close')) throw fault('close');
};
fs.renameSync = (...args) => {
  if (strikes('rename')) throw fault('rename');
  renameSync(...args);
};
fs.accessSync = (...args) => {
  if (strikes('access')) throw fault('access');
  accessSync(...args);
};
fs.write = (descriptor, bytes, ...rest) => {
  const done = rest.at(-1);
  if (!outputs.has(descriptor)) return write(descriptor, bytes, ...rest);
  if (operation === 'write' && code === 'short')
    return write(descriptor, bytes.subarray(0, Math.ceil(bytes.length / 3)), done);
  if (!strikes('write')) return write(descriptor, bytes, done);
  // A disk that is full takes a part first.
  const part = code === 'ENOSPC' ? bytes.subarray(0, bytes.length >> 1) : bytes.subarray(0, 0);
  write(descriptor, part, () => done(fault('write')));
};
for (const [name, called, real] of [
  ['fsync', 'sync', fsync],
  ['fdatasync', 'datasync', fdatasync],
]) {
  fs[name] = (descriptor, done) => (strikes(called) ? done(fault(called)) : real(descriptor, done));
}
syncBuiltinESMExports();

// Each thread of the process has its own calls; the main thread ends last.
process.on('exit', () => {
  const log = process.env.CONVTOOL_FAULT_LOG;
  if (calls >= Number(n)) fs.writeFileSync(log, 'struck');
  else if (!fs.existsSync(log)) fs.writeFileSync(log, 'untouched');
});
