// What a step of kernel algebra is: a name, parameters, perhaps a second kernel, and a function from kernels
// to a new one. It does not know where the parameters come from nor in which order steps follow each other.

import type { FaultDetails, KernelFault } from '../fault.js';
import type { Parameter, Values, ValuesOf } from '../generators/generator.js';
import type { Kernel } from '../kernel.js';

/** What a step changes of a kernel: all but what it is called. Its arrays are new, or those it was given. */
export type Changed = Pick<
  Kernel,
  'width' | 'height' | 'inChannels' | 'weights' | 'divisor' | 'bias' | 'anchor'
>;

/** The error for a kernel or value that a step cannot take; `path` names a parameter, if it is about one. */
export type Refuse = (
  details: Pick<FaultDetails, 'advice'> & { path?: string[]; expected: string; found: string },
) => KernelFault;

interface Described {
  readonly name: string;
  /** In one line, with what becomes of divisor and bias where it is not plain. */
  readonly description: string;
  /** By name, in order. Without an operand the first one may be given bare: `rotate:45`. */
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/** A step that takes the kernel alone. */
export interface UnaryOperation extends Described {
  /** How many weights the result will have, where that is not as before; asked first, so that limits hold. */
  size?(kernel: Kernel, values: Values): number;
  apply(kernel: Kernel, values: Values, refuse: Refuse): Changed;
}

/** A step that takes a second kernel, its operand, given bare: `add:sobel-y`. */
export interface BinaryOperation extends Described {
  /** What the operand is for. */
  readonly operand: string;
  size(kernel: Kernel, operand: Kernel): number;
  /** How many multiplications it takes, where they are more than weights. */
  products?(kernel: Kernel, operand: Kernel): number;
  apply(kernel: Kernel, operand: Kernel, values: Values, refuse: Refuse): Changed;
}

export type Operation = UnaryOperation | BinaryOperation;

/** Whether a step takes a second kernel. */
export function isBinary(operation: Operation): operation is BinaryOperation {
  return 'operand' in operation;
}

type Parameters = Readonly<Record<string, Parameter>>;

/** A step whose functions see each parameter's value under its name and with its type. */
export function defineOperation<const P extends Parameters>(
  operation: Omit<UnaryOperation, 'parameters' | 'size' | 'apply'> & {
    readonly parameters: P;
    size?(kernel: Kernel, values: ValuesOf<P>): number;
    apply(kernel: Kernel, values: ValuesOf<P>, refuse: Refuse): Changed;
  },
): UnaryOperation {
  return operation as unknown as UnaryOperation;
}

/** The same for a step with a second kernel. */
export function defineBinaryOperation<const P extends Parameters>(
  operation: Omit<BinaryOperation, 'parameters' | 'apply'> & {
    readonly parameters: P;
    apply(kernel: Kernel, operand: Kernel, values: ValuesOf<P>, refuse: Refuse): Changed;
  },
): BinaryOperation {
  return operation as unknown as BinaryOperation;
}
