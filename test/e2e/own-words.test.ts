// Pictures that fail in parallel: the message for each is the same as in a run of its own, although libvips has one error
// buffer for all threads.

import { expect, it } from 'vitest';
import { decode } from '../../src/codecs/decode/decode.js';
import { damagedPictures } from '../support/damaged.js';

const OF_LIBVIPS = ['strips-too-short.tiff', 'no-quantization.jpg', 'flipped.webp', 'bad-lzw.gif'];
const ROUNDS = 60;

async function said(bytes: Uint8Array): Promise<string> {
  const options = { failOn: 'warning', limitPixels: 1e6 } as const;
  return decode({ bytes }, 'picture', options).then(
    () => 'decoded',
    (error: Error) => error.message,
  );
}

it('each has its own message', async () => {
  const damaged = (await damagedPictures()).filter(({ file }) => OF_LIBVIPS.includes(file));
  expect(damaged).toHaveLength(OF_LIBVIPS.length);
  const alone: string[] = [];
  for (const { bytes } of damaged) alone.push(await said(bytes));
  expect(new Set(alone).size).toBe(OF_LIBVIPS.length);
  for (let round = 0; round < ROUNDS; round++) {
    expect(await Promise.all(damaged.map(({ bytes }) => said(bytes)))).toEqual(alone);
  }
});
