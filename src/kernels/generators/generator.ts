// What a generator is: a name, parameters with their ranges, and a function from values to weights.
// It does not know where the values come from; arguments.ts checks them.

import type { Group } from '../groups.js';

/** A parameter's checked values by name; all of a generator's parameters are there. */
export type Values = Readonly<Record<string, number | string | null>>;

export interface NumberParameter {
  readonly description: string;
  /** The range, ends included; infinite where any number will do, as for angles. */
  readonly minimum: number;
  readonly maximum: number;
  /** Whether only whole numbers are taken. */
  readonly integer: boolean;
  /** With `integer`: only multiples of it are taken. */
  readonly multipleOf?: number;
  /**
   * The value where none is given, perhaps from the parameters before it. With null the generator is told that none
   * was given. Without a default it must be given.
   */
  readonly default?: number | null | ((earlier: Readonly<Record<string, number>>) => number);
  /** Without a default: the parameters that make it unnecessary where all of them are given. It is null then. */
  readonly unless?: readonly string[];
}

/** The range of angles in degrees: any number of turns. */
export const ANY_ANGLE = { minimum: Number.NEGATIVE_INFINITY, maximum: Number.POSITIVE_INFINITY } as const;

/** A parameter that is one of a few words; the first one is the default. */
export interface ChoiceParameter {
  readonly description: string;
  readonly choices: readonly [string, ...string[]];
}

export type Parameter = NumberParameter | ChoiceParameter;

/** One kernel as a generator makes it. What is left out is as in a kernel file. */
export interface MadeKernel {
  /** Names a kernel inside a bank, as `<bank>-<label>`; without it the kernel's number does. */
  readonly label?: string;
  readonly width: number;
  readonly height: number;
  /** width · height numbers, x fastest. */
  readonly weights: Float64Array;
  readonly divisor?: number;
  readonly bias?: number;
  readonly anchor?: readonly [number, number];
}

/** Why values that are each in their range do not go together: the parameter to change, and to what. */
export interface Refusal {
  readonly parameter: string;
  /** Follows the word "expected" in a message. */
  readonly expected: string;
}

export interface Generator {
  readonly name: string;
  readonly group: Group;
  readonly description: string;
  /** The formula's origin, and the convention where there are several. */
  readonly source: string;
  /** What people call it or its effect, in lower case with spaces; the most usual ones first. */
  readonly keywords?: readonly string[];
  /** Parameters of a call that shows what it does; left out, none are needed. */
  readonly example?: string;
  /** By name, in order; the first one may be given bare: `box:5`. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Asked before the others; what it does not refuse they take. */
  refuse?(values: Values): Refusal | undefined;
  /** How many weights `make` will make, over all kernels: asked first, so that limits hold. */
  size(values: Values): number;
  /** One kernel, or the kernels of a bank in order. */
  make(values: Values): readonly MadeKernel[];
}

/** The type of each parameter's value. */
export type ValuesOf<P> = {
  readonly [K in keyof P]: P[K] extends { readonly choices: readonly (infer C)[] }
    ? C
    : P[K] extends { readonly default: null } | { readonly unless: readonly string[] }
      ? number | null
      : number;
};

/** A generator whose functions see each parameter's value under its name and with its type. */
export function defineGenerator<const P extends Readonly<Record<string, Parameter>>>(
  generator: Omit<Generator, 'parameters' | 'refuse' | 'size' | 'make'> & {
    readonly parameters: P;
    refuse?(values: ValuesOf<P>): Refusal | undefined;
    size(values: ValuesOf<P>): number;
    make(values: ValuesOf<P>): readonly MadeKernel[];
  },
): Generator {
  return generator as unknown as Generator;
}
