// Border modes: how samples outside the image are filled, and how `--border` is parsed. A mode maps any integer
// coordinate to one in 0…size−1, or to OUTSIDE if it reads no sample of the image.

import { UsageError } from '../core/errors.js';
import { parseDecimal } from '../kernels/number.js';

/** No sample of the image: the constant is read, or the tap is left out. */
export const OUTSIDE = -1;

type IndexMap = (index: number, size: number) => number;

/**
 * The modes: the diagram in messages and help (|abcd| is the image), the rule in words as `explain` prints it ("samples
 * outside the image: MODE RULE"), and the index map.
 */
export const BORDERS = {
  replicate: {
    picture: 'aaa|abcd|ddd',
    rule: 'repeats the nearest sample inside',
    map: (i, n) => (i < 0 ? 0 : i < n ? i : n - 1),
  },
  symmetric: {
    picture: 'cba|abcd|dcb',
    rule: 'mirrors the image, edge samples included',
    map: (i, n) => fold(modulo(i, 2 * n), 2 * n - 1, n),
  },
  reflect101: {
    picture: 'dcb|abcd|cba',
    rule: 'mirrors the image about its edge samples',
    map: (i, n) => (n === 1 ? 0 : fold(modulo(i, 2 * n - 2), 2 * n - 2, n)),
  },
  wrap: {
    picture: 'bcd|abcd|abc',
    rule: 'continues at the opposite side',
    map: (i, n) => modulo(i, n),
  },
  constant: {
    picture: 'vvv|abcd|vvv',
    rule: 'fills with',
    map: (i, n) => (i >= 0 && i < n ? i : OUTSIDE),
  },
  renormalize: {
    picture: '…|abcd|…',
    rule: 'leaves them out and multiplies the sum by (all weights / weights inside)',
    map: (i, n) => (i >= 0 && i < n ? i : OUTSIDE),
  },
} satisfies Readonly<
  Record<string, { readonly picture: string; readonly rule: string; readonly map: IndexMap }>
>;

export type BorderMode = keyof typeof BORDERS;

/** How samples outside the image are filled; `value` is used by `constant` only. */
export interface Border {
  readonly mode: BorderMode;
  readonly value: number;
}

/** All modes, in the order of the help. */
export const BORDER_MODES = Object.keys(BORDERS) as BorderMode[];

/**
 * Parses `replicate`, `constant:7`, ….
 * @throws UsageError for anything else; `reflect` and `mirror` get an explanation, since libraries mean different
 * things by them.
 */
export function parseBorder(text: string): Border {
  const [, mode, , value] = /^([^:]*)(:(.*))?$/s.exec(text) ?? [];
  const subject = `--border ${text}`;
  if (mode === 'reflect' || mode === 'mirror') {
    throw new UsageError({
      subject,
      problem: `libraries mean different things by ${mode}`,
      advice: `use symmetric (${BORDERS.symmetric.picture}) or reflect101 (${BORDERS.reflect101.picture})`,
    });
  }
  if (!BORDER_MODES.includes(mode as BorderMode)) {
    throw new UsageError({
      subject,
      expected: `one of ${BORDER_MODES.join(', ')}`,
      found: mode || 'nothing',
    });
  }
  if (value === undefined) return { mode: mode as BorderMode, value: 0 };
  if (mode !== 'constant') {
    throw new UsageError({ subject, expected: `${mode} without a value`, found: value || 'an empty one' });
  }
  const number = parseDecimal(value);
  if (number === undefined || !Number.isFinite(Math.fround(number))) {
    throw new UsageError({
      subject,
      expected: 'a number within float32, as in constant:7',
      found: value || 'nothing',
    });
  }
  return { mode: 'constant', value: number };
}

/** A border in the syntax of the command line. */
export function formatBorder({ mode, value }: Border): string {
  return mode === 'constant' && value !== 0 ? `constant:${value}` : mode;
}

/** The integer in 0…period−1 congruent to `i`. */
function modulo(i: number, period: number): number {
  return ((i % period) + period) % period;
}

/** Mirrors the second half of a period. */
function fold(m: number, mirror: number, n: number): number {
  return m < n ? m : mirror - m;
}
