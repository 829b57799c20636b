// Fits a kernel by stochastic gradient descent: tiles of the image pass through a convolution layer, the
// difference from the responses is propagated back, and the weights take a step against the gradient, with
// momentum. The number of tiles per step grows until all are used, so that the noise of sampling tiles
// vanishes (Smith, Kindermans, Ying & Le 2018, Don't decay the learning rate, increase the batch size). Equal
// seeds give equal steps.

import { correlate, weightProducts } from '../../nn/gradients/sums.js';
import type { Equations } from './equations.js';
import { createPreconditioner } from './preconditioner.js';
import type { FitSettings, Loss } from './settings.js';
import type { Sums } from './sums.js';
import { type Tile, tilesOf } from './tiles.js';

export interface Descent {
  /** Weights as written, followed by the bias if one is fitted. */
  readonly values: Float64Array;
  readonly losses: readonly Loss[];
  /** Number of samples of the image after that were used, in tiles of up to 32 × 32. */
  readonly samples: number;
}

const FIRST_TILES = 16;
/** The share of steps after which all tiles are used. */
const GROWTH = 0.75;
const MOMENTUM = 0.5;
/** Maximum time between yields to the event loop, so that signals are handled, in milliseconds. */
const YIELD_INTERVAL_MS = 50;

const PLAIN = {
  stride: [1, 1],
  padding: { left: 0, top: 0, right: 0, bottom: 0 },
  dilation: [1, 1],
  groups: 1,
} as const;

/** Runs the descent from weights of 0. */
export async function descend(
  equations: Equations,
  sums: Sums,
  { bias, steps, seed, onLoss }: Pick<FitSettings, 'bias' | 'steps' | 'seed' | 'onLoss'>,
): Promise<Descent> {
  const { width, height, flip } = equations;
  const tiles = tilesOf(equations, seed);
  const area = width * height;
  const { precondition, curvature } = createPreconditioner(sums, width, height, bias);
  const values = new Float64Array(area + (bias ? 1 : 0));
  const velocity = new Float64Array(values.length);
  const losses: Loss[] = [];
  let at = 0;
  let lastYield = performance.now();
  for (let step = 1; step <= steps; step++) {
    const gradient = new Float64Array(values.length);
    let [squares, count] = [0, 0];
    for (let left = tileCount(step, steps, tiles.length); left > 0; left--) {
      const tile = tiles[at++ % tiles.length]!;
      squares += addGradient(tile, values, width, height, gradient);
      count += tile.count;
      if (performance.now() - lastYield < YIELD_INTERVAL_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      lastYield = performance.now();
    }
    const direction = precondition(gradient);
    for (let i = 0; i < values.length; i++) {
      velocity[i] = MOMENTUM * velocity[i]! - direction[i]! / (curvature * count);
      values[i]! += velocity[i]!;
    }
    const loss = { step, loss: squares / count };
    losses.push(loss);
    onLoss?.(loss);
  }
  // The layer correlates; for convolution, its weights are reversed.
  if (flip) values.subarray(0, area).reverse();
  return { values, losses, samples: tiles.reduce((sum, { count }) => sum + count, 0) };
}

/** The number of tiles in a step, growing geometrically. */
function tileCount(step: number, steps: number, all: number): number {
  const grown = Math.min(1, (step - 1) / Math.max(1, GROWTH * steps));
  const first = Math.min(FIRST_TILES, all);
  return Math.round(first * (all / first) ** grown);
}

/** Forward and backward pass: adds a tile's gradient of half the squared error. @returns the squared error. */
function addGradient(
  { input, target, counts }: Tile,
  values: Float64Array,
  width: number,
  height: number,
  gradient: Float64Array,
): number {
  const area = width * height;
  const layer = { ...PLAIN, shape: [1, 1, height, width] as const, weights: values.subarray(0, area) };
  const output = correlate(input, layer, target);
  const rest = new Float32Array(target.values.length);
  let [squares, sum] = [0, 0];
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    const difference = output.values[i]! + (values[area] ?? 0) - target.values[i]!;
    rest[i] = difference;
    squares += difference ** 2;
    sum += difference;
  }
  weightProducts(input, { ...target, values: rest }, layer).forEach((value, i) => {
    gradient[i]! += value;
  });
  if (values.length > area) gradient[area]! += sum;
  return squares;
}
