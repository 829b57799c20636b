// TIFFs of every sample type, written by tifffile and libtiff, are read as by NumPy, or refused with their type. The
// complete matrix: test/peers/tiffs.ts.

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
