// A JSON value → kernels, or a bank whose members are still to be looked up. Every rule of the kernel
// format is checked here or in weights.ts. It does not know text, lines or where the value came from.

import { quoted } from '../../core/quoted.js';
import { type Combine, combineOf } from '../combine.js';
import { nearest } from '../did-you-mean.js';
import { attempt, KernelFault, type Path, reportFault, shown } from '../fault.js';
import { checkedValues } from '../generators/arguments.js';
import type { Generator, Values } from '../generators/generator.js';
import { generators } from '../generators/list.js';
import type { Bank, Kernel } from '../kernel.js';
import { adviceOnBar } from '../load/parse-pipeline.js';
import { kernelOf } from './build.js';
import { checkKeys, formOf } from './form.js';
import type { Settings } from './settings-schema.js';
import type { Context } from './weights.js';
import { gridOfFactors, gridOfRows } from './weights.js';

/** A value understood: kernels, or what is still to be looked up, as it was written. */
export type Parsed =
  | { readonly kind: 'kernels'; readonly bank: Bank }
  | {
      readonly kind: 'members';
      readonly about: Omit<Bank, 'kernels' | 'joins'>;
      readonly members: readonly unknown[];
      /** How their maps become one; undefined: they do not. */
      readonly combine: Combine | undefined;
    }
  | {
      readonly kind: 'steps';
      readonly kernel: unknown;
      readonly steps: readonly unknown[];
      /** Labels and scaling that stand beside, for the result. */
      readonly settings: Settings;
    };

/** Checks the keys of a kernel other than its weights; where faults are collected, those that are wrong are left out. */
export type SettingsCheck = (object: Readonly<Record<string, unknown>>, context: Context) => Settings;

/** The check for texts of a folder. What came with convtool, of no folder, was checked before: checks take long to load. */
export async function settingsCheck(folder: string | null): Promise<SettingsCheck> {
  return folder === null ? (known) => known as Settings : (await import('./settings.js')).checkedSettings;
}

/**
 * The value of a kernel file, or of a bank's member. Where the context collects faults, kernels of a value with faults
 * are not to be used, or are missing.
 */
export function parseValue(value: unknown, context: Context, checkSettings: SettingsCheck): Parsed {
  return attempt(context, () => understood(value, context, checkSettings)) ?? nothing(context);
}

function nothing({ name }: Context): Parsed {
  return { kind: 'kernels', bank: { name, kernels: [] } };
}

function understood(value: unknown, context: Context, checkSettings: SettingsCheck): Parsed {
  if (Array.isArray(value)) return single(rowsKernel({ weights: value }, context));
  const object = asObject(value, context);
  const form = formOf(object, context);
  if (form === undefined) {
    checkSettings(object, context);
    return nothing(context);
  }
  const isCall = form === 'generator';
  const generator = isCall ? attempt(context, () => generatorOf(object.generator, context)) : undefined;
  // The parameters of an unknown generator are unknown too.
  if (!isCall || generator !== undefined) checkKeys(object, form, generator, context);
  const checked = checkSettings(object, context);
  if (isCall && generator === undefined) return nothing(context);
  if (generator !== undefined) {
    const parameters = Object.entries(object).filter(([key]) => Object.hasOwn(generator.parameters, key));
    let isSound = true;
    const report = (fault: KernelFault) => {
      isSound = false;
      reportFault(context, fault);
    };
    const values = checkedValues(generator, new Map(parameters), context.subject, context.path, report);
    if (!isSound) return nothing(context);
    return { kind: 'kernels', bank: generated(generator, values, context, checked) };
  }
  if (form === 'bank') {
    const about = { name: checked.name ?? context.name, ...aboutOf(checked) };
    const members = listOf(object, 'kernels', 'a list of names, paths or kernels', context);
    const combine = checked.combine && combineOf(checked.combine);
    return { kind: 'members', about, members, combine };
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
  return { name, ...aboutOf({ group, description, source, ...labels }), kernels };
}

function aboutOf({
  group,
  description,
  keywords,
  source,
}: Settings): Omit<Bank, 'name' | 'kernels' | 'joins'> {
  return {
    ...(group !== undefined && { group }),
    ...(description !== undefined && { description }),
    ...(keywords !== undefined && { keywords }),
    ...(source !== undefined && { source }),
  };
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

function generatorOf(value: unknown, { subject, path }: Context): Generator {
  const place = [...path, 'generator'];
  if (typeof value !== 'string') {
    throw new KernelFault({ subject, path: place, expected: "a generator's name", found: shown(value) });
  }
  const generator = findGenerator(value);
  if (generator === undefined) throw unknownGenerator(value, subject, place);
  return generator;
}
