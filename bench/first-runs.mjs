// The first runs of a fresh process, for first-runs.ts. Reads {slide, width, height} from standard input; prints the
// milliseconds of each run, and those of writing to memory as large as the map for the first time and again.

import { readFileSync } from 'node:fs';
import { register } from 'tsx/esm/api';

const RUNS = 8;
const { slide, width, height } = JSON.parse(readFileSync(0, 'utf8'));
const unregister = register();
const { openConvtool } = await import('./sides.ts');
const { benchImage } = await import('./images.ts');
await unregister();
const timed = async (call) => {
  const started = performance.now();
  await call();
  return performance.now() - started;
};
const run = await openConvtool(slide, benchImage({ width, height, channels: 3, depth: 8 }));
const runs = [];
for (let i = 0; i < RUNS; i++) runs.push(await timed(run));
const map = new Uint8Array(new SharedArrayBuffer(width * height * 3 * (slide.output === 'uint8' ? 1 : 4)));
const fresh = await timed(() => map.fill(1));
const again = await timed(() => map.fill(2));
process.stdout.write(JSON.stringify({ runs, fresh, again }));
