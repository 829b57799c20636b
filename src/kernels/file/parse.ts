// Parses a JSON value of the kernel format into kernels, or into a bank or steps whose references are still
// unresolved.

import { quoted } from '../../core/errors.js';
import { type Combine, parseCombine } from '../combine.js';
import { nearestAdvice } from '../did-you-mean.js';
import {
  attempt,
  checkedList,
  faultAt,
  type KernelFault,
  type Place,
  partOf,
  reportFault,
  unexpected,
} from '../fault.js';
import { checkedValues } from '../generators/arguments.js';
import type { Generator, Values } from '../generators/generator.js';
import { generators } from '../generators/list.js';
import type { Bank, Kernel } from '../kernel.js';
import { adviceOnBar } from '../load/parse-pipeline.js';
import { buildKernel, labelsOf } from './build.js';
import { checkKeys, formOf } from './form.js';
import type { checkedSettings, Settings } from './settings.js';
import { type Context, parseFactors, parseRows } from './weights.js';

/** A parsed value: kernels, or unresolved references as they were written. */
export type Parsed =
  | { readonly kind: 'kernels'; readonly bank: Bank }
  | {
      readonly kind: 'members';
      readonly about: Omit<Bank, 'kernels' | 'joins'>;
      readonly members: readonly unknown[];
      /** How their maps are combined; undefined: one map each. */
      readonly combine: Combine | undefined;
    }
  | {
      readonly kind: 'steps';
      readonly kernel: unknown;
      readonly steps: readonly unknown[];
      /** Labels and scaling given in the same object; they apply to the result. */
      readonly settings: Settings;
    };

/**
 * The settings check for files in a folder. The shipped kernels (folder null) were checked at build time, so
 * that runs need not load the schemas, which takes long.
 */
export async function loadSettingsCheck(folder: string | null): Promise<typeof checkedSettings> {
  return folder === null ? (known) => known as Settings : (await import('./settings.js')).checkedSettings;
}

/**
 * Parses the value of a kernel file or of a bank's member. When the context collects faults, kernels of a
 * faulty value are missing or must not be used.
 */
export function parseValue(value: unknown, context: Context, checkSettings: typeof checkedSettings): Parsed {
  return attempt(context, () => parseChecked(value, context, checkSettings)) ?? emptyResult(context);
}

function emptyResult({ name }: Context): Parsed {
  return { kind: 'kernels', bank: { name, kernels: [] } };
}

function parseChecked(value: unknown, context: Context, checkSettings: typeof checkedSettings): Parsed {
  if (Array.isArray(value)) return singleKernel(rowsKernel({ weights: value }, context));
  const object = asObject(value, context);
  const form = formOf(object, context);
  const isCall = form === 'generator';
  const generator = isCall ? attempt(context, () => generatorOf(object.generator, context)) : undefined;
  // The parameters of an unknown generator are unknown too.
  const isKnown = form !== undefined && (!isCall || generator !== undefined);
  if (isKnown) checkKeys(object, context, form, generator);
  const checked = checkSettings(object, context);
  if (!isKnown) return emptyResult(context);
  if (generator !== undefined) {
    const parameters = Object.entries(object).filter(([key]) => Object.hasOwn(generator.parameters, key));
    const faults: KernelFault[] = [];
    const place = { ...context, report: (fault: KernelFault) => faults.push(fault) };
    const values = checkedValues(generator, new Map(parameters), place);
    for (const fault of faults) reportFault(context, fault);
    if (faults.length > 0) return emptyResult(context);
    return { kind: 'kernels', bank: generateKernels(generator, values, context, checked) };
  }
  if (form === 'bank') {
    const about = { name: checked.name ?? context.name, ...labelsOf(checked) };
    const place = partOf(context, 'kernels');
    const members = checkedList(object.kernels, place, 'a list of names, paths or kernels');
    const combine = checked.combine && parseCombine(checked.combine);
    return { kind: 'members', about, members, combine };
  }
  if (form === 'steps') {
    const place = partOf(context, 'steps');
    const steps = checkedList(object.steps, place, 'a list of steps such as "rotate:45"');
    return { kind: 'steps', kernel: object.kernel, steps, settings: checked };
  }
  if (form === 'rows') return singleKernel(rowsKernel(object, context, checked));
  return singleKernel(buildKernel(parseFactors(object.row, object.column, context), context, checked));
}

/** The kernels that a generator computes from checked values, with the labels of the kernel file, if any. */
export function generateKernels(
  generator: Generator,
  values: Values,
  context: Context,
  { name = context.name, ...labels }: Settings = {},
): Bank {
  context.budget.take(generator.size(values), context);
  const { group, description, source } = generator;
  const about = { group, description, source, ...labels };
  const results = generator.make(values);
  const kernels = results.map(({ label, ...made }, i) => {
    const own = results.length === 1 ? name : `${name}-${label ?? i + 1}`;
    return buildKernel(made, context, { ...about, ...made, name: own });
  });
  return { name, ...labelsOf(about), kernels };
}

export function findGenerator(name: string): Generator | undefined {
  return generators.find((generator) => generator.name === name);
}

export function unknownGenerator(name: string, place: Place): KernelFault {
  const names = generators.map((generator) => generator.name);
  return faultAt(place, {
    problem: `there is no generator ${quoted(name)}`,
    advice: adviceOnBar(name) ?? nearestAdvice(name, names),
  });
}

function singleKernel(kernel: Kernel): Parsed {
  return { kind: 'kernels', bank: { name: kernel.name, kernels: [kernel] } };
}

function rowsKernel(object: Record<string, unknown>, context: Context, checked: Settings = {}): Kernel {
  return buildKernel(parseRows(object.weights, partOf(context, 'weights')), context, checked);
}

function asObject(value: unknown, context: Context): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  const expected = 'a kernel such as {"weights": [[0, 1], [2, 3]]}, or its rows alone';
  throw unexpected(value, expected, context);
}

function generatorOf(value: unknown, context: Context): Generator {
  const place = partOf(context, 'generator');
  if (typeof value !== 'string') throw unexpected(value, "a generator's name", place);
  const generator = findGenerator(value);
  if (generator === undefined) throw unknownGenerator(value, place);
  return generator;
}
