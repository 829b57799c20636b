// Estimates the cost of a kernel by each method on a typical image, from the cost model of the plan. Nothing is timed.

import type { Kernel } from '../../kernels/kernel.js';
import { planFor } from '../../pipeline/filter.js';
import { DEFAULT_CONVOLUTION_OPTIONS, type Method } from '../../plan/convolution-options.js';
import type { Plan, PlannedMethod } from '../../plan/plan.js';

export interface MethodCost {
  readonly method: PlannedMethod;
  /** Estimated nanoseconds per output sample on one thread; null where the method cannot be used. */
  readonly ns: number | null;
  /** Multiply-adds per output sample; null where the method does not count them. */
  readonly taps: number | null;
  /** Whether `--method auto` selects it. */
  readonly taken: boolean;
  /** Rank, size of the transform, or why it is not selected. */
  readonly remark: string;
}

/** The typical image, with 8 bits per sample. Multi-channel kernels get as many channels as they have. */
export const TYPICAL = { width: 1920, height: 1080, channels: 3 } as const;

/** The methods in the order of the plan's alternatives, for float32 responses. */
export function methodCosts(kernel: Kernel): MethodCost[] {
  const plan = planBy('auto', kernel);
  return plan.alternatives.map(({ method, cost, rank, block, refused }) => {
    const taken = method === plan.method;
    const how = [
      ...(rank ? [`rank ${rank}`] : []),
      ...(block ? [`blocks of ${block.join('×')}`] : []),
      ...(taken ? ['selected'] : refused ? [refused] : []),
    ];
    return {
      method,
      ns: cost,
      taps: cost === null ? null : tapsBy(method, kernel),
      taken,
      remark: how.join(': '),
    };
  });
}

function tapsBy(method: PlannedMethod, kernel: Kernel): number | null {
  if (method === 'direct') return kernel.weights.reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0);
  if (method !== 'separable') return null;
  const { terms = [] } = planBy(method, kernel);
  return terms.reduce((sum, { row, column }) => sum + row.length + column.length, 0);
}

function planBy(method: Method, kernel: Kernel): Plan {
  const shape = {
    ...TYPICAL,
    channels: kernel.inChannels ?? TYPICAL.channels,
    depth: 8,
    hasAlpha: false,
  } as const;
  return planFor(shape, kernel, {
    ...{ convolution: DEFAULT_CONVOLUTION_OPTIONS, channels: 'each', alpha: 'keep', linear: false, method },
    ...{ threads: 1, limitPixels: TYPICAL.width * TYPICAL.height, label: 'a typical image' },
  });
}
