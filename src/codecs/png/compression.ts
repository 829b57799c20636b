// The recipes to filter and deflate a strip, and those that each compression level tries. Sizes and times are
// relative to sharp's default (no filter, level 6), over photographs, drawings, text and their maps.

import { constants } from 'node:zlib';

/** Compression effort: `small` takes about ten times as long as `default`. */
export type Compression = 'fast' | 'default' | 'small';

export const COMPRESSIONS: readonly Compression[] = ['fast', 'default', 'small'];

export interface Recipe {
  /** A filter (0 to 4) for all rows, or for each row the one with the smallest sum of magnitudes. */
  readonly filter: number | 'best';
  /** zlib's level and strategy. null: our own encoder, which finds only runs of one byte. */
  readonly zlib: Readonly<Record<'level' | 'strategy', number>> | null;
}

const { Z_FILTERED, Z_DEFAULT_STRATEGY } = constants;
const NONE = 0;
const SUB = 1;
const UP = 2;
const PAETH = 4;

/** For photographs: half the time, two thirds of the size; maps of photographs are no larger. */
const NOISY: Recipe = { filter: 'best', zlib: null };
/** For text, whose letters repeat even when blurred: 1.1 to 1.2 times the size, 0.8 times if blurred. */
const REPEATING: Recipe = { filter: 'best', zlib: { level: 3, strategy: Z_DEFAULT_STRATEGY } };
/** For sharp text: 1.1 times the size, where runs alone give 1.5 times. */
const FLAT: Recipe = { filter: NONE, zlib: { level: 3, strategy: Z_DEFAULT_STRATEGY } };
/** zlib settings of `small`. */
const HIGH_EFFORT = { level: 7, strategy: Z_DEFAULT_STRATEGY };

/** Minimum statistics of a strip after the first recipe's filter, as fractions of its bytes. */
export interface StripStatistics {
  readonly zeros: number;
  /** Fraction of bytes that repeat earlier ones. */
  readonly repeats: number;
}

/** The recipes that a compression level tries. */
export interface RecipeSet {
  readonly first: Recipe;
  /**
   * Tried on a sample of the strip. The best `inFull` of them are then tried on the whole strip; the smallest wins.
   */
  readonly sampled: readonly Recipe[];
  readonly fullTries: number;
  /** Conditions, one of which must hold before more recipes are tried. If empty, they always are. */
  readonly conditions: readonly StripStatistics[];
  /** Whether a recipe must beat the first one on the sample to be tried on the whole strip. */
  readonly mustBeatFirst: boolean;
}

/** Sharp text and edges; blurred text. Photographs have fewer zeros or repetitions; drawings repeat less. */
const TEXT_LIKE: readonly StripStatistics[] = [
  { zeros: 0.5, repeats: 0.05 },
  { zeros: 0.2, repeats: 0.35 },
];

export const RECIPE_SETS: Readonly<Record<Compression, RecipeSet>> = {
  fast: {
    first: { filter: UP, zlib: null },
    sampled: [{ filter: NONE, zlib: { level: 1, strategy: Z_DEFAULT_STRATEGY } }],
    fullTries: 1,
    conditions: TEXT_LIKE,
    mustBeatFirst: true,
  },
  default: {
    first: NOISY,
    sampled: [REPEATING, FLAT],
    fullTries: 1,
    conditions: TEXT_LIKE,
    mustBeatFirst: true,
  },
  small: {
    first: NOISY,
    sampled: [
      { filter: NONE, zlib: { level: 9, strategy: Z_DEFAULT_STRATEGY } },
      { filter: 'best', zlib: { level: 7, strategy: Z_FILTERED } },
      { filter: SUB, zlib: HIGH_EFFORT },
      { filter: UP, zlib: HIGH_EFFORT },
      { filter: PAETH, zlib: HIGH_EFFORT },
    ],
    fullTries: 2,
    conditions: [],
    mustBeatFirst: false,
  },
};
