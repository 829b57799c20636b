// The library's public interface: bytes in and out, wrong values, errors that name options, types in old and new
// projects.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  correlate,
  encodeImage,
  loadKernel,
  mapResponses,
  readImage,
  type Samples,
  writeImage,
} from '../../../dist/index.js';
import { inFolder } from '../../support/cli.js';
import { execute } from '../../support/execute.js';
import { byFastPng } from '../../support/other-decoders.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const png = readFileSync(join(root, 'samples/chart.png'));
const image = (await readImage(png)).samples;

it('a picture is read from bytes as from its file', async () => {
  const [file, buffer, bytes] = await Promise.all([
    readImage(join(root, 'samples/chart.png')),
    readImage(png),
    readImage(new Uint8Array(png)),
  ]);
  expect(buffer).toMatchObject({ identity: null, modified: null, fileBytes: png.length });
  for (const { samples } of [buffer, bytes]) expect(samples).toEqual(file.samples);
  await expect(readImage(png, { limitFileBytes: 10 })).rejects.toThrow(/at most 10 bytes, found \d+ bytes/);
  await expect(readImage(png.subarray(0, 60))).rejects.toThrow(/^image: /);
  await expect(readImage(7 as never)).rejects.toThrow(
    /expected a path, a Buffer or a Uint8Array, found number/,
  );
});

it('pictures that are encoded at the same time, with any number of threads, do not share memory', async () => {
  const other = { ...image, data: image.data.map((v) => 255 - v) };
  const pictures = [image, other, image] as Samples[];
  const encoded = await Promise.all(pictures.map((one) => encodeImage(one, 'png', { threads: 0 })));
  for (const [i, bytes] of encoded.entries()) expect((await readImage(bytes)).samples).toEqual(pictures[i]);
  await inFolder({}, async (folder) => {
    const paths = pictures.map((_, i) => join(folder, `${i}.png`));
    await Promise.all(paths.map((path, i) => writeImage(path, pictures[i]!, { threads: 0 })));
    for (const [i, path] of paths.entries()) expect((await readImage(path)).samples).toEqual(pictures[i]);
  });
});

it('a mapped map is written, and encoded to the same bytes, which another decoder reads', async () => {
  const map = await correlate(image, await loadKernel('sobel-x'));
  const picture = mapResponses(map, { depth: 8, map: 'abs' });
  await inFolder({}, async (folder) => {
    await writeImage(join(folder, 'a.png'), picture);
    const bytes = await encodeImage(picture, 'png');
    expect(Buffer.from(bytes).equals(readFileSync(join(folder, 'a.png')))).toBe(true);
    expect(
      Buffer.from(byFastPng(bytes).data as Uint8Array).equals(
        Buffer.from(picture.data.buffer as ArrayBuffer),
      ),
    ).toBe(true);
  });
});

describe('wrong values are clear errors', () => {
  const map = { ...image, min: 0, max: 1, sourceScale: 255, clipped: 0 };
  it.each([
    [{ depth: 8, map: 'absolute' }, /mapping: map: expected 'clamp', .*, found "absolute"/],
    [{ depth: 8, map: null }, /mapping: map: expected a map, where depth is not float/],
    [{ depth: 12, map: 'abs' }, /mapping: depth: expected 8, 16 or 'float', found 12/],
    [{ depth: 8, map: 'abs', gain: Number.NaN }, /mapping: gain: expected a finite number, found NaN/],
    [undefined, /mapping: value: expected an object/],
  ])('mapResponses with %j', (mapping, message) => {
    expect(() => mapResponses(map, mapping as never)).toThrow(message);
  });

  it.each([
    [undefined, /image: expected samples: an object/],
    [{ ...image, width: 1.5 }, /image: width: expected a whole number/],
    [{ ...image, depth: 16 }, /image: data: expected a Uint16Array, for a depth of 16, found a Uint8Array/],
    [{ ...image, depth: undefined }, /image: depth: expected 8, 16 or 'float', found undefined/],
    [{ ...image, data: [1, 2] }, /image: data: expected a Uint8Array.*found an Array/],
    [{ ...image, height: 2 }, /image: data: expected width · height · channels/],
  ])('samples such as %#', async (samples, message) => {
    await expect(encodeImage(samples as Samples, 'png')).rejects.toThrow(message);
    await expect(correlate(samples as Samples, await loadKernel('box-3'))).rejects.toThrow(message);
  });

  it('an unknown format', async () => {
    await expect(encodeImage(image, 'bmp' as never)).rejects.toThrow(/format: expected png, .*found bmp/);
  });
});

it('errors name options of the library, not flags', async () => {
  const script = `
    import { readImage, loadKernel, correlate, encodeImage } from 'convtool';
    const image = (await readImage(${JSON.stringify(join(root, 'samples/chart.png'))})).samples;
    const box = await loadKernel('box-3');
    const failing = [
      () => readImage(${JSON.stringify(join(root, 'samples/chart.png'))}, { limitPixels: 10 }),
      () => readImage(${JSON.stringify(join(root, 'samples/chart.png'))}, { limitFileBytes: 10 }),
      () => loadKernel('box:99', { limitWeights: 10 }),
      () => correlate(image, box, { border: 'mirror' }),
      () => correlate(image, box, { channels: 'r' }),
      () => correlate({ ...image, width: 2, height: 2, data: image.data.slice(0, 4) }, box, { extent: 'valid' }),
      () => encodeImage(image, 'png', { quality: 50 }),
    ];
    for (const fail of failing) await fail().then(() => console.log('none'), (error) => console.log(error.message));
  `;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
  const lines = stdout.trim().split('\n');
  expect(lines.length).toBe(7);
  for (const line of lines) expect(line).not.toMatch(/--[a-z]|^none$/);
  expect(lines[0]).toMatch(/; limitPixels \d+ allows it$/);
  expect(lines[1]).toMatch(/; a higher limitFileBytes allows it$/);
  expect(lines[2]).toMatch(/limitWeights/);
});

const USE = `
import { correlate, encodeImage, loadKernel, mapResponses, readImage, writeImage } from 'convtool';
export async function edges(bytes: Buffer): Promise<Uint8Array> {
  const { samples } = await readImage(bytes);
  const map = await correlate(samples, await loadKernel('sobel-x'), { border: 'wrap' });
  await writeImage('x.png', mapResponses(map, { depth: 8, map: 'abs' }));
  return encodeImage(mapResponses(map, { depth: 16, map: 'signed' }), 'png');
}
`;

it.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('types: module %s, resolution %s', (module, moduleResolution) =>
  inFolder({}, async (folder) => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root.replace(/\/$/, ''), join(folder, 'node_modules/convtool'));
    symlinkSync(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'));
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    writeFileSync(join(folder, 'use.ts'), USE);
    const words = ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node', '--module', module];
    const all = [...words, '--moduleResolution', moduleResolution, 'use.ts'];
    await execute(join(root, 'node_modules/.bin/tsc'), all, { cwd: folder });
  }));
