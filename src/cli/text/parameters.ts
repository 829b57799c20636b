// The parameters of a generator as data and as text: names, ranges, choices, defaults, and an example call.

import { exampleCall } from '../../kernels/generators/arguments.js';
import type { Generator } from '../../kernels/generators/generator.js';
import { alignColumns } from './columns.js';

/** One parameter; these are also its keys in JSON. */
export interface ParameterFacts {
  readonly name: string;
  readonly description: string;
  readonly needed: boolean;
  /** [minimum, maximum] of a number; left out where any number is allowed. */
  readonly range?: readonly [number, number];
  readonly integer?: boolean;
  readonly choices?: readonly string[];
  /** Left out where it is required, or depends on earlier parameters. */
  readonly default?: number | string;
}

/** The parameters in order; the first may be given without its name. */
export function parameterFacts({ parameters }: Generator): ParameterFacts[] {
  return Object.entries(parameters).map(([name, parameter]) => {
    const { description } = parameter;
    if ('choices' in parameter) {
      const { choices } = parameter;
      return { name, description, needed: false, choices, default: choices[0] };
    }
    const { minimum, maximum, integer } = parameter;
    const facts = { name, description, needed: parameter.default === undefined };
    const fallback = typeof parameter.default === 'number' ? { default: parameter.default } : {};
    const range = Number.isFinite(minimum) ? { range: [minimum, maximum] as const } : {};
    return { ...facts, ...range, integer, ...fallback };
  });
}

/** The text of a generator: description, parameters and an example. */
export function generatorText(generator: Generator): string {
  const { name, group, description, source } = generator;
  const rows = parameterFacts(generator).map((facts) => [facts.name, rangeText(facts), facts.description]);
  return [
    `${name}: a generator`,
    `  ${description}`,
    `  group ${group}; source: ${source}`,
    '',
    '  parameters',
    ...alignColumns(rows, [false, false, false]).map((line) => `    ${line}`),
    '',
    `  example: convtool kernels show ${exampleCall(generator)}`,
    '',
  ].join('\n');
}

function rangeText({ range, integer, choices, needed, default: fallback }: ParameterFacts): string {
  const numbers = range ? `${range[0]} … ${range[1]}` : 'any number';
  const accepted = choices ? choices.join(' | ') : `${integer ? 'whole, ' : ''}${numbers}`;
  if (needed) return `${accepted}; required`;
  return fallback === undefined ? accepted : `${accepted}; default ${fallback}`;
}
