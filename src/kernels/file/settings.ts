// Valibot schemas of a kernel's keys other than its weights (name, group, divisor, bias, anchor, …), each checked
// on its own; build.ts checks the rules that involve the weights, and schema.ts describes whole files. Runs that
// use only shipped kernels and generators load neither schema. Layers of stacks are checked by the same function.

import * as v from 'valibot';
import { COMBINE_NAMES } from '../combine.js';
import { type Place, partOf, reportFault, unexpected } from '../fault.js';
import { GROUPS } from '../groups.js';
import type { LABELS, SCALING } from './form.js';

// In messages, each schema's text follows the word "expected".
const text = (description: string) => v.optional(v.pipe(v.string('a string'), v.description(description)));
export const finite = v.pipe(v.number('a number'), v.finite('a finite number'));
const place = v.pipe(
  v.number('a whole number'),
  v.integer('a whole number'),
  v.minValue(0, 'a whole number from 0'),
);

const NAME = 'a name of 1 to 200 characters without control characters';
export const labels = {
  $schema: text('Location of this schema, for editors.'),
  name: v.optional(
    v.pipe(
      v.string('a string'),
      v.regex(/^[^\u0000-\u001f\u007f-\u009f]+$/, NAME),
      v.maxLength(200, NAME),
      v.description('Used in output names and reports; the default is the file name.'),
    ),
  ),
  group: v.optional(
    v.pipe(
      v.picklist(GROUPS, `one of ${GROUPS.join(', ')}`),
      v.description('The group under which it is listed.'),
    ),
  ),
  description: text('What the kernel does, and its sign convention.'),
  keywords: v.optional(
    v.pipe(
      v.array(v.string('a string'), 'a list of strings'),
      v.description('Search words, in addition to name and description.'),
    ),
  ),
  source: text('Where the weights come from.'),
} satisfies Record<(typeof LABELS)[number], unknown>;

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

/** How a bank's maps are combined. */
export const combine = v.optional(
  v.pipe(
    v.picklist(COMBINE_NAMES, `one of ${COMBINE_NAMES.join(', ')}`),
    v.description(
      'Combines the maps of all kernels into one; magnitude is the root of the sum of squares. Default: one map per kernel.',
    ),
  ),
);

const settings = v.object({ ...labels, ...scaling, combine });
type Immutable<T> = { readonly [Key in keyof T]: Readonly<T[Key]> };
export type Settings = Immutable<v.InferOutput<typeof settings>>;

/** The checked settings of a kernel. When faults are collected, wrong values are left out. */
export function checkedSettings(object: Readonly<Record<string, unknown>>, place: Place): Settings {
  return checkSchema(settings, object, place);
}

/** The values of an object that has the schema. When faults are collected, wrong values are left out. */
export function checkSchema<Schema extends v.GenericSchema>(
  schema: Schema,
  object: Readonly<Record<string, unknown>>,
  place: Place,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, object, { abortEarly: place.report === undefined });
  if (result.success) return result.output;
  const sound = { ...object };
  for (const { path = [], message, input } of result.issues) {
    const keys = path.map(({ key }) => key as string | number);
    reportFault(place, unexpected(input, message, partOf(place, ...keys)));
    delete sound[keys[0]!];
  }
  return v.parse(schema, sound);
}
