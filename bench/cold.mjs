// One task of a Node side in a fresh process, timed from before the library is imported to its first result.
// Reads {side, task} from standard input, prints milliseconds. JavaScript, because what loads TypeScript makes
// imports slower and must be gone when the clock starts.

import { readFileSync } from 'node:fs';
import { register } from 'tsx/esm/api';

const { side, task } = JSON.parse(readFileSync(0, 'utf8'));
const unregister = register();
const { NODE_SIDES } = await import('./sides.ts');
const { imageOf } = await import('./in-node.ts');
await unregister();
const image = imageOf(task);
const started = performance.now();
const run = await NODE_SIDES[side](task, image);
await run();
process.stdout.write(String(performance.now() - started));
