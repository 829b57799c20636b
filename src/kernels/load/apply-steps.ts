// Applies steps to a bank: loads the operand of each step, transforms every kernel and validates the result.
// The computation of each step is in operations/.

import { KernelError, quoted } from '../../core/errors.js';
import { faultAt, KernelFault, type Path, type Place, partOf } from '../fault.js';
import { buildKernel } from '../file/build.js';
import type { Settings } from '../file/settings.js';
import type { Context, Site } from '../file/weights.js';
import { joinsAfterStep } from '../joins.js';
import type { Bank, Kernel } from '../kernel.js';
import type { CreateError } from '../operations/operation.js';
import { parseStep, STEP_LIMIT, type Step, stepText } from './parse-step.js';

const LONGEST_NAME = 200;
const LONGEST_SOURCE = 1000;

/** The place of the steps in a file, the limits that apply, and how other kernels are loaded. */
export interface StepsContext extends Pick<Site, 'subject' | 'budget'> {
  /** Path of the list of steps in a JSON value; null for steps given as text. */
  readonly path: Path | null;
  /** Loads the `kernel` of a step: a reference, or a JSON value at `path`. */
  readonly operand: (value: unknown, path: Path) => Promise<Bank>;
}

/**
 * Applies the steps to every kernel of a bank, in order, and adds them to the names. Group and description
 * are dropped, since they may no longer be true; the source is kept as the origin of the weights.
 * @throws KernelError that names the step.
 */
export async function applySteps(
  bank: Bank,
  steps: readonly unknown[],
  context: StepsContext,
): Promise<Bank> {
  // Relative to the step: its place is added to its faults.
  const site = { subject: context.subject, path: [], budget: context.budget };
  let result = bank;
  for (const [i, step] of steps.entries()) {
    try {
      if (i === STEP_LIMIT) {
        throw faultAt(site, { expected: `at most ${STEP_LIMIT} steps`, found: `${steps.length}` });
      }
      const parsed = parseStep(step, site);
      const path = context.path === null ? [] : [...context.path, i, 'kernel'];
      const load = (value: unknown) => context.operand(value, path);
      const operand = parsed.operation.operand ? await loadOperandKernel(parsed, load, site) : undefined;
      result = applyStep(result, parsed, operand, site);
    } catch (error) {
      throw withStepPlace(error, i, steps.length, context);
    }
  }
  return result;
}

/** A bank with the labels and scaling that are given next to the steps in a file; others stay unchanged. */
export function applyLabels(bank: Bank, settings: Settings, context: Context): Bank {
  const { name = context.name, ...given } = settings;
  const named = bank.kernels.length === 1 ? { name } : {};
  const kernels = bank.kernels.map((kernel) =>
    buildKernel(kernel, context, { ...kernel, ...given, ...named }),
  );
  return { name, kernels, ...joinsAfterStep(bank, name) };
}

// Errors about other files already have a place, as have errors about JSON values that were loaded as
// operands.
function withStepPlace(error: unknown, index: number, count: number, context: StepsContext): unknown {
  const { subject, path } = context;
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

async function loadOperandKernel(
  { operation: { name, operand }, operand: value }: Step,
  load: (value: unknown) => Promise<Bank>,
  place: Place,
): Promise<Kernel> {
  if (value === undefined || value === '') {
    const problem = `${name} needs kernel (${operand})`;
    throw faultAt(place, { problem, advice: `write for example ${name}:sobel-x` });
  }
  const { kernels } = await load(value);
  if (kernels.length === 1) return kernels[0]!;
  throw faultAt(partOf(place, 'kernel'), { expected: 'one kernel', found: `a bank of ${kernels.length}` });
}

function applyStep(bank: Bank, step: Step, operand: Kernel | undefined, site: Site): Bank {
  const { subject, budget } = site;
  const { operation, values } = step;
  const text = stepText(step, operand?.name ?? '');
  const kernels = bank.kernels.map((kernel) => {
    const refuse: CreateError = ({ path = [], ...details }) => {
      const which = bank.kernels.length > 1 ? ` (${quoted(kernel.name)})` : '';
      return new KernelFault({ ...details, found: details.found + which, subject, path });
    };
    // Weights that are replaced no longer count, so that each result may be as large as any kernel.
    budget.giveBack(kernel.weights.length);
    const size = operation.size?.(kernel, values, operand!) ?? kernel.weights.length;
    budget.take(size, site);
    budget.takeProducts(operation.products?.(kernel, operand!) ?? size, site);
    const result = operation.apply(kernel, values, refuse, operand!);
    const { divisor, bias, anchor } = result;
    if (!Number.isFinite(divisor) || divisor === 0) {
      throw refuse({ expected: 'a finite divisor other than 0', found: `${divisor} after this step` });
    }
    const sources = [kernel.source, operand?.source].filter(
      (text, i, all) => text && all.indexOf(text) === i,
    );
    const source = sources.join('; ').slice(0, LONGEST_SOURCE) || undefined;
    const context = { ...site, name: nameAfter(kernel.name, text) };
    return buildKernel(result, context, { divisor, bias, anchor, source });
  });
  if (operand) budget.giveBack(operand.weights.length);
  const name = nameAfter(bank.name, text);
  return { name, kernels, ...joinsAfterStep(bank, name) };
}

/** The name after a step: on one line, and no longer than names may be. */
function nameAfter(name: string, text: string): string {
  const whole = `${name} | ${text}`.replace(/[\s\p{Cc}]+/gu, ' ');
  if (whole.length <= LONGEST_NAME) return whole;
  return `${whole.slice(0, LONGEST_NAME - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
