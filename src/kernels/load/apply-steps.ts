// Steps applied to a bank: for each its operand is loaded, and every kernel of the bank changed and checked as any
// kernel is. It does not know what the steps compute (operations/) nor where an operand is read from.

import { KernelError } from '../../core/errors.js';
import { quoted } from '../../core/quoted.js';
import { KernelFault, type Path } from '../fault.js';
import { kernelOf } from '../file/build.js';
import type { Settings } from '../file/settings-schema.js';
import type { Context, WeightBudget } from '../file/weights.js';
import { joinsAfterStep } from '../joins.js';
import type { Bank, Kernel } from '../kernel.js';
import { type BinaryOperation, isBinary, type Refuse } from '../operations/operation.js';
import { STEP_LIMIT, type Step, stepOf, stepText } from './parse-step.js';

/** The most multiplications of all steps while one reference is loaded: a few seconds. */
const PRODUCT_LIMIT = 2 ** 31;

const LONGEST_NAME = 200;
const LONGEST_SOURCE = 1000;

/** How much the steps may still compute while one reference is loaded. */
export class StepEffort {
  #used = 0;

  /** Takes `products` multiplications, or says that they are too many; asked before they are made. */
  take(products: number, subject: string): void {
    this.#used += products;
    if (this.#used <= PRODUCT_LIMIT) return;
    const expected = `steps of at most ${PRODUCT_LIMIT} multiplications`;
    throw new KernelFault({ subject, path: [], expected, found: `${this.#used}` });
  }
}

/** Where steps stand, what bounds them and how they get at other kernels. */
export interface StepsContext {
  readonly subject: string;
  /** The way to the list of steps in a JSON value; null for steps on a line. */
  readonly path: Path | null;
  readonly budget: WeightBudget;
  readonly effort: StepEffort;
  /** Loads what a step names as `kernel`, a reference or a JSON value that stands at a path. */
  readonly operand: (value: unknown, path: Path) => Promise<Bank>;
}

/**
 * The bank with every kernel changed by the steps in order; names tell them. Group and description are dropped, since
 * they may no longer be true; the source stays, as where the weights came from.
 * @throws KernelError that says which step it is about.
 */
export async function applySteps(
  bank: Bank,
  steps: readonly unknown[],
  context: StepsContext,
): Promise<Bank> {
  const { subject } = context;
  let result = bank;
  for (const [i, step] of steps.entries()) {
    try {
      if (i === STEP_LIMIT) {
        const expected = `at most ${STEP_LIMIT} steps`;
        throw new KernelFault({ subject, path: [], expected, found: `${steps.length}` });
      }
      const load = (value: unknown) =>
        context.operand(value, context.path === null ? [] : [...context.path, i, 'kernel']);
      result = await applyStep(result, stepOf(step, subject), load, context);
    } catch (error) {
      throw placed(error, i, steps.length, context);
    }
  }
  return result;
}

/** A bank under the labels and with the scaling that stand beside the steps in a file; what is not given stays. */
export function labelled(bank: Bank, settings: Settings, context: Context): Bank {
  const { name = context.name, ...given } = settings;
  const kernels = bank.kernels.map((kernel) => {
    const { width, height, inChannels, weights, anchor, keywords, source, ...own } = kernel;
    const kept = {
      ...own,
      anchor: [...anchor] as [number, number],
      ...(keywords && { keywords: [...keywords] }),
      ...(source && { source }),
    };
    const named = bank.kernels.length === 1 ? { name } : {};
    return kernelOf({ width, height, inChannels, weights }, context, { ...kept, ...given, ...named });
  });
  return { name, kernels, ...joinsAfterStep(bank, name) };
}

// Errors about other files have their place already, as have those in JSON values that were loaded as operands.
function placed(error: unknown, index: number, count: number, { subject, path }: StepsContext): unknown {
  if (!(error instanceof KernelFault) || error.details.subject !== subject) return error;
  const { place, ...details } = error.details;
  if (path !== null) {
    const start = [...path, index];
    if (start.every((part, i) => error.path[i] === part)) return error;
    return new KernelFault({ ...details, path: [...start, ...error.path], atKey: error.atKey });
  }
  const step = `step ${index + 1} of ${count}`;
  return new KernelError({ ...details, place: place === undefined ? step : `${step}, ${place}` });
}

type LoadOperand = (value: unknown) => Promise<Bank>;

async function applyStep(bank: Bank, step: Step, load: LoadOperand, context: StepsContext): Promise<Bank> {
  const { operation } = step;
  const { subject } = context;
  const operand = isBinary(operation) ? await operandOf(operation, step.operand, load, subject) : undefined;
  const text = stepText(step, operand?.name ?? '');
  const kernels = bank.kernels.map((kernel) => {
    const refuse: Refuse = ({ path = [], ...details }) => {
      const which = bank.kernels.length > 1 ? ` (${quoted(kernel.name)})` : '';
      return new KernelFault({ ...details, found: details.found + which, subject, path });
    };
    return changed(kernel, step, operand, text, refuse, context);
  });
  if (operand !== undefined) context.budget.giveBack(operand.weights.length);
  const name = nameAfter(bank.name, text);
  return { name, kernels, ...joinsAfterStep(bank, name) };
}

async function operandOf(
  { name, operand }: BinaryOperation,
  value: unknown,
  load: LoadOperand,
  subject: string,
): Promise<Kernel> {
  if (value === undefined || value === '') {
    const problem = `${name} needs kernel (${operand})`;
    throw new KernelFault({ subject, path: [], problem, advice: `write for example ${name}:sobel-x` });
  }
  const { kernels } = await load(value);
  if (kernels.length === 1) return kernels[0]!;
  const found = `a bank of ${kernels.length}`;
  throw new KernelFault({ subject, path: ['kernel'], expected: 'one kernel', found });
}

function changed(
  kernel: Kernel,
  { operation, values }: Step,
  operand: Kernel | undefined,
  text: string,
  refuse: Refuse,
  { subject, budget, effort }: StepsContext,
): Kernel {
  // What goes no longer counts, so that each step's result may be as large as any kernel.
  budget.giveBack(kernel.weights.length);
  const take = (size: number, products = size) => {
    budget.take(size, subject, []);
    effort.take(products, subject);
  };
  let result: ReturnType<typeof operation.apply>;
  if (isBinary(operation)) {
    take(operation.size(kernel, operand!), operation.products?.(kernel, operand!));
    result = operation.apply(kernel, operand!, values, refuse);
  } else {
    take(operation.size?.(kernel, values) ?? kernel.weights.length);
    result = operation.apply(kernel, values, refuse);
  }
  const { width, height, inChannels, weights, divisor, bias, anchor } = result;
  if (!Number.isFinite(divisor) || divisor === 0) {
    throw refuse({ expected: 'a finite divisor other than 0', found: `${divisor} after this step` });
  }
  const source = [kernel.source, operand?.source].filter((text, i, all) => text && all.indexOf(text) === i);
  return kernelOf(
    { width, height, inChannels, weights },
    { subject, path: [], name: nameAfter(kernel.name, text), budget },
    {
      divisor,
      bias,
      anchor: [...anchor],
      ...(source.length > 0 && { source: source.join('; ').slice(0, LONGEST_SOURCE) }),
    },
  );
}

/** A name after a step: in one line, no longer than a name may be. */
function nameAfter(name: string, text: string): string {
  const whole = `${name} | ${text}`.replace(/[\s\p{Cc}]+/gu, ' ');
  if (whole.length <= LONGEST_NAME) return whole;
  return `${whole.slice(0, LONGEST_NAME - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
