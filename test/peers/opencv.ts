// Checks that OpenCV's filter2D stores the same pictures: 2,000 random kernels over pictures of 8 and 16 bits, clamped.
// convtool runs here in one process, OpenCV in test/peers/opencv.py. `npx tsx test/peers/opencv.ts [cases] [seed]`:
// exit 1 if a sample differs by more than rounding explains. Debian package: python3-opencv. Needs the build.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseKernel, type Samples } from '../../dist/index.js';
import { filter } from '../../dist/pipeline/filter.js';
import { filterSettings } from '../../dist/pipeline/options.js';
import { randomImage, randomOf } from '../support/random-run.js';

const CHECKER = fileURLToPath(new URL('./opencv.py', import.meta.url));
const [cases = 2000, seed = 1] = process.argv.slice(2).map(Number);

/** The border modes of filter2D; the checker maps them to OpenCV's names. */
const BORDERS = ['replicate', 'symmetric', 'reflect101', 'constant:0'] as const;

type Random = ReturnType<typeof randomOf>;
const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)]!;

/** Weights of integers, of fractions of integers, or any; products as well as others. */
function randomKernel(random: Random) {
  const [width, height] = [1 + random(9), 1 + random(9)];
  const weight = pick(random, [
    () => random(9) - 4,
    () => random(4),
    () => 1,
    () => (random(2001) - 1000) / 1000,
  ]);
  const [row, column] = [width, height].map((length) => Array.from({ length }, weight));
  const isProduct = random(3) === 0;
  return {
    weights: column!.map((c) => row!.map((r) => (isProduct ? c * r : weight()))),
    divisor: pick(random, [1, 1, 2, 9, 16, -3]),
    bias: pick(random, [0, 0, 128, -5]),
    anchor: [random(width), random(height)] as const,
  };
}

/** The checker's exit status: 0 if nothing differs. */
async function compare(folder: string): Promise<number> {
  const about: object[] = [];
  const numbers: Uint8Array[] = [];
  for (let i = 0; i < cases; i++) {
    const random = randomOf(seed * 1_000_003 + i);
    random(2);
    const depth = pick(random, [8, 16] as const);
    const size = [1 + random(40), 1 + random(40), pick(random, [1, 3])] as const;
    const image: Samples = randomImage(...size, depth, random(2 ** 30));
    const kernel = randomKernel(random);
    const [border, flip] = [pick(random, BORDERS), random(2) === 0];
    const settings = filterSettings(image, parseKernel(kernel), { border }, flip);
    const request = { depth, map: 'clamp', gain: 1 } as const;
    const { map, plan } = await filter(image, parseKernel(kernel), settings, request);
    about.push({ seed, case: i, size, depth, border, flip, method: plan.method, ...kernel });
    for (const { buffer, byteOffset, byteLength } of [image.data, map.data])
      numbers.push(new Uint8Array(buffer, byteOffset, byteLength).slice());
  }
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(about));
  writeFileSync(join(folder, 'samples.raw'), Buffer.concat(numbers));
  return spawnSync('/usr/bin/python3', [CHECKER, folder], { stdio: 'inherit' }).status ?? 1;
}

const folder = mkdtempSync(join(tmpdir(), 'convtool-opencv-'));
try {
  process.exitCode = await compare(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
