// Recomputes in float64 the sums of a float image that are NaN or infinite in float32: partial sums may have
// overflowed, a row may have met an infinity outside the kernel's taps, or a weight may have become 0 in float32 and
// made NaN of an infinity. The result has NaN and infinities exactly where the definition has them, whatever the tiles.

import type { SampleArray } from '../../core/image.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import type { Plan, Tap, Term } from '../../plan/plan.js';
import { unpackTaps } from '../../plan/taps.js';
import { LUMA } from '../input/pack-row.js';
import type { PackedPlan } from '../packed-taps.js';

/** Whether a plan's sums can be NaN or infinite, and its taps tell what they should be. */
export function needsExactSums({ source, accumulator, method, faithful }: Plan): boolean {
  const isUnscaledFloat = source.depth === 'float' && source.scale === 1;
  return isUnscaledFloat && accumulator === 'f32' && method !== 'reference' && faithful;
}

/** Taps as arrays, with the offsets of their samples from the sample under the anchor. */
interface Taps {
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly plane: Int32Array;
  readonly weight: Float64Array;
  /** In samples; valid at positions whose taps are all inside the image. */
  readonly offset: Int32Array;
  /** The smallest and largest distances. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export class ExactSums {
  readonly #plan: Plan;
  readonly #packed: Float64Array;
  #taps: Taps | undefined;
  #source: SampleArray = new Uint8Array();

  constructor({ plan, taps }: PackedPlan) {
    this.#plan = plan;
    this.#packed = taps;
  }

  /** Sets the image, or a ring of its rows: row y is at index y modulo the ring's length. */
  setSource(source: SampleArray): void {
    this.#source = source;
  }

  /** Replaces the non-finite ones among `count` sums of map row `row`, from sample `first` of the row on. */
  replace(sums: Float32Array, row: number, first: number, count: number): void {
    const { source, output, stride, origin, luma } = this.#plan;
    const taps = this.#taps ?? tapsOf(this.#plan, this.#packed);
    this.#taps = taps;
    const y = origin[1] + row * stride[1];
    const isWhole = this.#source.length === source.width * source.height * source.channels;
    const rowsInside = isWhole && !luma && y + taps.top >= 0 && y + taps.bottom < source.height;
    for (let i = 0; i < count; i++) {
      if (Number.isFinite(sums[i]!)) continue;
      const x = origin[0] + Math.floor((first + i) / output.channels) * stride[0];
      const channel = (first + i) % output.channels;
      const isInside = rowsInside && x + taps.left >= 0 && x + taps.right < source.width;
      sums[i] = isInside ? this.#inside(taps, x, y, channel) : this.#anywhere(taps, x, y, channel);
    }
  }

  /** The sum where every tap is inside the image. NaN is final, so areas without data take one step. */
  #inside({ offset, weight }: Taps, x: number, y: number, channel: number): number {
    const { source, channelIndices, sumChannels } = this.#plan;
    const data = this.#source;
    const at = (y * source.width + x) * source.channels + (sumChannels ? 0 : channelIndices[channel]!);
    let sum = 0;
    for (let i = 0; i < offset.length && !Number.isNaN(sum); i++) sum += weight[i]! * data[at + offset[i]!]!;
    return sum;
  }

  #anywhere(taps: Taps, px: number, py: number, channel: number): number {
    const { source, channelIndices, luma, sumChannels, border } = this.#plan;
    const { map } = BORDERS[border.mode];
    const data = this.#source;
    const { width, height, channels } = source;
    const ringRows = data.length / (width * channels);
    const outside = border.mode === 'constant' ? border.value : 0;
    let sum = 0;
    for (let i = 0; i < taps.weight.length && !Number.isNaN(sum); i++) {
      const x = map(px + taps.x[i]!, width);
      const y = map(py + taps.y[i]!, height);
      const at = ((y % ringRows) * width + x) * channels;
      let sample = outside;
      if (x !== OUTSIDE && y !== OUTSIDE)
        sample = luma
          ? LUMA[0] * data[at]! + LUMA[1] * data[at + 1]! + LUMA[2] * data[at + 2]!
          : data[at + channelIndices[sumChannels ? taps.plane[i]! : channel]!]!;
      sum += taps.weight[i]! * sample;
    }
    return sum;
  }
}

/** The taps of a plan; for products, those of their rows and columns multiplied out. */
function tapsOf({ terms, source, sumChannels, channelIndices }: Plan, packed: Float64Array): Taps {
  const list = terms ? terms.flatMap(productOf) : unpackTaps(packed);
  const [x, y] = [Int32Array.from(list, (tap) => tap.x), Int32Array.from(list, (tap) => tap.y)];
  const offsetOf = (tap: Tap) =>
    (tap.y * source.width + tap.x) * source.channels + (sumChannels ? channelIndices[tap.plane]! : 0);
  return {
    ...{ x, y },
    plane: Int32Array.from(list, (tap) => tap.plane),
    weight: Float64Array.from(list, (tap) => tap.weight),
    offset: Int32Array.from(list, offsetOf),
    left: x.reduce((least, one) => Math.min(least, one), 0),
    right: x.reduce((most, one) => Math.max(most, one), 0),
    top: y.reduce((least, one) => Math.min(least, one), 0),
    bottom: y.reduce((most, one) => Math.max(most, one), 0),
  };
}

function productOf({ row, column }: Term): Tap[] {
  return column.flatMap(({ distance: y, weight }) =>
    row.map((tap) => ({ x: tap.distance, y, plane: 0, weight: weight * tap.weight })),
  );
}
