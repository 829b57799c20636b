// The interface of an operation, a step of kernel algebra: a name, parameters, perhaps a second kernel, and a
// function that returns a new kernel.

import type { FaultDetails, KernelFault } from '../fault.js';
import type { Parameter, Values, ValuesOf } from '../generators/generator.js';
import type { Kernel, Labels } from '../kernel.js';

/** The properties that a step may change: all except labels. Its arrays are new or those it was given. */
export type StepResult = Omit<Kernel, keyof Labels>;

/** Creates the error for a kernel or value that a step cannot take; `path` is the parameter concerned, if any. */
export type CreateError = (
  details: Pick<FaultDetails, 'advice'> & { path?: string[]; expected: string; found: string },
) => KernelFault;

export interface Operation {
  readonly name: string;
  /** One line, including the effect on divisor and bias unless obvious. */
  readonly description: string;
  /** Description of the second kernel, for steps that take one: `add:sobel-y`. */
  readonly operand?: string;
  /** Parameters by name, in order. Without an operand, the name of the first may be omitted: `rotate:45`. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** The number of weights in the result, if it changes; called first, to check limits. */
  size?(kernel: Kernel, values: Values, operand: Kernel): number;
  /** The number of multiplications, if larger than the number of weights. */
  products?(kernel: Kernel, operand: Kernel): number;
  /** @param operand the second kernel, for steps that take one. */
  apply(kernel: Kernel, values: Values, refuse: CreateError, operand: Kernel): StepResult;
}

/** Defines an operation whose functions receive typed parameter values. */
export function defineOperation<const P extends Operation['parameters']>(
  operation: Omit<Operation, 'parameters' | 'size' | 'apply'> & {
    readonly parameters: P;
    size?(kernel: Kernel, values: ValuesOf<P>, operand: Kernel): number;
    apply(kernel: Kernel, values: ValuesOf<P>, refuse: CreateError, operand: Kernel): StepResult;
  },
): Operation {
  return operation as unknown as Operation;
}
