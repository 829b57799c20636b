// TIFFs of every sample type, as tifffile and libtiff write them, are read as NumPy reads them, or refused by what they
// hold. The whole matrix: test/peers/tiffs.ts.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type TiffCase, verdictOf } from '../../support/tiff-cases.js';

type Kept = TiffCase & { readonly file: string; readonly samples?: string };
const path = fileURLToPath(new URL('../../fixtures/tiffs.json', import.meta.url));
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Kept[] };

it('there are cases of every type', () => {
  for (const type of [
    'u1',
    'u2',
    'u4',
    'u8',
    'i1',
    'i2',
    'i4',
    'i8',
    'f2',
    'f4',
    'f8',
    'c8',
    'c16',
    'u12bits',
  ])
    expect(
      cases.some(({ name }) => name.startsWith(`${type}-`)),
      type,
    ).toBe(true);
});

it.each(cases)('$name', async (one) => {
  const samples = one.samples === undefined ? undefined : Buffer.from(one.samples, 'base64');
  const { verdict, why } = await verdictOf(one, Buffer.from(one.file, 'base64'), samples);
  expect({ verdict, why: verdict === 'wrong' ? why : '' }).toEqual({
    verdict: one.refused ? 'refused' : 'right',
    why: '',
  });
});
