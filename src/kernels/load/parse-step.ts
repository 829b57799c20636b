// One step as text or as a JSON value → its operation with checked values. It loads nothing and computes nothing:
// a second kernel stays as it was given.

import { quoted } from '../../core/quoted.js';
import { nearest } from '../did-you-mean.js';
import { KernelFault, type Path, shown } from '../fault.js';
import { bareParameter, callValues, checkedValues, parameterNames } from '../generators/arguments.js';
import type { Values } from '../generators/generator.js';
import { operations } from '../operations/list.js';
import { isBinary, type Operation } from '../operations/operation.js';
import { stepArguments, writtenStep } from './parse-pipeline.js';
import type { CallArgument } from './ref.js';

/** The most steps in a row. */
export const STEP_LIMIT = 64;

export interface Step {
  readonly operation: Operation;
  readonly values: Values;
  /** What was given as `kernel`: a reference, a JSON value, or undefined. */
  readonly operand: unknown;
  /** The other parameters as they were given, by name. */
  readonly given: ReadonlyMap<string, unknown>;
}

/** The step that a text such as `rotate:45` or an object with `step` is. Paths of faults begin in the step. */
export function stepOf(value: unknown, subject: string): Step {
  if (typeof value === 'string') return stepOfText(value, subject);
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, 'step')) {
    return stepOfObject(value as Record<string, unknown>, subject);
  }
  const expected = 'a step such as "rotate:45" or {"step": "rotate", "angle": 45}';
  throw new KernelFault({ subject, path: [], expected, found: shown(value) });
}

/** The step as people write it, what is usual left out: `rotate:45`, `add:sobel-y,weight=2`. */
export function stepText({ operation, operand, given }: Step, operandName: string): string {
  const written = isBinary(operation) ? [typeof operand === 'string' ? operand : operandName] : [];
  for (const [name, value] of given) {
    const isBare = written.length === 0 && name === bareParameter(operation);
    written.push(isBare ? String(value) : `${name}=${value}`);
  }
  return written.length === 0 ? operation.name : `${operation.name}:${written.join(',')}`;
}

function stepOfText(text: string, subject: string): Step {
  const { name, arguments: written } = writtenStep(text);
  const operation = operationOf(name, subject, []);
  const takesKernel = isBinary(operation);
  const all = written === null ? [] : stepArguments(written, parameterNames(operation), takesKernel);
  const isOperand = ({ name }: CallArgument, i: number) =>
    takesKernel && (name === 'kernel' || (name === null && i === 0));
  const operands = all.filter(isOperand);
  if (operands.length > 1) {
    throw new KernelFault({ subject, path: ['kernel'], problem: 'this parameter is given twice' });
  }
  const others = all.filter((argument, i) => !isOperand(argument, i));
  const values = callValues(operation, others, subject);
  const given = new Map(others.map(({ name, value }) => [name ?? bareParameter(operation)!, value]));
  return { operation, values, operand: operands[0]?.value, given };
}

function stepOfObject(object: Record<string, unknown>, subject: string): Step {
  const operation = operationOf(object.step, subject, ['step']);
  const isApart = (key: string) => key === 'step' || (key === 'kernel' && isBinary(operation));
  const given = new Map(Object.entries(object).filter(([key]) => !isApart(key)));
  const values = checkedValues(operation, given, subject, []);
  return { operation, values, operand: isBinary(operation) ? object.kernel : undefined, given };
}

function operationOf(name: unknown, subject: string, path: Path): Operation {
  const found = operations.find((operation) => operation.name === name);
  if (found !== undefined) return found;
  const names = operations.map((operation) => operation.name);
  if (typeof name !== 'string' || name === '') {
    const expected = `a step, one of ${names.join(', ')}`;
    throw new KernelFault({ subject, path, expected, found: name === '' ? 'nothing' : shown(name) });
  }
  const near = nearest(name, names);
  throw new KernelFault({
    subject,
    path,
    problem: `there is no step ${quoted(name)}`,
    advice: near.length > 0 ? `nearest: ${near.join(', ')}` : `there are ${names.join(', ')}`,
  });
}
