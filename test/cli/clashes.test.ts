// Colliding output names: only the images that collide are refused, each with a template that separates them; and how
// templates are expanded.

import { describe, expect, it } from 'vitest';
import { findCollidingImages } from '../../dist/cli/paths/collisions.js';
import { outputPath, outputRule } from '../../dist/cli/paths/template.js';
import { apply, fresh, lines } from '../support/apply-runs.js';
import { errorLines } from '../support/cli.js';
import { smallPng } from '../support/picture-bytes.js';

const NFC = 'caf\u00e9.png';
const NFD = 'cafe\u0301.png';
const png = await smallPng(6, 5);
const K = ['-k', 'box-3'];

/** The images that are stopped, by their paths, and the template that each error names. */
function stopped(out: string | undefined, paths: readonly string[]) {
  const rule = outputRule(out, undefined, false);
  const inputs = paths.map((path) => ({ path, below: '', isFound: true }));
  const part = { name: 'k', label: 'k' };
  const claims = inputs.map(({ path }, image) => {
    const subject = { input: path, kernel: 'k', index: 1, number: image + 1 };
    return { input: path, part, path: outputPath(rule, subject), image, index: 0 };
  });
  const errors = findCollidingImages(inputs, claims, [], rule);
  return [...errors].map(([i, { message }]) => [paths[i], /--out '(.*)' separates/.exec(message)?.[1]]);
}

describe('a template that separates outputs', () => {
  it.each([
    [undefined, ['a.png', 'photo.png', 'photo.jpg'], '{dir}{name}.{inputExt}.{kernel}.{ext}'],
    ['o/', ['a.png', 'photo.png', 'photo.jpg'], 'o/{below}{name}.{inputExt}.{kernel}.{ext}'],
    ['o/{name}.png', ['a.png', 'p.png', 'p.tif', 'p.webp'], 'o/{name}.{inputExt}.png'],
    ['o/', ['a.png', 'Foto.png', 'foto.png'], 'o/{below}{name}.{number}.{kernel}.{ext}'],
    ['o/', ['a.png', NFC, NFD], 'o/{below}{name}.{number}.{kernel}.{ext}'],
    ['o/', ['a.png', 'x/b.png', 'y/b.png'], 'o/{dir}{name}.{kernel}.{ext}'],
    ['o/', ['a.png', '../x/b.png', '../y/b.png'], '{dir}{name}.{kernel}.{ext}'],
    ['{dir}all.png', ['b/a.png', 'a.png', 'b.png'], '{dir}all.{number}.png'],
  ])('%s of %j', (out, [other, ...meeting], template) => {
    expect(stopped(out, [other!, ...meeting])).toEqual(meeting.map((path) => [path, template]));
  });
});

describe.concurrent('a folder', () => {
  it('in which two outputs share a path processes the other images, and --dry-run reports the same', async () => {
    const files = { 'in/a.png': png, 'in/photo.png': png, 'in/photo.jpg': png };
    const run = await apply([...K, '-o', 'o/', '--json', '--errors', 'e', 'in'], { files });
    expect(run.status).toBe(1);
    expect(fresh(run)).toEqual(['e', 'o/a.box-3.png']);
    const errors = lines(run).flatMap((line) => (JSON.parse(line).error ? [JSON.parse(line)] : []));
    expect(errors.map(({ input }) => input)).toEqual(['in/photo.jpg', 'in/photo.png']);
    expect(run.after.e).toBe(errors.map((error) => `${JSON.stringify(error)}\n`).join(''));
    const dry = await apply([...K, '-o', 'o/', '--dry-run', 'in'], { files });
    expect(dry.status).toBe(1);
    expect(errorLines(dry)).toEqual(errorLines(run));
    expect(lines(dry)).toEqual(['in/a.png → o/a.box-3.png']);
  });

  it('in which all names collide is not a wrong command line', async () => {
    const files = { 'in/photo.png': png, 'in/photo.jpg': png };
    const run = await apply([...K, '-o', 'o/', 'in'], { files });
    expect({ status: run.status, fresh: fresh(run) }).toEqual({ status: 1, fresh: [] });
    const [, template] = /--out '(.*)' separates/.exec(run.stderr)!;
    const again = await apply([...K, '-q', '-o', template!, 'in'], { files });
    expect(lines(again)).toEqual(['o/photo.jpg.box-3.png', 'o/photo.png.box-3.png']);
  });

  it('in which one output is an input processes its other images', async () => {
    const files = { 'in/a.png': png, 'in/b.jpg': png };
    const run = await apply([...K, '-o', '{dir}{name}.png', 'in'], { files });
    expect(run.status).toBe(1);
    expect(fresh(run)).toEqual(['in/b.png']);
    expect(errorLines(run)).toEqual([
      expect.stringMatching(/^error: in\/a\.png: its output in\/a\.png is an input/),
    ]);
  });
});

describe('the name of an input', () => {
  const path = (template: string, input: string) =>
    outputPath(outputRule(template, undefined, false), { input, kernel: 'k', index: 1, number: 7 });

  it.each([
    ['a.b.png', 'a.b', 'png'],
    ['noending', 'noending', ''],
    ['.hidden', '.hidden', ''],
    ['...png', '...png', ''],
    ['..png', '..png', ''],
    ['..', 'image', ''],
    ['x/.', 'image', ''],
    ['-', 'stdin', ''],
    ['/dev/stdin', 'stdin', ''],
  ])('%s is never a folder above', (input, name, ending) => {
    expect(path('o/{name}|{inputExt}|{number}.png', input)).toBe(`o/${name}|${ending}|7.png`);
  });

  it('is none for a pipe of the shell', () => {
    expect(() => path('{name}.png', '/dev/fd/63')).toThrow(
      /^\/dev\/fd\/63: is a pipe, which has no name .*--out/,
    );
    expect(path('o.png', '/dev/fd/63')).toBe('o.png');
  });
});
