// Runs V8's garbage collector on demand. V8 does not count memory that threads share, so on its own it would collect
// too late.

import { createRequire } from 'node:module';

type Collect = (options?: { type: 'minor' }) => void;

let collect: Collect | undefined;

/** Frees unreachable objects of this thread. `minor` covers only recently allocated ones and is faster. */
export function collectNow(kind?: 'minor'): void {
  collect ??= collector();
  if (kind) collect({ type: kind });
  else collect();
}

function collector(): Collect {
  // Loaded on first use: it takes milliseconds, which small images need not pay.
  const require = createRequire(import.meta.url);
  (require('node:v8') as typeof import('node:v8')).setFlagsFromString('--expose-gc');
  return (require('node:vm') as typeof import('node:vm')).runInNewContext('gc') as Collect;
}
