// One work in a fresh process, timed from before the side is imported to its first result:
// node --import tsx bench/cold.ts <side> <work>. Prints milliseconds.

import { SIDES } from './sides.js';
import { benchImage, works } from './works.js';

const [side, name] = process.argv.slice(2) as [keyof typeof SIDES, string];
const image = benchImage();
const work = (await works()).find((candidate) => candidate.name === name)!;
const started = performance.now();
await (await SIDES[side]())(image, work.kernel);
process.stdout.write(String(performance.now() - started));
