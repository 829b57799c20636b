// The method `reference`: asks the definition for every response of a row. Knows how a plan names channels;
// computes nothing itself.

import type { Plan } from '../plan/plan.js';
import type { SampleArray } from '../samples.js';
import { LUMA } from './fill.js';
import { type ReadSample, responseAt } from './reference.js';

export class ReferenceRows {
  readonly #plan: Plan;
  readonly #read: ReadSample;
  readonly #kernel;

  constructor(plan: Plan, data: SampleArray) {
    const { picks, luma, kernel, definition } = plan;
    if (!definition) throw new TypeError('a plan of method reference holds its definition');
    const { width, channels } = plan.source;
    const [red, green, blue] = LUMA;
    const at = (x: number, y: number) => (y * width + x) * channels;
    this.#plan = plan;
    this.#kernel = { ...definition, name: kernel, weights: Float64Array.from(definition.weights) };
    this.#read = luma
      ? (x, y) => red * data[at(x, y)]! + green * data[at(x, y) + 1]! + blue * data[at(x, y) + 2]!
      : (x, y, c) => data[at(x, y) + picks[c]!]!;
  }

  /** Writes the responses of `count` samples of output row `row`, from sample `first` of it on. */
  responses(into: Float64Array, row: number, first: number, count: number): void {
    const { source, origin, stride, output } = this.#plan;
    const py = origin[1] + row * stride[1];
    for (let i = 0; i < count; i++) {
      const channel = (first + i) % output.channels;
      const px = origin[0] + Math.floor((first + i) / output.channels) * stride[0];
      const size = [source.width, source.height] as const;
      into[i] = responseAt(this.#read, size, this.#kernel, this.#kernel.sliding, px, py, channel);
    }
  }
}
