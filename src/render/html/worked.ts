// Computes one response from embedded samples, by the definition in float64: the patch, the kernel as
// applied, their products and sum. Runs in the page's script, with the same border rules and renormalization
// as a run.

import type { SampleArray } from '../../core/image.js';
import { renormalization } from '../../engine/methods/reference.js';
import { forEachWeight } from '../../kernels/kernel.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import type { KernelData, PageData } from './page-data.js';

/** One weight of the kernel as applied, with the sample under it. */
export interface WorkedCell {
  readonly weight: number;
  /** The sample under it; null if renormalize skips it. */
  readonly sample: number | null;
  readonly product: number;
  /** Whether it is outside the image, so that the border rule provided the sample. */
  readonly isBorder: boolean;
  readonly isAnchor: boolean;
}

export interface WorkedResponse {
  /** The rows of each plane of the kernel, as applied. */
  readonly planes: readonly (readonly (readonly WorkedCell[])[])[];
  readonly sum: number;
  /** The factor of renormalize; 1 for other borders. */
  readonly scale: number;
  /** sum · scale / divisor + bias, in float64. */
  readonly response: number;
}

export class WorkedResponses {
  readonly #data: PageData;
  readonly #samples: SampleArray;
  readonly #column: ReadonlyMap<number, number>;
  readonly #row: ReadonlyMap<number, number>;

  constructor(data: PageData, samples: SampleArray) {
    this.#data = data;
    this.#samples = samples;
    this.#column = new Map(data.samples.columns.map((x, i) => [x, i]));
    this.#row = new Map(data.samples.rows.map((y, i) => [y, i]));
  }

  /** The image position of the anchor for the sample at [x, y] of a map. */
  position(kernel: KernelData, flip: boolean, [x, y]: readonly [number, number]): readonly [number, number] {
    const origin = kernel.origins[flip ? 1 : 0];
    const { stride } = this.#data;
    return [origin[0] + x * stride[0], origin[1] + y * stride[1]];
  }

  /** The response at [x, y] of a map, for one of its channels. */
  workOut(kernel: KernelData, flip: boolean, at: readonly [number, number], channel: number): WorkedResponse {
    const { anchor, divisor, bias } = kernel;
    const { border, dilation } = this.#data;
    const [px, py] = this.position(kernel, flip, at);
    const sign = flip ? -1 : 1;
    let [sum, inside, all, magnitude] = [0, 0, 0, 0];
    const planes = Array.from({ length: kernel.inChannels ?? 1 }, () =>
      Array.from({ length: kernel.height }, (): WorkedCell[] => []),
    );
    forEachWeight(kernel, (weight, dx, dy, plane) => {
      const [x, y] = [px + sign * dx * dilation[0], py + sign * dy * dilation[1]];
      const sample = this.#sampleAt(x, y, kernel, channel, plane);
      // A weight of 0 is not a tap: the sample under it is ignored, even NaN.
      const product = weight === 0 || sample === null ? 0 : weight * sample + 0;
      sum += product;
      if (sample !== null) inside += weight;
      all += weight;
      magnitude += Math.abs(weight);
      const [isBorder, isAnchor] = [this.#isOutside(x, y), dx === 0 && dy === 0];
      planes[plane]![dy + anchor[1]]!.push({ weight, sample, product, isBorder, isAnchor });
    });
    const scale = border.mode === 'renormalize' ? renormalization(inside, all, magnitude) : 1;
    // Summed in the order of the kernel as written, displayed in that of the kernel as applied.
    const shown = flip ? planes.map((rows) => rows.reverse().map((row) => row.reverse())) : planes;
    return { planes: shown, sum, scale, response: (sum * scale) / divisor + bias + 0 };
  }

  #isOutside(x: number, y: number): boolean {
    const { width, height } = this.#data.image;
    return x < 0 || y < 0 || x >= width || y >= height;
  }

  #sampleAt(x: number, y: number, kernel: KernelData, channel: number, plane: number): number | null {
    const { image, samples, border } = this.#data;
    const { map } = BORDERS[border.mode];
    const [readX, readY] = [map(x, image.width), map(y, image.height)];
    if (readX === OUTSIDE || readY === OUTSIDE) return border.mode === 'constant' ? border.value : null;
    const row = this.#row.get(readY)! * samples.columns.length;
    const at = (row + this.#column.get(readX)!) * samples.channels;
    let sample = 0;
    for (const [from, factor] of kernel.channels[channel]!.planes[plane]!)
      sample += factor * this.#samples[at + from]!;
    return sample;
  }
}
