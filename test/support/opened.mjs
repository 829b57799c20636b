// Loaded before convtool (node --import): writes what it imports, and which files it reads with readFileSync, to the
// file CONVTOOL_OPENED, a line each. What packages load for themselves by require() is not seen.

import fs, { appendFileSync } from 'node:fs';
import { register, syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';

const log = process.env.CONVTOOL_OPENED;
const hook = `
  import { appendFileSync } from 'node:fs';
  export async function load(url, context, next) {
    if (url.startsWith('file:')) appendFileSync(${JSON.stringify(log)}, decodeURI(url.slice(7)) + '\\n');
    return next(url, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const { readFileSync } = fs;
fs.readFileSync = (path, ...rest) => {
  appendFileSync(log, `${path instanceof URL ? fileURLToPath(path) : path}\n`);
  return readFileSync(path, ...rest);
};
syncBuiltinESMExports();
