// The kernel file's shape, as valibot schemas: `settings` checks files at run time, `kernelFile` is what
// schema/generate.ts turns into schema/kernel.schema.json. Both share every rule that a schema can say;
// rules over several values (rows of one length, the anchor inside) are in weights.ts and parse.ts.

import * as v from 'valibot';
import type { Parameter } from './generators/generator.js';
import { generators } from './generators/list.js';
import { GROUPS } from './groups.js';
import { operations } from './operations/list.js';
import { isBinary } from './operations/operation.js';
import { STEP_LIMIT } from './step.js';

/** The schema's address for ever; it names the schema and is never fetched. */
export const SCHEMA_ID = 'https://convtool.invalid/schema/kernel.schema.json';

// In messages each schema's text follows the word "expected".
const text = (description: string) => v.optional(v.pipe(v.string('a string'), v.description(description)));
const finite = v.pipe(v.number('a number'), v.finite('a finite number'));
const place = v.pipe(
  v.number('a whole number'),
  v.integer('a whole number'),
  v.minValue(0, 'a whole number from 0'),
);

const NAME = 'a name of 1 to 200 characters without control characters';
const labels = {
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
  source: text('Where the weights come from.'),
};

const scaling = {
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
};

/** The keys of a kernel other than its weights: what they may hold by themselves. */
export const settings = v.object({ ...labels, ...scaling });
export type Settings = v.InferOutput<typeof settings>;

/** The keys that each form of a kernel file has, beside a generator's parameters. */
export const keysOf = {
  rows: [...Object.keys(labels), 'weights', ...Object.keys(scaling)],
  separable: [...Object.keys(labels), 'row', 'column', ...Object.keys(scaling)],
  generator: [...Object.keys(labels), 'generator'],
  bank: [...Object.keys(labels), 'kernels'],
  steps: [...Object.keys(labels), 'kernel', 'steps', ...Object.keys(scaling)],
} as const;

const line = v.pipe(v.array(finite), v.minLength(1));
const rows = v.pipe(v.array(line), v.minLength(1));
const weights = v.pipe(
  v.union([
    v.pipe(rows, v.title('[y][x]')),
    v.pipe(v.array(rows), v.minLength(1), v.title('[inChannel][y][x]')),
  ]),
  v.description('Rows of numbers, all of one length; or a plane of rows for each input channel.'),
);

const withRows = v.pipe(v.strictObject({ ...labels, weights, ...scaling }), v.title('kernel'));

const withVectors = v.pipe(
  v.strictObject({
    ...labels,
    row: v.pipe(line, v.description('The horizontal factor.')),
    column: v.pipe(line, v.description('The vertical factor.')),
    ...scaling,
  }),
  v.title('separable kernel: weights[y][x] = column[y] * row[x]'),
);

const withGenerator = generators.map(({ name, description, parameters }) =>
  v.pipe(
    v.strictObject({
      ...labels,
      generator: v.literal(name),
      ...parameterSchemas(parameters),
    }),
    v.title(`${name} generator`),
    v.description(description),
  ),
);

/** What a bank's list may hold. */
export const member: v.GenericSchema = v.union([
  v.pipe(v.string(), v.title('reference'), v.description('A name, generator call, path or inline JSON.')),
  v.lazy(() => kernelFile),
]);

const bank = v.pipe(
  v.strictObject({ ...labels, kernels: v.pipe(v.array(member), v.minLength(1)) }),
  v.title('bank: several kernels over one image'),
);

/** What a list of steps may hold. */
export const step: v.GenericSchema = v.union([
  v.pipe(v.string(), v.title('step as on a line'), v.description('Such as rotate:45 or add:sobel-y.')),
  ...operations.map((operation) => {
    const kernel: Record<string, v.GenericSchema> = isBinary(operation)
      ? { kernel: v.pipe(member, v.description(operation.operand)) }
      : {};
    const parameters = parameterSchemas(operation.parameters);
    return v.pipe(
      v.strictObject({ step: v.literal(operation.name), ...kernel, ...parameters }),
      v.title(`${operation.name} step`),
      v.description(operation.description),
    );
  }),
]);

const withSteps = v.pipe(
  v.strictObject({
    ...labels,
    kernel: v.pipe(member, v.description('What the steps begin with; of a bank, every kernel.')),
    steps: v.pipe(v.array(step), v.minLength(1), v.maxLength(STEP_LIMIT), v.description('Applied in order.')),
    ...scaling,
  }),
  v.title('kernel with steps of kernel algebra'),
);

/** Everything a kernel file may hold. */
export const kernelFile: v.GenericSchema = v.union([
  withRows,
  withVectors,
  ...withGenerator,
  bank,
  withSteps,
  weights,
]);

function parameterSchemas(parameters: Readonly<Record<string, Parameter>>) {
  return Object.fromEntries(
    Object.entries(parameters).map(([key, parameter]) => [key, parameterSchema(parameter)]),
  );
}

function parameterSchema(parameter: Parameter) {
  if ('choices' in parameter) {
    return v.optional(v.pipe(v.picklist(parameter.choices), v.description(parameter.description)));
  }
  const { description, minimum, maximum, integer, multipleOf = 1 } = parameter;
  const number = v.pipe(v.number(), v.minValue(minimum), v.maxValue(maximum), v.description(description));
  const whole = integer ? v.pipe(number, v.integer()) : number;
  const schema = multipleOf > 1 ? v.pipe(whole, v.multipleOf(multipleOf)) : whole;
  return parameter.default === undefined ? schema : v.optional(schema);
}
