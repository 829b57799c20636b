// The method `reference`: computes every response of a row by the definition in reference.ts.

import type { SampleArray } from '../../core/image.js';
import type { Plan } from '../../plan/plan.js';
import { LUMA } from '../input/pack-row.js';
import type { Loops } from '../wasm-module.js';
import type { PlacedTile, RowMethod } from './method.js';
import { type ReadSample, responseAt } from './reference.js';

/**
 * Returns a function that reads the channels that a plan filters, in its order; luma is computed from three.
 * @param data the image, or a ring of its rows: row y is at index y modulo the ring's rows.
 */
export function readerOf({ channelIndices, luma, source }: Plan, data: SampleArray): ReadSample {
  const { width, channels } = source;
  const [red, green, blue] = LUMA;
  const rows = data.length / (width * channels);
  const at = (x: number, y: number) => ((y % rows) * width + x) * channels;
  if (!luma) return (x, y, c) => data[at(x, y) + channelIndices[c]!]!;
  return (x, y) => red * data[at(x, y)]! + green * data[at(x, y) + 1]! + blue * data[at(x, y) + 2]!;
}

export class ReferenceRows implements RowMethod {
  readonly #plan: Plan;
  readonly #loops: Loops;
  #read: ReadSample = () => 0;
  readonly #kernels;
  #tile: PlacedTile | undefined;
  #member = 0;

  constructor(plans: readonly Plan[], loops: Loops) {
    this.#plan = plans[0]!;
    this.#loops = loops;
    this.#kernels = plans.map(({ kernel: name, definition }) => {
      if (!definition) throw new TypeError('a plan of method reference holds its definition');
      return { ...definition, name, weights: Float64Array.from(definition.weights) };
    });
  }

  beginRun(source: SampleArray): void {
    this.#read = readerOf(this.#plan, source);
  }

  beginTile(tile: PlacedTile): void {
    this.#tile = tile;
  }

  selectKernel(member: number): void {
    this.#member = member;
  }

  /** Writes responses, not sums. */
  computeRow(y: number, x: number, count: number, dst: number): number {
    const { source, origin, stride, output } = this.#plan;
    const { left, top } = this.#tile!;
    const kernel = this.#kernels[this.#member]!;
    const responses = new Float64Array(this.#loops.memory.buffer, dst, count);
    const size = [source.width, source.height] as const;
    const py = origin[1] + (top + y) * stride[1];
    for (let i = 0; i < count; i++) {
      const channel = (x + i) % output.channels;
      const px = origin[0] + (left + Math.floor((x + i) / output.channels)) * stride[0];
      responses[i] = responseAt(this.#read, size, kernel, kernel.convolution, px, py, channel);
    }
    return dst;
  }
}
