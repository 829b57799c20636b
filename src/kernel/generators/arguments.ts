// What a user gave for a generator's parameters → checked values. It does not know the generators.

import { KernelFault, oneOf, type Path, quoted, shown } from '../fault.js';
import { nearest } from '../nearest.js';
import { decimal } from '../number.js';
import type { CallArgument } from '../ref.js';
import type { Generator, Parameter, Values } from './generator.js';

/** The values of a call's arguments, `sigma=2,radius=5` or with the first one bare, `2`. */
export function callValues(generator: Generator, given: readonly CallArgument[], subject: string): Values {
  const byName = new Map<string, unknown>();
  given.forEach(({ name, value }, i) => {
    const first = generator.parameters[0]?.name ?? '';
    if (name === null && i > 0) {
      const expected = `name=value (only the first value may be without its name, as ${first})`;
      throw new KernelFault({ subject, path: [], expected, found: shown(value) });
    }
    const key = name ?? first;
    if (byName.has(key)) {
      throw new KernelFault({ subject, path: [key], problem: 'this parameter is given twice' });
    }
    byName.set(key, decimal(value) ?? value);
  });
  return checkedValues(generator, byName, subject, []);
}

/**
 * The values of named parameters, each a number in its range; those not given get their defaults.
 * `path` leads to where they stand, for messages.
 */
export function checkedValues(
  generator: Generator,
  given: ReadonlyMap<string, unknown>,
  subject: string,
  path: Path,
): Values {
  const names = generator.parameters.map(({ name }) => name);
  for (const name of given.keys()) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    throw new KernelFault({
      subject,
      path: [...path, name],
      atKey: true,
      problem: `${generator.name} has no such parameter`,
      advice:
        near.length > 0 ? `did you mean ${oneOf(near.map((n) => quoted(n)))}?` : `it has ${oneOf(names)}`,
    });
  }
  const values: Record<string, number> = {};
  for (const parameter of generator.parameters) {
    values[parameter.name] = checkedValue(generator, parameter, given, values, subject, path);
  }
  return values;
}

function checkedValue(
  generator: Generator,
  parameter: Parameter,
  given: ReadonlyMap<string, unknown>,
  earlier: Values,
  subject: string,
  path: Path,
): number {
  const { name, minimum, maximum, integer } = parameter;
  if (!given.has(name)) {
    if (typeof parameter.default === 'function') return parameter.default(earlier);
    if (parameter.default !== undefined) return parameter.default;
    throw new KernelFault({
      subject,
      path,
      problem: `${generator.name} needs ${name} (${parameter.description})`,
      advice: `write for example ${exampleCall(generator)}`,
    });
  }
  const value = given.get(name);
  const fits = typeof value === 'number' && value >= minimum && value <= maximum;
  if (fits && (!integer || Number.isInteger(value))) return value;
  const expected = `a ${integer ? 'whole ' : ''}number from ${minimum} to ${maximum}`;
  throw new KernelFault({ subject, path: [...path, name], expected, found: shown(value) });
}

// 2 is in the range of most parameters; the nearest that is, for the others.
function exampleCall({ name, parameters }: Generator): string {
  const needed = parameters.filter((parameter) => parameter.default === undefined);
  const example = ({ minimum, maximum }: Parameter) => Math.min(Math.max(2, minimum), maximum);
  return `${name}:${needed.map((parameter) => `${parameter.name}=${example(parameter)}`).join(',')}`;
}
