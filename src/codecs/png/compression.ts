// The recipes to filter and deflate a strip, and those that each compression level tries. Sizes and times are
// relative to sharp's default (no filter, level 6), over photographs, drawings, text and their maps.

import { constants } from 'node:zlib';

export const COMPRESSIONS = ['fast', 'default', 'small'] as const;

/** Compression effort: `small` takes about ten times as long as `default`. */
export type Compression = (typeof COMPRESSIONS)[number];

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

/** The recipes that a compression level tries. */
export interface RecipeSet {
  readonly first: Recipe;
  /**
   * Tried on a sample of strips that resemble text. The best one is then tried on the whole strip if it beats the first
   * one on the sample; the smallest wins.
   */
  readonly sampled: readonly Recipe[];
  /** Whether they are tried on every strip, and the best two of them on the whole, whatever the first one gives. */
  readonly isThorough: boolean;
}

/**
 * Minimum fractions of the bytes of a strip that are 0, and that repeat earlier ones, after the first recipe's filter:
 * sharp text and edges; blurred text. Photographs have fewer zeros or repetitions; drawings repeat less.
 */
export const TEXT_LIKE = [
  { zeros: 0.5, repeats: 0.05 },
  { zeros: 0.2, repeats: 0.35 },
] as const;

export const RECIPE_SETS: Readonly<Record<Compression, RecipeSet>> = {
  fast: {
    first: { filter: UP, zlib: null },
    sampled: [{ filter: NONE, zlib: { level: 1, strategy: Z_DEFAULT_STRATEGY } }],
    isThorough: false,
  },
  default: { first: NOISY, sampled: [REPEATING, FLAT], isThorough: false },
  small: {
    first: NOISY,
    sampled: [
      { filter: NONE, zlib: { level: 9, strategy: Z_DEFAULT_STRATEGY } },
      { filter: 'best', zlib: { level: 7, strategy: Z_FILTERED } },
      { filter: SUB, zlib: HIGH_EFFORT },
      { filter: UP, zlib: HIGH_EFFORT },
      { filter: PAETH, zlib: HIGH_EFFORT },
    ],
    isThorough: true,
  },
};
