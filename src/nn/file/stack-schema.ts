// Valibot schemas of a stack file: the values of each key on its own, with short forms written out and defaults filled
// in, but for the stride of pools. In messages, each schema's text follows the word "expected". parse-stack.ts and
// load-stack.ts check rules over several keys.

import * as v from 'valibot';
import type { Padding, Pair } from '../layer.js';

/** Maximum window, stride, dilation and padding: more than any image needs, and safe in sums. */
const LARGEST = 65_536;

const whole = (least: number, most = LARGEST) => {
  const text = `a whole number from ${least} to ${most}`;
  return v.pipe(v.number(text), v.integer(text), v.minValue(least, text), v.maxValue(most, text));
};

const pair = (least: number) => {
  const text = `a whole number from ${least}, or two: [along x, along y]`;
  const both = v.union([whole(least), v.strictTuple([whole(least), whole(least)], text)], text);
  return v.pipe(
    both,
    v.transform((value): Pair => (typeof value === 'number' ? [value, value] : value)),
  );
};

const PADDING = 'a whole number from 0, two [along x, along y], four [left, top, right, bottom] or "same"';
const padding = v.pipe(
  v.union(
    [
      whole(0),
      v.strictTuple([whole(0), whole(0)]),
      v.strictTuple([whole(0), whole(0), whole(0), whole(0)]),
      v.literal('same'),
    ],
    PADDING,
  ),
  v.transform((value): Padding | 'same' => {
    if (value === 'same') return value;
    const [left, top, right = left, bottom = top] = typeof value === 'number' ? [value, value] : value;
    return { left, top, right, bottom };
  }),
);
const poolPadding = v.pipe(
  pair(0),
  v.transform(([x, y]): Padding => ({ left: x, top: y, right: x, bottom: y })),
);

const NAME = 'a letter, then at most 63 letters, digits or . _ -, and not "all"';
const name = v.optional(v.pipe(v.string('a string'), v.regex(/^(?!all$)[A-Za-z][\w.-]{0,63}$/, NAME)));
const numbers = v.pipe(
  v.array(v.pipe(v.number('a number'), v.finite('a finite number')), 'a list of numbers, one per channel'),
  v.minLength(1, 'a list of numbers, one per channel'),
);

const seeded = v.strictObject(
  {
    random: v.strictObject(
      {
        seed: whole(0, 2 ** 32 - 1),
        out: whole(1),
        in: whole(1),
        size: pair(1),
      },
      '{"seed": …, "out": …, "in": …, "size": …}',
    ),
  },
  '{"random": {"seed": …, "out": …, "in": …, "size": …}}',
);
/** The request for weights [out][in][height][width] drawn from a seed; `size` is [width, height]. */
export type Seeded = v.InferOutput<typeof seeded>;

// Rows of numbers are checked by hand: as schemas they would take seconds.
const rows = v.array(v.any());
const weights = v.union(
  [rows, v.string(), seeded],
  'weights in four levels of brackets, a file .npy or .safetensors#name, or {"random": {…}}',
);
const bias = v.optional(
  v.union(
    [numbers, v.string()],
    'a list of numbers, one per output channel, or a file .npy or .safetensors#name',
  ),
);

const dilation = v.optional(pair(1), 1);
const stride = v.optional(pair(1), 1);
const weighted = { name, weights, bias, stride, dilation, groups: v.optional(whole(1), 1) };
// Without a stride, windows are adjacent.
const tiling = v.optional(pair(1));
const pool = { name, size: pair(1), stride: tiling, dilation, padding: v.optional(poolPadding, 0) };

/** The keys of each layer type except `type`. */
export const LAYER_KEYS = {
  conv: v.object({ ...weighted, padding: v.optional(padding, 0) }),
  'conv-transpose': v.object({
    ...weighted,
    padding: v.optional(poolPadding, 0),
    outputPadding: v.optional(pair(0), 0),
  }),
  'max-pool': v.object(pool),
  'average-pool': v.object({ ...pool, countPadding: v.optional(v.boolean('true or false'), true) }),
  upsample: v.object({
    name,
    scale: pair(1),
    mode: v.optional(v.picklist(['nearest', 'bilinear'], '"nearest" or "bilinear"'), 'nearest'),
  }),
  normalise: v.object({
    name,
    mean: v.optional(numbers),
    std: v.optional(
      v.pipe(
        numbers,
        v.check((all) => all.every((one) => one > 0), 'numbers above 0, one per channel'),
      ),
    ),
    over: v.optional(v.picklist(['map', 'all'], '"map" or "all"')),
    epsilon: v.optional(
      v.pipe(v.number('a number from 0'), v.finite('a number from 0'), v.minValue(0, 'a number from 0')),
      1e-5,
    ),
  }),
  relu: v.object({ name }),
  abs: v.object({ name }),
  tanh: v.object({ name }),
  sigmoid: v.object({ name }),
} as const;

export type LayerType = keyof typeof LAYER_KEYS;

export type Values<Type extends LayerType> = v.InferOutput<(typeof LAYER_KEYS)[Type]>;

/** The keys of a stack file except its layers. */
export const STACK_KEYS = v.object({
  $schema: v.optional(v.string('a string')),
  name: v.optional(v.string('a string')),
  description: v.optional(v.string('a string')),
  input: v.optional(
    v.strictObject(
      {
        channels: v.optional(v.picklist(['gray', 'rgb'], '"gray" or "rgb"')),
        scale: v.optional(v.picklist(['unit', 'stored'], '"unit" (0…1) or "stored" (as in the file)')),
      },
      '{"channels": "gray" or "rgb", "scale": "unit" or "stored"}',
    ),
  ),
});

export type StackSettings = v.InferOutput<typeof STACK_KEYS>;
