// An unexpected error in any stage of one image fails only that image: it is named, listed and counted, and the others
// are processed, on every code path. Lists of any length do not overflow the stack.

import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { inspectPng } from '../../dist/codecs/png/parse.js';
import { InternalError } from '../../dist/core/errors.js';
import { decompose } from '../../dist/math/svd.js';
import { fresh, lines } from '../support/apply-runs.js';
import { convtool, errorLines } from '../support/cli.js';
import { chunksOf, pngOf, smallPng } from '../support/picture-bytes.js';

const node = ['--import', fileURLToPath(new URL('../support/internal-faults.mjs', import.meta.url))];
/** Widths that internal-faults.mjs makes fail in decode, plan, filter and encode, and one that is let be. */
const WIDTHS = [101, 102, 103, 104, 90];
const INTERNAL =
  /internal error \((TypeError|RangeError|RuntimeError): .*\); please report it with this file$/;

let pictures: Record<string, Buffer>;
beforeAll(async () => {
  pictures = Object.fromEntries(
    await Promise.all(WIDTHS.map(async (width) => [`in/${width}.png`, await smallPng(width, 8)] as const)),
  );
});

describe.concurrent.each([
  ['several kernels', ['apply', '-k', 'box-3', '-k', 'sobel-x'], 2],
  ['a sheet', ['apply', '-k', 'box-3', '-k', 'sobel-x', '--sheet'], 1],
  ['a stack', ['apply', '-k', 'box-3', '-k', 'sobel-x', '--stack', '--format', 'tiff'], 1],
])('apply with %s', (_, args, outputs) => {
  it('processes the undamaged image and names the others', async () => {
    const run = await convtool([...args, '-o', 'o/', '--json', '--errors', 'e', 'in'], {
      files: pictures,
      node,
    });
    expect(run.status).toBe(1);
    const failed = run.after
      .e!.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(new Set(failed.map(({ input }) => input))).toEqual(
      new Set(WIDTHS.slice(0, 4).map((width) => `in/${width}.png`)),
    );
    for (const { error } of failed) expect(error).toMatch(INTERNAL);
    expect(fresh(run).filter((path) => path.includes('90.'))).toHaveLength(outputs);
    expect(lines(run).filter((line) => 'error' in JSON.parse(line))).toEqual(
      run.after.e!.trimEnd().split('\n'),
    );
  });
});

describe.concurrent('apply', () => {
  it('of many small pictures names those that failed on threads, also two on one thread', async () => {
    const files = { ...pictures };
    for (let i = 0; i < 40; i++) files[`in/x${i}.png`] = pictures['in/90.png']!;
    const run = await convtool(['apply', '-k', 'box-3', '-o', 'o/', 'in'], { files, node });
    expect(run.status).toBe(1);
    expect(errorLines(run).map((line) => /^error: in\/(\d+)\.png: internal error/.exec(line)?.[1])).toEqual(
      WIDTHS.slice(0, 4).map(String),
    );
    expect(lines(run)).toHaveLength(41);
  });

  it('of large streamed pictures names those that failed', async () => {
    const noise = (width: number) =>
      sharp(
        Uint8Array.from({ length: width * 30_000 }, (_, i) => (i * i * 31) >> 7),
        {
          raw: { width, height: 30_000, channels: 1 },
        },
      );
    const files: Record<string, Buffer> = {};
    for (const width of [102, 103, 104, 110]) {
      files[`in/${width}.png`] = await noise(width).png({ compressionLevel: 0 }).toBuffer();
    }
    files['in/j103.jpg'] = await noise(103).jpeg({ quality: 100 }).toBuffer();
    const run = await convtool(['apply', '-k', 'box-3', '-o', 'o/', 'in'], {
      files,
      node,
      patience: 120_000,
    });
    expect(run.status).toBe(1);
    expect(errorLines(run)).toHaveLength(4);
    for (const line of errorLines(run)) expect(line).toMatch(INTERNAL);
    expect(fresh(run)).toEqual(['o/110.box-3.png']);
  });
});

describe.concurrent.each([
  ['compare', ['compare', '-k', 'sobel-x', '--no-picture'], [102, 103]],
  ['project', ['project', '-b', 'dct:4', '-o', 'o/'], [101]],
])('%s', (_, args, failing) => {
  it('continues after an image with an internal error', async () => {
    const widths = [...failing, 90];
    const run = await convtool([...args, ...widths.map((width) => `in/${width}.png`)], {
      files: pictures,
      node,
    });
    expect(run.status).toBe(1);
    expect(errorLines(run)).toHaveLength(failing.length);
    for (const line of errorLines(run)) expect(line).toMatch(INTERNAL);
    expect(run.stdout.toString()).toContain('90');
  });
});

describe('lists of any length', () => {
  it('of text chunks in a PNG', async () => {
    const [header, ...others] = chunksOf(await smallPng(5, 4));
    const text = { type: 'tEXt', data: Buffer.from('k\0v') };
    const bytes = pngOf([header!, ...Array(130_000).fill(text), ...others]);
    expect(inspectPng(bytes)?.about).toMatchObject({ width: 5, height: 4 });
  });

  it('of weights in one row', () => {
    const row = Float64Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? 3 : -4));
    expect(decompose([row]).values[0]).toBeCloseTo(Math.sqrt(12.5 * 200_000), 9);
  });
});

it('an internal error keeps its cause', () => {
  const cause = new TypeError('x');
  expect(new InternalError('a.png', cause)).toMatchObject({
    cause,
    message: 'a.png: internal error (TypeError: x); please report it with this file',
  });
});
