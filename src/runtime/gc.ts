// V8's collector, called for by name: on one thread it knows nothing of how large the memory is that threads share, and
// would let it lie. Knows neither threads nor what is collected.

import { createRequire } from 'node:module';

type Collect = (options?: { type: 'minor' }) => void;

let collect: Collect | undefined;

/** Frees what nothing on this thread refers to any more; `minor`: of what was made a moment ago, which takes less time. */
export function collectNow(kind?: 'minor'): void {
  collect ??= collector();
  if (kind) collect({ type: kind });
  else collect();
}

function collector(): Collect {
  // Loading these takes milliseconds, which small pictures need not wait for.
  const require = createRequire(import.meta.url);
  (require('node:v8') as typeof import('node:v8')).setFlagsFromString('--expose-gc');
  return (require('node:vm') as typeof import('node:vm')).runInNewContext('gc') as Collect;
}
