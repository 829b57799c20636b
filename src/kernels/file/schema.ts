// The shape of a kernel file as valibot schemas, from which schema/generate.ts writes
// schema/kernel.schema.json. Runs check files with settings.ts, which shares its rules; rules over
// several values (equal row lengths, anchor inside the kernel) are in weights.ts and parse.ts.

import * as v from 'valibot';
import type { Parameter } from '../generators/generator.js';
import { generators } from '../generators/list.js';
import { STEP_LIMIT } from '../load/parse-step.js';
import { operations } from '../operations/list.js';
import { combine, finite, labels, scaling } from './settings.js';

/** Permanent identifier of the schema; it is never fetched. */
export const SCHEMA_ID = 'https://convtool.invalid/schema/kernel.schema.json';

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

/** One entry of a bank's list. */
export const member: v.GenericSchema = v.union([
  v.pipe(v.string(), v.title('reference'), v.description('A name, generator call, path or inline JSON.')),
  v.lazy(() => kernelFile),
]);

const bank = v.pipe(
  v.strictObject({ ...labels, combine, kernels: v.pipe(v.array(member), v.minLength(1)) }),
  v.title('bank: several kernels over one image'),
);

/** One entry of a list of steps. */
export const step: v.GenericSchema = v.union([
  v.pipe(v.string(), v.title('step as on a line'), v.description('Such as rotate:45 or add:sobel-y.')),
  ...operations.map((operation) => {
    const { operand } = operation;
    const kernel: Record<string, v.GenericSchema> =
      operand === undefined ? {} : { kernel: v.pipe(member, v.description(operand)) };
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
  const number = Number.isFinite(minimum)
    ? v.pipe(v.number(), v.minValue(minimum), v.maxValue(maximum), v.description(description))
    : v.pipe(v.number(), v.description(description));
  const whole = integer ? v.pipe(number, v.integer()) : number;
  const schema = multipleOf > 1 ? v.pipe(whole, v.multipleOf(multipleOf)) : whole;
  return parameter.default === undefined && !parameter.unless ? schema : v.optional(schema);
}
