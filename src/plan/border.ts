// Border modes: how samples outside the image are filled, and how `--border` is parsed. A mode maps any integer
// coordinate to one in 0…size−1, or to OUTSIDE if it reads no sample of the image.

import { UsageError } from '../core/errors.js';
import { parseDecimal } from '../kernels/number.js';
import type { Border, BorderMode } from './convolution-options.js';

/** No sample of the image: the constant is read, or the tap is left out. */
export const OUTSIDE = -1;

type IndexMap = (index: number, size: number) => number;

/** The modes, each with the diagram that messages and help show: |abcd| is the image. */
export const BORDERS: Readonly<Record<BorderMode, { readonly picture: string; readonly map: IndexMap }>> = {
  replicate: {
    picture: 'aaa|abcd|ddd',
    map: (i, n) => (i < 0 ? 0 : i < n ? i : n - 1),
  },
  symmetric: {
    picture: 'cba|abcd|dcb',
    map: (i, n) => fold(modulo(i, 2 * n), 2 * n - 1, n),
  },
  reflect101: {
    picture: 'dcb|abcd|cba',
    map: (i, n) => (n === 1 ? 0 : fold(modulo(i, 2 * n - 2), 2 * n - 2, n)),
  },
  wrap: {
    picture: 'bcd|abcd|abc',
    map: (i, n) => modulo(i, n),
  },
  constant: {
    picture: 'vvv|abcd|vvv',
    map: (i, n) => (i >= 0 && i < n ? i : OUTSIDE),
  },
  renormalize: {
    picture: '…|abcd|…',
    map: (i, n) => (i >= 0 && i < n ? i : OUTSIDE),
  },
};

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
