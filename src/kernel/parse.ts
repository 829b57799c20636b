// A JSON value → kernels, or a bank whose members are still to be looked up. Every rule of the kernel
// format is checked here or in weights.ts. It does not know text, lines or where the value came from.

import * as v from 'valibot';
import { KernelFault, oneOf, type Path, quoted, shown } from './fault.js';
import { type Context, kernelOf } from './finish.js';
import { checkedValues } from './generators/arguments.js';
import type { Generator, Values } from './generators/generator.js';
import { generators } from './generators/list.js';
import type { Bank, Kernel } from './kernel.js';
import { nearest } from './nearest.js';
import { adviceOnBar } from './pipeline.js';
import { keysOf, type Settings, settings } from './schema.js';
import { gridOfFactors, gridOfRows, WeightBudget } from './weights.js';

/** A value understood: kernels, or what is still to be looked up, as it was written. */
export type Parsed =
  | { readonly kind: 'kernels'; readonly bank: Bank }
  | { readonly kind: 'members'; readonly about: Omit<Bank, 'kernels'>; readonly members: readonly unknown[] }
  | {
      readonly kind: 'steps';
      readonly kernel: unknown;
      readonly steps: readonly unknown[];
      /** Labels and scaling that stand beside, for the result. */
      readonly settings: Settings;
    };

type Form = keyof typeof keysOf;

/** One kernel from a plain value: rows of numbers, or an object as in a kernel file but not a bank. */
export function parseKernel(value: unknown, name = 'kernel', limitWeights?: number): Kernel {
  const context = { subject: name, path: [], name, budget: new WeightBudget(limitWeights) };
  const parsed = parseValue(value, context);
  if (parsed.kind === 'kernels' && parsed.bank.kernels.length === 1) return parsed.bank.kernels[0]!;
  const found = parsed.kind === 'steps' ? 'a kernel with steps' : 'a bank';
  throw new KernelFault({ subject: name, path: [], expected: 'one kernel', found });
}

/** The value of a kernel file, or of a bank's member. */
export function parseValue(value: unknown, context: Context): Parsed {
  if (Array.isArray(value)) return single(rowsKernel({ weights: value }, context));
  const object = asObject(value, context);
  const form = formOf(object, context);
  const generator = form === 'generator' ? generatorOf(object.generator, context) : undefined;
  checkKeys(object, form, generator, context);
  const checked = checkedSettings(object, context);
  if (generator !== undefined) {
    const parameters = Object.entries(object).filter(([key]) => !isKeyOf('generator', key));
    const values = checkedValues(generator, new Map(parameters), context.subject, context.path);
    return { kind: 'kernels', bank: generated(generator, values, context, checked) };
  }
  if (form === 'bank') {
    const { $schema: _, ...labels } = checked;
    const about = { name: context.name, ...labels } as Omit<Bank, 'kernels'>;
    const members = listOf(object, 'kernels', 'a list of names, paths or kernels', context);
    return { kind: 'members', about, members };
  }
  if (form === 'steps') {
    const steps = listOf(object, 'steps', 'a list of steps such as "rotate:45"', context);
    return { kind: 'steps', kernel: object.kernel, steps, settings: checked };
  }
  if (form === 'rows') return single(rowsKernel(object, context, checked));
  return single(kernelOf(gridOfFactors(object.row, object.column, context), context, checked));
}

/** The kernels that a generator makes of checked values; `labels` are those of a kernel file, if any. */
export function generated(
  generator: Generator,
  values: Values,
  context: Context,
  { name = context.name, ...labels }: Settings = {},
): Bank {
  context.budget.take(generator.size(values), context.subject, context.path);
  const { group, description, source } = generator;
  const made = generator.make(values);
  const kernels = made.map(({ label, weights, width, height, divisor, bias, anchor }, i) => {
    const own = made.length === 1 ? name : `${name}-${label ?? i + 1}`;
    const given = { divisor, bias, anchor: anchor && [...anchor] };
    const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const grid = { weights, width, height, inChannels: null };
    return kernelOf(grid, context, {
      group,
      description,
      source,
      ...labels,
      ...known,
      name: own,
    } as Settings);
  });
  return { name, kernels };
}

/** The generator of a name, or undefined. */
export function findGenerator(name: string): Generator | undefined {
  return generators.find((generator) => generator.name === name);
}

/** The error for a generator name that there is none of. */
export function unknownGenerator(name: string, subject: string, path: Path): KernelFault {
  const names = generators.map((generator) => generator.name);
  const near = nearest(name, names);
  return new KernelFault({
    subject,
    path,
    problem: `there is no generator ${quoted(name)}`,
    advice:
      adviceOnBar(name) ??
      (near.length > 0 ? `nearest: ${near.join(', ')}` : `there are ${names.join(', ')}`),
  });
}

function single(kernel: Kernel): Parsed {
  return { kind: 'kernels', bank: { name: kernel.name, kernels: [kernel] } };
}

function rowsKernel(object: Record<string, unknown>, context: Context, checked: Settings = {}): Kernel {
  const site = { ...context, path: [...context.path, 'weights'] };
  return kernelOf(gridOfRows(object.weights, site), context, checked);
}

function listOf(
  object: Record<string, unknown>,
  key: string,
  expected: string,
  { subject, path }: Context,
): readonly unknown[] {
  const value = object[key];
  if (Array.isArray(value) && value.length > 0) return value;
  throw new KernelFault({ subject, path: [...path, key], expected, found: shown(value) });
}

function asObject(value: unknown, { subject, path }: Context): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new KernelFault({
    subject,
    path,
    expected: 'a kernel such as {"weights": [[0, 1], [2, 3]]}, or its rows alone',
    found: shown(value),
  });
}

function formOf(object: Record<string, unknown>, { subject, path }: Context): Form {
  const marks = {
    weights: 'rows',
    row: 'separable',
    column: 'separable',
    generator: 'generator',
    kernels: 'bank',
    kernel: 'steps',
    steps: 'steps',
  };
  const found = Object.keys(marks).filter((key) => Object.hasOwn(object, key)) as (keyof typeof marks)[];
  const [first] = found;
  if (first === undefined) {
    checkKeys(object, undefined, undefined, { subject, path });
    const expected =
      'one of "weights", "row" with "column", "generator", "kernel" with "steps" and "kernels"';
    throw new KernelFault({ subject, path, expected, found: 'none of them' });
  }
  const other = found.find((key) => marks[key] !== marks[first]);
  if (other !== undefined) {
    const problem = `cannot stand beside "${first}"`;
    throw new KernelFault({
      subject,
      path: [...path, other],
      atKey: true,
      problem,
      advice: 'keep one of them',
    });
  }
  const partners: Record<string, string> = { row: 'column', column: 'row', kernel: 'steps', steps: 'kernel' };
  const missing = partners[first];
  if (missing !== undefined && found.length === 1) {
    throw new KernelFault({ subject, path, expected: `"${missing}" beside "${first}"`, found: 'none' });
  }
  return marks[first] as Form;
}

function generatorOf(value: unknown, { subject, path }: Context): Generator {
  const place = [...path, 'generator'];
  if (typeof value !== 'string') {
    throw new KernelFault({ subject, path: place, expected: "a generator's name", found: shown(value) });
  }
  const generator = findGenerator(value);
  if (generator === undefined) throw unknownGenerator(value, subject, place);
  return generator;
}

function isKeyOf(form: Form, key: string): boolean {
  return (keysOf[form] as readonly string[]).includes(key);
}

// By own keys, because `in` would find __proto__ and constructor in any object.
function checkKeys(
  object: Record<string, unknown>,
  form: Form | undefined,
  generator: Generator | undefined,
  { subject, path }: Pick<Context, 'subject' | 'path'>,
): void {
  const all = [...new Set(Object.values(keysOf).flat())];
  const parameters = Object.keys(generator?.parameters ?? {});
  const known: string[] = form === undefined ? all : [...keysOf[form], ...parameters];
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known).map((name) => quoted(name));
    const elsewhere = (all as string[]).includes(key);
    throw new KernelFault({
      subject,
      path: [...path, key],
      atKey: true,
      problem: elsewhere ? `this key has no place beside "${mark(form)}"` : 'unknown key',
      advice:
        !elsewhere && near.length > 0 ? `did you mean ${oneOf(near)}?` : `known here: ${known.join(', ')}`,
    });
  }
}

function mark(form: Form | undefined): string {
  const marks = {
    rows: 'weights',
    separable: 'row',
    generator: 'generator',
    bank: 'kernels',
    steps: 'steps',
  };
  return marks[form ?? 'rows'];
}

function checkedSettings(object: Record<string, unknown>, { subject, path }: Context): Settings {
  const result = v.safeParse(settings, object, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = (issue.path ?? []).map(({ key }) => key as string | number);
  throw new KernelFault({
    subject,
    path: [...path, ...place],
    expected: issue.message,
    found: shown(issue.input),
  });
}
