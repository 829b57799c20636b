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
/** Text, whose letters come again, and come blurred again: 1.1 to 1.2 times the size, 0.8 times where it is blurred. */
const REPEATING: Recipe = { filter: 'best', zlib: { level: 3, strategy: Z_DEFAULT_STRATEGY } };
/** Sharp text: 1.1 times the size, where runs alone come to 1.5 times. */
const FLAT: Recipe = { filter: NONE, zlib: { level: 3, strategy: Z_DEFAULT_STRATEGY } };
/** How hard zlib works for small files. */
const HARD = { level: 7, strategy: Z_DEFAULT_STRATEGY };

/** What a strip is like once the first recipe's filter is done: at least so large shares of its bytes. */
export interface Look {
  readonly zeros: number;
  /** Of what came before. */
  readonly repeats: number;
}

/** What a compression makes of a strip. */
export interface Offer {
  readonly first: Recipe;
  /** Tried on a sample of a strip; the best `inFull` of them are then tried on all of it, and the smallest is taken. */
  readonly sampled: readonly Recipe[];
  readonly inFull: number;
  /** They are tried on strips of which at least one of these is true; always, where there is none. */
  readonly where: readonly Look[];
  /** Whether they have to be smaller than the first one on the sample already. */
  readonly mustPromise: boolean;
}

/** Sharp text and its edges, and what is blurred. Photographs have fewer zeros or repeat less, and drawings repeat less. */
const LOOKS: readonly Look[] = [
  { zeros: 0.5, repeats: 0.05 },
  { zeros: 0.2, repeats: 0.35 },
];

export const OFFERS: Readonly<Record<Compression, Offer>> = {
  fast: {
    first: { filter: UP, zlib: null },
    sampled: [{ filter: NONE, zlib: { level: 1, strategy: Z_DEFAULT_STRATEGY } }],
    inFull: 1,
    where: LOOKS,
    mustPromise: true,
  },
  default: {
    first: NOISY,
    sampled: [REPEATING, FLAT],
    inFull: 1,
    where: LOOKS,
    mustPromise: true,
  },
  small: {
    first: NOISY,
    sampled: [
      { filter: NONE, zlib: { level: 9, strategy: Z_DEFAULT_STRATEGY } },
      { filter: 'best', zlib: { level: 7, strategy: Z_FILTERED } },
      { filter: SUB, zlib: HARD },
      { filter: UP, zlib: HARD },
      { filter: PAETH, zlib: HARD },
    ],
    inFull: 2,
    where: [],
    mustPromise: false,
  },
};
