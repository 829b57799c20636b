// The shape of a kernel's keys other than its weights, as valibot schemas. What whole files look like is in schema.ts.
// Runs load neither for shipped kernels and generators.

import * as v from 'valibot';
import { COMBINE_NAMES } from '../combine.js';
import { GROUPS } from '../groups.js';
import type { LABELS, SCALING } from './form.js';

// In messages each schema's text follows the word "expected".
const text = (description: string) => v.optional(v.pipe(v.string('a string'), v.description(description)));
/** A number that is one. */
export const finite = v.pipe(v.number('a number'), v.finite('a finite number'));
const place = v.pipe(
  v.number('a whole number'),
  v.integer('a whole number'),
  v.minValue(0, 'a whole number from 0'),
);

const NAME = 'a name of 1 to 200 characters without control characters';
/** What a kernel is called and where it comes from. */
export const labels = {
  $schema: text('Where this schema is, for editors.'),
  name: v.optional(
    v.pipe(
      v.string('a string'),
      v.regex(/^[^\u0000-\u001f\u007f-\u009f]+$/, NAME),
      v.maxLength(200, NAME),
      v.description('As output names and reports call it; the default is the file name.'),
    ),
  ),
  group: v.optional(
    v.pipe(v.picklist(GROUPS, `one of ${GROUPS.join(', ')}`), v.description('What it is listed under.')),
  ),
  description: text('What the kernel does, and its sign convention.'),
  keywords: v.optional(
    v.pipe(
      v.array(v.string('a string'), 'a list of strings'),
      v.description('What people search it by, beside its name and description.'),
    ),
  ),
  source: text('Where the weights come from.'),
} satisfies Record<(typeof LABELS)[number], unknown>;

/** What is done with the sum of products, and where the kernel lies. */
export const scaling = {
  divisor: v.optional(
    v.pipe(
      v.union(
        [v.pipe(finite, v.notValue(0, 'a number other than 0')), v.literal('sum')],
        'a number other than 0, or "sum"',
      ),
      v.description('The sum of products is divided by it; "sum" is the sum of the weights. Default 1.'),
    ),
  ),
  bias: v.optional(v.pipe(finite, v.description('Added after the division. Default 0.'))),
  anchor: v.optional(
    v.pipe(
      v.strictTuple([place, place], 'two whole numbers [x, y]'),
      v.description('[x, y] of the weight over the output sample; default [width >> 1, height >> 1].'),
    ),
  ),
} satisfies Record<(typeof SCALING)[number], unknown>;

/** How a bank's maps become one. */
export const combine = v.optional(
  v.pipe(
    v.picklist(COMBINE_NAMES, `one of ${COMBINE_NAMES.join(', ')}`),
    v.description(
      "One map of all kernels': magnitude is the root of the sum of squares. Default: a map of each.",
    ),
  ),
);

/** The keys of a kernel other than its weights: what they may hold by themselves. */
export const settings = v.object({ ...labels, ...scaling, combine });
export type Settings = v.InferOutput<typeof settings>;
