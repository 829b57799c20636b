// Kernels in formats of other programs that must be refused: all of them through the library, a share of them
// through the executable, where each is one line and status 2.

import { describe, expect, it, test } from 'vitest';
import { KernelError } from '../../dist/core/errors.js';
import { loadBank } from '../../dist/kernels/load/load.js';
import { badFormats } from '../support/bad-formats.js';
import { convtool, expectClear, expectFailure } from '../support/cli.js';
import { sourceOf } from '../support/kernel-source.js';

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

test.each(badFormats)('$path: $name', async ({ path, content, expect: message }) => {
  const file = path.replace('#w', '');
  const error = await loadBank(path, sourceOf({ [file]: content }).source).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(KernelError);
  expect((error as Error).message).toMatch(new RegExp(`^(header of )?${literal(file)}: `));
  expect((error as Error).message).toMatch(message);
  expectClear(`error: ${(error as Error).message}`, message);
});

test('there are many, with unique names', () => {
  expect(badFormats.length).toBeGreaterThan(100);
  expect(new Set(badFormats.map(({ path, name }) => `${path} ${name}`)).size).toBe(badFormats.length);
});

test.each([
  [
    'Sobel:45',
    /^kernel "Sobel:45": ImageMagick's built-in kernels cannot be loaded by name; nearest: sobel, sobel-x, sobel-y$/,
  ],
  [
    'Octagon:3',
    /^kernel "Octagon:3": ImageMagick's built-in kernels .*; "convtool kernels list" shows all names$/,
  ],
  ['a.safetensors#', /^a\.safetensors: there is no such file$/],
  ['a.npy', /^a\.npy: there is no such file$/],
  ['(1,2', /^kernel \(1,2: line 1, column 5: expected "\)"/],
  ['3x3: 1,2', /^kernel 3x3: 1,2: line 1, column 9: expected 9 weights/],
])('the reference %s', async (ref, message) => {
  await expect(loadBank(ref, sourceOf().source)).rejects.toThrow(message);
});

describe.concurrent('through the executable', () => {
  const chosen = badFormats.filter((_, i) => i % 9 === 0);
  it.each(chosen)('$path: $name', async ({ path, content, expect: message }) => {
    const files = { [path.replace('#w', '')]: content, 'img.png': Uint8Array.of(1, 2, 3) };
    const run = await convtool(['apply', '--kernel', path, 'img.png'], { files });
    expectFailure(run, 2, message);
  });

  it.each(['folder.npy', 'none.safetensors', 'folder.safetensors', 'none.csv#x'])('%s', async (path) => {
    const files = { 'folder.npy/x': '', 'folder.safetensors/x': '', 'img.png': Uint8Array.of(1) };
    const run = await convtool(['apply', '--kernel', path, 'img.png'], { files });
    expectFailure(run, 2, /found a folder$|no such file/);
  });
});
