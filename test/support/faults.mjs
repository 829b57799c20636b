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
syncBuiltinESMExports();

// Each thread of the process has its own calls; the main thread ends last.
process.on('exit', () => {
  const log = process.env.CONVTOOL_FAULT_LOG;
  if (calls >= Number(n)) fs.writeFileSync(log, 'struck');
  else if (!fs.existsSync(log)) fs.writeFileSync(log, 'untouched');
});
