// Parses one step, given as text or as a JSON value, into its operation and checked values. A second kernel
// is returned as it was given.

import { quoted } from '../../core/errors.js';
import { nearestAdvice } from '../did-you-mean.js';
import { describeValue, faultAt, type Place, partOf, unexpected } from '../fault.js';
import { bareParameter, callValues, checkedValues, parameterNames } from '../generators/arguments.js';
import type { Values } from '../generators/generator.js';
import { operations } from '../operations/list.js';
import type { Operation } from '../operations/operation.js';
import { splitStepArguments } from './parse-pipeline.js';
import type { CallArgument } from './ref.js';

/** Maximum number of steps in one list. */
export const STEP_LIMIT = 64;

export interface Step {
  readonly operation: Operation;
  readonly values: Values;
  /** The value given as `kernel`: a reference, a JSON value, or undefined. */
  readonly operand: unknown;
  /** The other parameters as they were given, by name. */
  readonly given: ReadonlyMap<string, unknown>;
}

/** Parses a step from text such as `rotate:45` or from an object with `step`. */
export function parseStep(value: unknown, place: Place): Step {
  if (typeof value === 'string') return parseTextStep(value, place);
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, 'step')) {
    return parseObjectStep(value as Record<string, unknown>, place);
  }
  const expected = 'a step such as "rotate:45" or {"step": "rotate", "angle": 45}';
  throw unexpected(value, expected, place);
}

/** A step in short notation: `rotate:45`, `add:sobel-y,weight=2`. */
export function stepText({ operation, operand, given }: Step, operandName: string): string {
  const written = operation.operand ? [typeof operand === 'string' ? operand : operandName] : [];
  for (const [name, value] of given) {
    const isBare = written.length === 0 && name === bareParameter(operation);
    written.push(isBare ? String(value) : `${name}=${value}`);
  }
  return written.length === 0 ? operation.name : `${operation.name}:${written.join(',')}`;
}

function parseTextStep(text: string, place: Place): Step {
  const [, name = '', written = null] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  const operation = findOperation(name.trim(), place);
  const takesKernel = operation.operand !== undefined;
  const all = written === null ? [] : splitStepArguments(written, parameterNames(operation), takesKernel);
  const isOperand = ({ name }: CallArgument, i: number) =>
    takesKernel && (name === 'kernel' || (name === null && i === 0));
  const operands = all.filter(isOperand);
  if (operands.length > 1)
    throw faultAt(partOf(place, 'kernel'), { problem: 'this parameter is given twice' });
  const others = all.filter((argument, i) => !isOperand(argument, i));
  const values = callValues(operation, others, place);
  const given = new Map(others.map(({ name, value }) => [name ?? bareParameter(operation)!, value]));
  return { operation, values, operand: operands[0]?.value, given };
}

function parseObjectStep(object: Record<string, unknown>, place: Place): Step {
  const operation = findOperation(object.step, partOf(place, 'step'));
  const takesKernel = operation.operand !== undefined;
  const isReserved = (key: string) => key === 'step' || (key === 'kernel' && takesKernel);
  const given = new Map(Object.entries(object).filter(([key]) => !isReserved(key)));
  const values = checkedValues(operation, given, place);
  return { operation, values, operand: takesKernel ? object.kernel : undefined, given };
}

function findOperation(name: unknown, place: Place): Operation {
  const found = operations.find((operation) => operation.name === name);
  if (found !== undefined) return found;
  const names = operations.map((operation) => operation.name);
  if (typeof name !== 'string' || name === '') {
    const expected = `a step, one of ${names.join(', ')}`;
    throw faultAt(place, { expected, found: name === '' ? 'nothing' : describeValue(name) });
  }
  throw faultAt(place, { problem: `there is no step ${quoted(name)}`, advice: nearestAdvice(name, names) });
}
