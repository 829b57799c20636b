// The method `reference`: asks the definition for every response of a row. Knows how a plan names channels;
// computes nothing itself.

import type { SampleArray } from '../../core/image.js';
import type { Plan } from '../../plan/plan.js';
import { LUMA } from '../input/pack-row.js';
import type { ConvolutionMethod, TileAt } from './method.js';
import { type ReadSample, responseAt } from './reference.js';

/** Reads the channels that a plan filters, in its order; luma is worked out from three of them. */
export function readerOf({ channelIndices, luma, source }: Plan, data: SampleArray): ReadSample {
  const { width, channels } = source;
  const [red, green, blue] = LUMA;
  const at = (x: number, y: number) => (y * width + x) * channels;
  if (!luma) return (x, y, c) => data[at(x, y) + channelIndices[c]!]!;
  return (x, y) => red * data[at(x, y)]! + green * data[at(x, y) + 1]! + blue * data[at(x, y) + 2]!;
}

export class ReferenceRows implements ConvolutionMethod {
  readonly #plan: Plan;
  #read: ReadSample = () => 0;
  readonly #kernels;
  #memory = new ArrayBuffer(0);
  #tile: TileAt | undefined;
  #member = 0;

  constructor(plans: readonly Plan[]) {
    const plan = plans[0]!;
    this.#plan = plan;
    this.#kernels = plans.map(({ kernel: name, definition }) => {
      if (!definition) throw new TypeError('a plan of method reference holds its definition');
      return { ...definition, name, weights: Float64Array.from(definition.weights) };
    });
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = memory;
  }

  start(source: SampleArray): void {
    this.#read = readerOf(this.#plan, source);
  }

  begin(tile: TileAt): void {
    this.#tile = tile;
  }

  select(member: number): void {
    this.#member = member;
  }

  /** Writes responses, not sums. */
  row(y: number, x: number, count: number, dst: number): number {
    const { source, origin, stride, output } = this.#plan;
    const { left, top } = this.#tile!;
    const kernel = this.#kernels[this.#member]!;
    const into = new Float64Array(this.#memory, dst, count);
    const size = [source.width, source.height] as const;
    const py = origin[1] + (top + y) * stride[1];
    for (let i = 0; i < count; i++) {
      const channel = (x + i) % output.channels;
      const px = origin[0] + (left + Math.floor((x + i) / output.channels)) * stride[0];
      into[i] = responseAt(this.#read, size, kernel, kernel.convolution, px, py, channel);
    }
    return dst;
  }
}
