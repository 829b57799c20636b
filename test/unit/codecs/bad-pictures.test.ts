// Damaged and hostile files of formats that are decoded here, and files of formats that are not read, each give one
// clear line: the file, what was expected, what was found. No memory is allocated for sizes that only a header claims.

import { describe, expect, it } from 'vitest';
import { decode } from '../../../dist/codecs/decode/decode.js';
import type { DecodeOptions } from '../../../dist/codecs/decode/decode-options.js';
import { ImageError } from '../../../dist/index.js';
import { BAD_PICTURES, FOREIGN_FILES, OWN_SOURCE } from '../../support/bad-pictures.js';

async function errorOf(bytes: Uint8Array, options: Partial<DecodeOptions> = {}): Promise<ImageError> {
  try {
    await decode({ bytes }, 'bad.file', { failOn: 'warning', limitPixels: 2 ** 28, ...options });
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
  throw new Error('it was read');
}

it('there are enough of them, with unique names', () => {
  expect(BAD_PICTURES.length).toBeGreaterThanOrEqual(150);
  expect(new Set(BAD_PICTURES.map(({ name }) => name)).size).toBe(BAD_PICTURES.length);
});

it.each(BAD_PICTURES)('$name', async ({ bytes, says }) => {
  const { message } = await errorOf(bytes);
  expect(message).toMatch(/^bad\.file: /);
  expect(message).not.toMatch(/[\n\r\0]|(?<!")NaN|undefined|Infinity(?!")|byteOffset|RangeError/);
  expect(message).toMatch(says);
});

describe('--fail-on none', () => {
  it.each(BAD_PICTURES)('$name: is read, or one clear line', async ({ bytes }) => {
    const options = { failOn: 'none', limitPixels: 1e6 } as const;
    const result = await decode({ bytes }, 'bad.file', options).catch((error) => error);
    if (!(result instanceof ImageError)) expect(result.samples.data.length).toBeGreaterThan(0);
  });

  it('missing samples are 0', async () => {
    const bytes = Buffer.from('P5 2 2 255 \x01\x02');
    const { samples } = await decode({ bytes }, 'cut', { failOn: 'none', limitPixels: 1e6 });
    expect([...samples.data]).toEqual([1, 2, 0, 0]);
  });
});

it.each(FOREIGN_FILES.map(([bytes, name]) => ({ bytes, name })))('$name is named', async ({
  bytes,
  name,
}) => {
  const { message } = await errorOf(bytes);
  expect(message.startsWith(`bad.file: is ${name}`), message).toBe(true);
  expect(message).toMatch(/, which convtool does not read; \S/);
});

it('texts, nothing, and bytes without a meaning', async () => {
  expect((await errorOf(OWN_SOURCE)).message).toMatch(/is a text file/);
  expect((await errorOf(new Uint8Array())).message).toMatch(/found an empty file/);
  expect((await errorOf(Buffer.from([1, 2, 3, 0xfe, 0xff, 0]))).message).toMatch(/found other content/);
});

it('cut off anywhere, a file is read or refused in one line', async () => {
  const whole = BAD_PICTURES.filter(({ name }) => /bomb|samples|palette|RLE/.test(name));
  for (const { bytes } of whole) {
    for (let length = 0; length < Math.min(bytes.length, 120); length++) {
      const file = { bytes: bytes.subarray(0, length) };
      const result = await decode(file, 'bad.file', { failOn: 'warning', limitPixels: 1e6 }).catch((e) => e);
      if (!('samples' in result)) expect(result).toBeInstanceOf(ImageError);
    }
  }
});
