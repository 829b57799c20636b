// The ways in which a strip may be filtered and deflated, and which of them each compression tries. Figures are sizes
// and times beside sharp's default (no filter, level 6), over photographs, drawings, text and their maps.

import { constants } from 'node:zlib';

/** How hard a file is worked on: `small` takes about ten times as long as `default`. */
export type Compression = 'fast' | 'default' | 'small';

export const COMPRESSIONS: readonly Compression[] = ['fast', 'default', 'small'];

export interface Recipe {
  /** One filter for all rows, 0 … 4, or for each row whichever leaves it nearest to 0. */
  readonly filter: number | 'best';
  /** How zlib looks for what is alike; null: we deflate it ourselves, looking for runs only. */
  readonly zlib: Readonly<Record<'level' | 'strategy', number>> | null;
}

const { Z_FILTERED, Z_DEFAULT_STRATEGY } = constants;
const NONE = 0;
const SUB = 1;
const UP = 2;
const PAETH = 4;

/** Photographs: half the time, two thirds of the size, and a map of a photograph is no larger. */
const NOISY: Recipe = { filter: 'best', zlib: null };
/** Text: 1.2 times the size in half the time, where runs alone come to twice the size. */
const FLAT: Recipe = { filter: NONE, zlib: { level: 3, strategy: Z_DEFAULT_STRATEGY } };
/** How hard zlib works for small files. */
const HARD = { level: 7, strategy: Z_DEFAULT_STRATEGY };

/** What a compression makes of a strip. */
export interface Offer {
  readonly first: Recipe;
  /** Tried too where the first one's filter leaves many zeros; the smaller of both is taken. */
  readonly whereFlat: readonly Recipe[];
  /** Tried on a sample of every strip; the best `inFull` of them, and the first, are then tried on all of it. */
  readonly sampled: readonly Recipe[];
  readonly inFull: number;
}

export const OFFERS: Readonly<Record<Compression, Offer>> = {
  fast: {
    first: { filter: UP, zlib: null },
    whereFlat: [{ filter: NONE, zlib: { level: 1, strategy: Z_DEFAULT_STRATEGY } }],
    sampled: [],
    inFull: 0,
  },
  default: { first: NOISY, whereFlat: [FLAT], sampled: [], inFull: 0 },
  small: {
    first: NOISY,
    whereFlat: [],
    sampled: [
      { filter: NONE, zlib: { level: 9, strategy: Z_DEFAULT_STRATEGY } },
      { filter: 'best', zlib: { level: 7, strategy: Z_FILTERED } },
      { filter: SUB, zlib: HARD },
      { filter: UP, zlib: HARD },
      { filter: PAETH, zlib: HARD },
    ],
    inFull: 2,
  },
};
