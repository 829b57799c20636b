// Notes of `convtool apply` on what outputs lack or a method cannot guarantee: printed once per run, for any number of
// outputs.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encode } from '../../dist/codecs/registry.js';
import { applied } from '../support/apply-runs.js';

const raw = { raw: { width: 24, height: 16, channels: 3 as const } };
const plain = sharp(Buffer.alloc(24 * 16 * 3, 90), raw);
const bare = await plain.clone().jpeg().toBuffer();
const tagged = await plain
  .clone()
  .withExif({ IFD0: { Artist: 'A. N. Other' } })
  .jpeg()
  .toBuffer();

describe.concurrent('metadata of the image', () => {
  it.each([
    ['-k box-3'],
    ['-k box-3 --format jpeg'],
    ['-k box-3 --format npy'],
    ['-k box-3 --format raw'],
    ['-k dct:2'],
    ['-k dct:2 --stack'],
    ['-k dct:2 --sheet'],
    ['-k box-3 --threads 1'],
  ])('%s: notes once that it is left out', async (words) => {
    const files = { 'a.jpg': bare, 'b.jpg': tagged, 'c.jpg': tagged };
    const run = await applied([...words.split(' '), '-o', 'out/', 'a.jpg', 'b.jpg', 'c.jpg'], { files });
    expect(run.stderr.match(/.*not written to the output.*/g)).toEqual([
      'note: b.jpg: its EXIF is not written to the output',
    ]);
  });
});

describe.concurrent('what a method cannot guarantee', () => {
  const data = Float32Array.from({ length: 30 * 20 }, (_, i) => (i === 77 ? Number.NaN : i % 7));
  const shape = { width: 30, height: 20, channels: 1, depth: 'float', hasAlpha: false } as const;

  // One product of a row and a column is exact; a random kernel takes several.
  it.each([
    ['-k gaussian:2 -k random:size=5,seed=1 --combine max'],
    ['-k random:size=5,seed=1 -k gaussian:2 --combine max'],
    ['-k gaussian:2 -k random:size=5,seed=1 --combine phase'],
    ['-k gaussian:2 -k random:size=5,seed=1 --combine angle'],
    ['-k gaussian:2 -k random:size=5,seed=1'],
  ])('%s: is noted for any of the kernels', async (words) => {
    const files = { 'gap.npy': Buffer.concat(await encode({ ...shape, data }, 'npy', 'gap.npy')) };
    const asked = ['--method', 'separable', '--format', 'npy', '-o', 'out/'];
    const run = await applied([...words.split(' '), ...asked, 'gap.npy'], { files });
    expect(run.stderr).toBe(
      'note: gap.npy: --method separable: NaN and infinite samples would spread; --method auto or direct avoids it\n',
    );
  });
});
