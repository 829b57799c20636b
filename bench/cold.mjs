// One task in a fresh Node process, timed from before the import of the library to its first result. Reads {side, task}
// from standard input, prints milliseconds. It is JavaScript, because a TypeScript loader would slow down the imports.

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
