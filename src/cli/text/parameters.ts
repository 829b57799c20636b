// A generator's parameters for people and for programs: names, ranges, choices, defaults, and a call as an example.

import type { Generator } from '../../kernels/generators/generator.js';

/** One parameter; as JSON these are its keys. */
export interface ParameterFacts {
  readonly name: string;
  readonly description: string;
  /** Whether it must be given. */
  readonly needed: boolean;
  /** [least, most] of a number; left out where any number will do. */
  readonly range?: readonly [number, number];
  readonly integer?: boolean;
  readonly choices?: readonly string[];
  /** Left out where it is needed, or where it depends on the parameters before it. */
  readonly default?: number | string;
}

/** A generator's parameters in order; the first one may be given bare. */
export function parameterFacts({ parameters }: Generator): ParameterFacts[] {
  return Object.entries(parameters).map(([name, parameter]) => {
    const { description } = parameter;
    if ('choices' in parameter) {
      const { choices } = parameter;
      return { name, description, needed: false, choices, default: choices[0] };
    }
    const { minimum, maximum, integer } = parameter;
    const facts = { name, description, needed: parameter.default === undefined };
    const own = typeof parameter.default === 'number' ? { default: parameter.default } : {};
    const range = Number.isFinite(minimum) ? { range: [minimum, maximum] as const } : {};
    return { ...facts, ...range, integer, ...own };
  });
}

/** What a generator is and takes, in lines. */
export function generatorText(generator: Generator): string {
  const { name, group, description, source } = generator;
  const rows = parameterFacts(generator).map((facts) => [facts.name, rangeText(facts), facts.description]);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  const lines = rows.map(
    ([parameter, range, text]) =>
      `    ${parameter!.padEnd(widths[0]!)}  ${range!.padEnd(widths[1]!)}  ${text}`,
  );
  return [
    `${name}: a generator`,
    `  ${description}`,
    `  group ${group}; source: ${source}`,
    '',
    '  parameters',
    ...lines,
    '',
    `  for example  convtool kernels show ${exampleCall(generator)}`,
    '',
  ].join('\n');
}

function rangeText({ range, integer, choices, needed, default: own }: ParameterFacts): string {
  const numbers = range ? `${range[0]} … ${range[1]}` : 'any number';
  const what = choices ? choices.join(' | ') : `${integer ? 'whole, ' : ''}${numbers}`;
  if (needed) return `${what}; needed`;
  return own === undefined ? what : `${what}; default ${own}`;
}

/** A call with every parameter that is needed, each with a small value. */
export function exampleCall(generator: Generator): string {
  const needed = parameterFacts(generator).filter(({ needed }) => needed);
  const values = needed.map(
    ({ name, range = [2, 2] }) => `${name}=${Math.min(Math.max(2, range[0]), range[1])}`,
  );
  return values.length > 0 ? `${generator.name}:${values.join(',')}` : generator.name;
}
