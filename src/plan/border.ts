// Borders: what reads outside the image give, one entry a mode, and the words of --border. An entry maps any
// whole coordinate to one inside 0…size−1, or to OUTSIDE where no sample of the image answers.

import { UsageError } from '../core/errors.js';
import { parseDecimal } from '../kernels/number.js';
import type { Border, BorderMode } from './convolution-options.js';

/** No sample of the image: the constant, or a tap left out. */
export const OUTSIDE = -1;

type IndexMap = (index: number, size: number) => number;

/** The modes, each with the picture that messages and help show: |abcd| is the image. */
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
 * Reads `replicate`, `constant:7`, ….
 * @throws UsageError for other words; `reflect` and `mirror` are explained, since libraries mean different
 *   things by them.
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

/** A border as the command line writes it. */
export function formatBorder({ mode, value }: Border): string {
  return mode === 'constant' && value !== 0 ? `constant:${value}` : mode;
}

/** The whole number in 0…period−1 that differs from `i` by a multiple of `period`. */
function modulo(i: number, period: number): number {
  return ((i % period) + period) % period;
}

/** The second half of a mirrored period, read backwards. */
function fold(m: number, mirror: number, n: number): number {
  return m < n ? m : mirror - m;
}
