// Checks the arguments of a generator or step and fills in defaults.

import { didYouMean } from '../did-you-mean.js';
import {
  allOf,
  attempt,
  describeValue,
  faultAt,
  oneOf,
  type Place,
  partOf,
  reportFault,
  unexpected,
} from '../fault.js';
import type { CallArgument } from '../load/ref.js';
import { parseDecimal } from '../number.js';
import type { Generator, Parameter, Values } from './generator.js';

/** Anything that takes parameters: a generator or a step. */
export interface Callable extends Pick<Generator, 'name' | 'parameters' | 'validate' | 'example'> {
  /** Description of the parameter `kernel`, which then comes first and is not among the values checked here. */
  readonly operand?: string;
}

/** The parameter whose name may be omitted. */
export function bareParameter(callable: Callable): string | undefined {
  return parameterNames(callable)[0];
}

export function parameterNames({ operand, parameters }: Callable): string[] {
  return [...(operand === undefined ? [] : ['kernel']), ...Object.keys(parameters)];
}

/** The values of a call's arguments: `sigma=2,radius=5`, or with the first name omitted, `2`. */
export function callValues(callable: Callable, given: readonly CallArgument[], place: Place): Values {
  const byName = new Map<string, unknown>();
  given.forEach(({ name, value }, i) => {
    const first = bareParameter(callable) ?? '';
    if (first === '') {
      const problem = `${callable.name} takes no parameters`;
      throw faultAt(place, { problem, found: describeValue(name ?? value) });
    }
    if (name === null && i > 0) {
      const expected = `name=value (only the first value, ${first}, may be given without its name)`;
      throw unexpected(value, expected, place);
    }
    const key = name ?? first;
    if (byName.has(key)) throw faultAt(partOf(place, key), { problem: 'this parameter is given twice' });
    byName.set(key, parseDecimal(value) ?? value);
  });
  return checkedValues(callable, byName, place);
}

/**
 * The values of named parameters, each checked against its range or choices, then checked together; missing
 * ones get their defaults. Where the place has a `report`, all faults of values are reported, and faulty values are NaN.
 */
export function checkedValues(callable: Callable, given: ReadonlyMap<string, unknown>, place: Place): Values {
  const names = parameterNames(callable);
  for (const name of given.keys()) {
    if (names.includes(name)) continue;
    throw faultAt(partOf(place, name), {
      atKey: true,
      problem: `${callable.name} has no such parameter`,
      advice: didYouMean(name, names, `it has ${allOf(names) || 'none'}`),
    });
  }
  const values: Record<string, number | string | null> = {};
  let isSound = true;
  for (const [name, parameter] of Object.entries(callable.parameters)) {
    const value = attempt(place, () => {
      if (given.has(name)) return checkedValue(given.get(name), parameter, partOf(place, name));
      const fallback = defaultOf(parameter, given, values);
      if (fallback !== undefined) return fallback;
      throw faultAt(place, {
        problem: `${callable.name} needs ${name} (${parameter.description})`,
        advice: `write for example ${exampleCall(callable)}`,
      });
    });
    isSound &&= value !== undefined;
    values[name] = value === undefined ? Number.NaN : value;
  }
  const violation = isSound ? callable.validate?.(values) : undefined;
  if (violation === undefined) return values;
  const { parameter, expected } = violation;
  reportFault(place, unexpected(values[parameter], expected, partOf(place, parameter)));
  return values;
}

function checkedValue(value: unknown, parameter: Parameter, place: Place): number | string {
  if ('choices' in parameter) {
    const choice = parameter.choices.find((word) => word === value);
    if (choice !== undefined) return choice;
    throw unexpected(value, oneOf(parameter.choices), place);
  }
  const { minimum, maximum, integer, multipleOf = 1 } = parameter;
  const fits = typeof value === 'number' && Number.isFinite(value) && value >= minimum && value <= maximum;
  if (fits && (!integer || Number.isInteger(value / multipleOf))) return value;
  const kind = multipleOf > 1 ? `multiple of ${multipleOf}` : integer ? 'whole number' : 'number';
  const expected = Number.isFinite(minimum) ? `a ${kind} from ${minimum} to ${maximum}` : `a ${kind}`;
  throw unexpected(value, expected, place);
}

/** The value of a parameter that is not given; undefined if it is required. */
function defaultOf(parameter: Parameter, given: ReadonlyMap<string, unknown>, earlier: Values) {
  if ('choices' in parameter) return parameter.choices[0];
  // Defaults are computed only from numeric parameters.
  if (typeof parameter.default === 'function') return parameter.default(earlier as Record<string, number>);
  if (parameter.default !== undefined) return parameter.default;
  return parameter.unless?.every((other) => given.has(other)) ? null : undefined;
}

/**
 * An example call: the generator's own, or one with its required parameters: 2, which most take, or the nearest valid
 * value.
 */
export function exampleCall({ name, parameters, example }: Callable): string {
  if (example !== undefined) return `${name}:${example}`;
  const needed = Object.entries(parameters).flatMap(([key, parameter]) => {
    if ('choices' in parameter || parameter.default !== undefined) return [];
    return [`${key}=${Math.min(Math.max(parameter.multipleOf ?? 2, parameter.minimum), parameter.maximum)}`];
  });
  return needed.length > 0 ? `${name}:${needed.join(',')}` : name;
}
