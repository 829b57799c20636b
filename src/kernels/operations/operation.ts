// The interface of an operation, a step of kernel algebra: a name, parameters, perhaps a second kernel, and a
// function that returns a new kernel.

import type { FaultDetails, KernelFault } from '../fault.js';
import type { Parameter, Values, ValuesOf } from '../generators/generator.js';
import type { Kernel } from '../kernel.js';

/** The properties that a step may change: all except labels. Its arrays are new or those it was given. */
export type StepResult = Pick<
  Kernel,
  'width' | 'height' | 'inChannels' | 'weights' | 'divisor' | 'bias' | 'anchor'
>;

/** Creates the error for a kernel or value that a step cannot take; `path` is the parameter concerned, if any. */
export type CreateError = (
  details: Pick<FaultDetails, 'advice'> & { path?: string[]; expected: string; found: string },
) => KernelFault;

interface OperationInfo {
  readonly name: string;
  /** One line, including the effect on divisor and bias unless obvious. */
  readonly description: string;
  /** Parameters by name, in order. Without an operand, the name of the first may be omitted: `rotate:45`. */
  readonly parameters: Readonly<Record<string, Parameter>>;
}

export interface UnaryOperation extends OperationInfo {
  /** The number of weights in the result, if it changes; called first, to check limits. */
  size?(kernel: Kernel, values: Values): number;
  apply(kernel: Kernel, values: Values, refuse: CreateError): StepResult;
}

/** A step with a second kernel, its operand: `add:sobel-y`. */
export interface BinaryOperation extends OperationInfo {
  /** Description of the operand. */
  readonly operand: string;
  size(kernel: Kernel, operand: Kernel): number;
  /** The number of multiplications, if larger than the number of weights. */
  products?(kernel: Kernel, operand: Kernel): number;
  apply(kernel: Kernel, operand: Kernel, values: Values, refuse: CreateError): StepResult;
}

export type Operation = UnaryOperation | BinaryOperation;

/** Whether an operation takes a second kernel. */
export function isBinary(operation: Operation): operation is BinaryOperation {
  return 'operand' in operation;
}

type Parameters = Readonly<Record<string, Parameter>>;

/** Defines an operation whose functions receive typed parameter values. */
export function defineOperation<const P extends Parameters>(
  operation: Omit<UnaryOperation, 'parameters' | 'size' | 'apply'> & {
    readonly parameters: P;
    size?(kernel: Kernel, values: ValuesOf<P>): number;
    apply(kernel: Kernel, values: ValuesOf<P>, refuse: CreateError): StepResult;
  },
): UnaryOperation {
  return operation as unknown as UnaryOperation;
}

/** Defines an operation with a second kernel. */
export function defineBinaryOperation<const P extends Parameters>(
  operation: Omit<BinaryOperation, 'parameters' | 'apply'> & {
    readonly parameters: P;
    apply(kernel: Kernel, operand: Kernel, values: ValuesOf<P>, refuse: CreateError): StepResult;
  },
): BinaryOperation {
  return operation as unknown as BinaryOperation;
}
