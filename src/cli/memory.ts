// Large arrays let go at once. V8 does not count memory that threads share, nor what libvips hands over, and would
// let hundreds of megabytes lie until something else makes it look.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Fewer bytes are not worth the milliseconds that looking for them takes. */
const LARGE = 48 * 2 ** 20;
/** Less of them does not add up to much. */
const SMALL = 2 ** 20;

let pending = 0;
let collect: (() => void) | undefined;

/** Frees what nothing refers to any more, where `bytes` of it have just been let go, or many times less. */
export function letGo(bytes: number): void {
  if (bytes < SMALL) return;
  pending += bytes;
  if (pending < LARGE) return;
  pending = 0;
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
