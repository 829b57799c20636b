// The method `reference`: asks the definition for every response of a row. Knows how a plan names channels;
// computes nothing itself.

import type { Plan } from '../plan/plan.js';
import type { SampleArray } from '../samples.js';
import { LUMA } from './fill.js';
import { type ReadSample, responseAt } from './reference.js';
import type { Summer, TileAt } from './summer.js';

export class ReferenceRows implements Summer {
  readonly #plan: Plan;
  readonly #read: ReadSample;
  #data: SampleArray = new Uint8Array();
  readonly #kernels;
  #memory = new ArrayBuffer(0);
  #tile: TileAt | undefined;
  #member = 0;

  constructor(plans: readonly Plan[]) {
    const plan = plans[0]!;
    const { picks, luma } = plan;
    const { width, channels } = plan.source;
    const [red, green, blue] = LUMA;
    const at = (x: number, y: number) => (y * width + x) * channels;
    this.#plan = plan;
    this.#kernels = plans.map(({ kernel: name, definition }) => {
      if (!definition) throw new TypeError('a plan of method reference holds its definition');
      return { ...definition, name, weights: Float64Array.from(definition.weights) };
    });
    this.#read = luma
      ? (x, y) => {
          const data = this.#data;
          return red * data[at(x, y)]! + green * data[at(x, y) + 1]! + blue * data[at(x, y) + 2]!;
        }
      : (x, y, c) => this.#data[at(x, y) + picks[c]!]!;
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = memory;
  }

  start(source: SampleArray): void {
    this.#data = source;
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
      into[i] = responseAt(this.#read, size, kernel, kernel.sliding, px, py, channel);
    }
    return dst;
  }
}
