// Determines by its keys which form of the kernel format an object has, and reports keys that do not belong
// to it.

import { didYouMean } from '../did-you-mean.js';
import { faultAt, partOf, reportFault } from '../fault.js';
import type { Generator } from '../generators/generator.js';
import type { Context } from './weights.js';

/** Keys that describe a kernel: its name and origin. */
export const LABELS = ['$schema', 'name', 'group', 'description', 'keywords', 'source'] as const;

/** Keys that scale the sum of products and place the anchor. */
export const SCALING = ['divisor', 'bias', 'anchor'] as const;

/** The keys of each form, not counting a generator's parameters. */
const KEYS = {
  rows: [...LABELS, 'weights', ...SCALING],
  separable: [...LABELS, 'row', 'column', ...SCALING],
  generator: [...LABELS, 'generator'],
  bank: [...LABELS, 'combine', 'kernels'],
  steps: [...LABELS, 'kernel', 'steps', ...SCALING],
} as const;

type Form = keyof typeof KEYS;

/** The form that each of these keys identifies. */
const MARKS = {
  weights: 'rows',
  row: 'separable',
  column: 'separable',
  generator: 'generator',
  kernels: 'bank',
  kernel: 'steps',
  steps: 'steps',
} as const;

/** Keys that must be given together. */
const PARTNERS: Record<string, string> = { row: 'column', column: 'row', kernel: 'steps', steps: 'kernel' };

/** The form of an object; undefined after a reported fault. */
export function formOf(object: Record<string, unknown>, context: Context): Form | undefined {
  const found = Object.keys(MARKS).filter((key) => Object.hasOwn(object, key)) as (keyof typeof MARKS)[];
  const [first] = found;
  if (first === undefined) {
    checkKeys(object, context);
    const expected =
      'one of "weights", "row" with "column", "generator", "kernel" with "steps" and "kernels"';
    reportFault(context, faultAt(context, { expected, found: 'none of them' }));
    return undefined;
  }
  const other = found.find((key) => MARKS[key] !== MARKS[first]);
  if (other !== undefined) {
    const problem = `cannot be used together with "${first}"`;
    const advice = 'keep one of them';
    reportFault(context, faultAt(partOf(context, other), { atKey: true, problem, advice }));
    // With "generator", other keys may be its parameters, which are not known here.
    if (!found.includes('generator')) checkKeys(object, context);
    return undefined;
  }
  const missing = PARTNERS[first];
  if (missing !== undefined && found.length === 1) {
    const expected = `"${missing}" together with "${first}"`;
    reportFault(context, faultAt(context, { expected, found: 'none' }));
    checkKeys(object, context, MARKS[first]);
    return undefined;
  }
  return MARKS[first];
}

/**
 * Reports unknown keys. Only own keys are looked up, because `in` would find __proto__ and constructor in any
 * object.
 */
export function checkKeys(
  object: Record<string, unknown>,
  context: Context,
  form?: Form,
  generator?: Generator,
): void {
  const mark = form === 'steps' ? form : Object.entries(MARKS).find(([, marked]) => marked === form)?.[0];
  const all = [...new Set(Object.values(KEYS).flat())];
  const parameters = Object.keys(generator?.parameters ?? {});
  const known: string[] = form === undefined ? all : [...KEYS[form], ...parameters];
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue;
    const elsewhere = (all as string[]).includes(key);
    const knownHere = `known here: ${known.join(', ')}`;
    const fault = faultAt(partOf(context, key), {
      atKey: true,
      problem: elsewhere ? `this key cannot be used together with "${mark ?? 'weights'}"` : 'unknown key',
      advice: elsewhere ? knownHere : didYouMean(key, known, knownHere),
    });
    reportFault(context, fault);
  }
}
