// The interface of a generator: a name, parameters with ranges, and a function from checked values to
// weights.

import type { Group } from '../groups.js';
import type { Kernel, Plane } from '../kernel.js';

/** Checked values by parameter name; every parameter of the generator has one. */
export type Values = Readonly<Record<string, number | string | null>>;

interface NumberParameter {
  readonly description: string;
  /** The range, inclusive; infinite if any number is valid, such as an angle. */
  readonly minimum: number;
  readonly maximum: number;
  /** Whether only whole numbers are valid. */
  readonly integer: boolean;
  /** With `integer`: only multiples of this number are valid. */
  readonly multipleOf?: number;
  /**
   * The default, possibly computed from earlier parameters. null: the generator receives null if no value is
   * given. Without a default, the parameter is required.
   */
  readonly default?: NumberDefault;
  /** Without a default: the parameters that together make this one optional; its value is then null. */
  readonly unless?: readonly string[];
}

type NumberDefault = number | null | undefined | ((earlier: Readonly<Record<string, number>>) => number);

type Range = readonly [minimum: number, maximum: number];

/** The range of angles in degrees: any number. */
export const ANY_ANGLE: Range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** A number in a range, inclusive. @param fallback as `NumberParameter.default`; required if left out. */
export function real<D extends NumberDefault = undefined>(range: Range, description: string, fallback?: D) {
  const [minimum, maximum] = range;
  return { description, minimum, maximum, integer: false, default: fallback as D };
}

/** A whole number; otherwise as `real`. */
export function whole<D extends NumberDefault = undefined>(range: Range, description: string, fallback?: D) {
  return { ...real(range, description, fallback), integer: true };
}

/** A parameter with a few named values; the first one is the default. */
interface ChoiceParameter {
  readonly description: string;
  readonly choices: readonly [string, ...string[]];
}

/** One of a few named values, by default the first. */
export function choice<const C extends readonly [string, ...string[]]>(choices: C, description: string) {
  return { description, choices };
}

export type Parameter = NumberParameter | ChoiceParameter;

/** One generated kernel. Missing properties have the defaults of a kernel file. */
export interface GeneratedKernel extends Plane, Partial<Pick<Kernel, 'divisor' | 'bias' | 'anchor'>> {
  /** Names a kernel inside a bank, `<bank>-<label>`; without a label, its number is used. */
  readonly label?: string;
}

/** Why values that are valid on their own do not fit together: the parameter to change, and what it should be. */
export interface Violation {
  readonly parameter: string;
  /** Follows the word "expected" in a message. */
  readonly expected: string;
}

export interface Generator {
  readonly name: string;
  readonly group: Group;
  readonly description: string;
  /** Origin of the formula, and the convention where several exist. */
  readonly source: string;
  /** Search words for it or its effect, in lower case with spaces; the most common first. */
  readonly keywords?: readonly string[];
  /** Arguments of an example call; if left out, the generator needs none. */
  readonly example?: string;
  /** Parameters by name, in order; the name of the first may be omitted: `box:5`. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Called before `size` and `make`, which may assume valid values. */
  validate?(values: Values): Violation | undefined;
  /** The number of weights that `make` will create, over all kernels; called first, to check limits. */
  size(values: Values): number;
  /** One kernel, or the kernels of a bank in order. */
  make(values: Values): readonly GeneratedKernel[];
}

/** The type of each parameter's value. */
export type ValuesOf<P> = {
  readonly [K in keyof P]: P[K] extends { readonly choices: readonly (infer C)[] }
    ? C
    : P[K] extends { readonly default: null } | { readonly unless: readonly string[] }
      ? number | null
      : number;
};

/** Defines a generator whose functions receive typed parameter values. */
export function defineGenerator<const P extends Readonly<Record<string, Parameter>>>(
  generator: Omit<Generator, 'parameters' | 'validate' | 'size' | 'make'> & {
    readonly parameters: P;
    validate?(values: ValuesOf<P>): Violation | undefined;
    size(values: ValuesOf<P>): number;
    make(values: ValuesOf<P>): readonly GeneratedKernel[];
  },
): Generator {
  return generator as unknown as Generator;
}
