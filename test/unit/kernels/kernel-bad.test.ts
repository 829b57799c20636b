import { expect, test } from 'vitest';
import { KernelError } from '../../../dist/core/errors.js';
import { loadBank } from '../../../dist/kernels/load/load.js';
import { badKernels } from '../../support/bad-kernels.js';
import { sourceOf } from '../../support/kernel-source.js';

// Printable, in one line: nothing of the file may reach a terminal as it is.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

async function refusal(ref: string, files: Record<string, string | Uint8Array> = {}): Promise<Error> {
  const outcome = await loadBank(ref, sourceOf(files).source).catch((error: Error) => error);
  if (!(outcome instanceof Error)) throw new Error(`${ref} was accepted`);
  return outcome;
}

test.each(badKernels)('refuses $name', async ({ content, expect: message }) => {
  const error = await refusal('dir/my.json', { 'dir/my.json': content });
  expect(error).toBeInstanceOf(KernelError);
  expect(error.name).toBe('KernelError');
  expect(error.message).toMatch(/^dir\/my\.json: /);
  expect(error.message).toMatch(message);
  expect(error.message).not.toMatch(UNPRINTABLE);
  expect(error.message.length).toBeLessThan(400);
});

test('there are many bad kernels, with unique names', () => {
  expect(badKernels.length).toBeGreaterThan(100);
  expect(new Set(badKernels.map(({ name }) => name)).size).toBe(badKernels.length);
});

test.each([
  ['', /^kernel "": expected a name, a generator call, a path or JSON, found nothing$/],
  ['  ', /found nothing$/],
  ['sobel-z', /^kernel "sobel-z": there is no kernel of this name; nearest: sobel-x, sobel-y, sobel$/],
  ['sobal', /nearest: sobel$/],
  ['Sobel-X', /nearest: sobel-x/],
  ['gaussan:2', /^kernel "gaussan:2": there is no generator "gaussan"; nearest: gaussian$/],
  ['qqqqq', /"convtool kernels list" shows all names$/],
  ['..', /there is no kernel of this name/],
  ['a\u0000/b.json', /character 2: expected printable text, found the control character U\+0000$/],
  ['a\nb', /character 2: .*U\+000A$/],
  ['\ud800', /U\+D800$/],
  ['gaussian', /gaussian needs sigma \(standard deviation in samples\); write for example gaussian:sigma=2$/],
  ['gaussian:', /sigma: expected a number from 0 to 1000, found ""$/],
  ['gaussian:sigma', /sigma: expected a number .*, found "sigma"$/],
  ['gaussian:sigma=', /sigma: expected a number .*, found ""$/],
  ['gaussian:sgima=2', /sgima: gaussian has no such parameter; did you mean "sigma"\?$/],
  ['box:depth=2', /depth: box has no such parameter; it has size, width and height$/],
  ['gaussian:sigma=2,sigma=3', /sigma: this parameter is given twice$/],
  ['gaussian:2,sigma=3', /sigma: this parameter is given twice$/],
  ['gaussian:2,3', /expected name=value \(only the first value, sigma, .*\), found "3"$/],
  ['gaussian:sigma=0x10', /sigma: expected a number .*, found "0x10"$/],
  ['gaussian:sigma=Infinity', /found "Infinity"$/],
  ['gaussian:sigma=-1', /found -1$/],
  ['gaussian:radius=1', /gaussian needs sigma/],
  ['gaussian:__proto__=1', /__proto__: gaussian has no such parameter/],
  ['box:0', /size: expected a whole number from 1 to 1001, found 0$/],
  ['box:1002', /found 1002$/],
  ['binomial:14', /radius: expected a whole number from 0 to 13, found 14$/],
  ['gaussian:200', /expected at most 1048576 weights, found 2563201; --limit-kernel raises the limit$/],
  ['nowhere.json', /^nowhere\.json: there is no such file$/],
  [
    '[[1,2],[3]]',
    /^kernel \[\[1,2\],\[3\]\]: weights\[1\] \(line 1, column 8\): expected 2 numbers, as in weights\[0\], found 1$/,
  ],
  [` [${'[1, 2],'.repeat(50)}[3]]`, /^kernel \[\[1, 2\],.{10,30}…: weights\[50\]/],
])('refuses --kernel %j', async (ref, message) => {
  const error = await refusal(ref);
  expect(error).toBeInstanceOf(KernelError);
  expect(error.message).toMatch(message);
  expect(error.message).not.toMatch(UNPRINTABLE);
  expect(error.message.length).toBeLessThan(400);
});

test('a bank that names itself is refused', async () => {
  const error = await refusal('d/a.json', { 'd/a.json': '{"kernels": ["a.json", "a.json"]}' });
  expect(error.message).toMatch(/^d\/a\.json: .*nested more than 8 deep; does a bank refer to itself\?$/);
});

test('an error in a file that a bank names is about that file', async () => {
  const files = { 'd/a.json': '{"kernels": ["e/b.json"]}', 'd/e/b.json': '[[1],\n[]]' };
  expect((await refusal('d/a.json', files)).message).toMatch(
    /^d\/e\/b\.json: weights\[1\] \(line 2, column 1\)/,
  );
});

test('a large file is refused without its place, which would take long to find', async () => {
  const rows = `[${'0.123456789,'.repeat(1000)}1],`.repeat(1000);
  const error = await refusal('a.json', { 'a.json': `[${rows}]` });
  expect(error.message).toBe('a.json: not valid JSON');
  const small = await refusal('a.json', { 'a.json': `[${rows.slice(0, 24_026)}]` });
  expect(small.message).toMatch(/^a\.json: .*line 1, column \d+/);
});

test('an unknown reading error is passed on in words', async () => {
  const failing = { ...sourceOf().source, readFile: () => Promise.reject(new Error('EIO: i/o error')) };
  await expect(loadBank('a.json', failing)).rejects.toThrow(
    /^a\.json: it cannot be read \(EIO: i\/o error\)$/,
  );
});
