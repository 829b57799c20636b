// What is known of an image's samples before they are filtered. Those of whole numbers need no look; float ones are
// scanned when a plan first depends on them, and once for all kernels.

import { fullScale, type Samples } from '../core/image.js';
import { premultiply } from '../engine/input/premultiply.js';
import { toLinear } from '../engine/input/srgb.js';
import { rangeOf } from '../engine/sample-range.js';
import type { Shape } from '../plan/make-plan.js';
import { nominalRange, type SampleRange } from '../plan/sample-range.js';

/** What is done to samples before they are filtered. */
interface Prepared {
  readonly linear: boolean;
  readonly weighs: boolean;
}

export class KnownSamples {
  readonly #image: Shape | Samples;
  readonly #ranges = new Map<string, SampleRange>();

  /** @param image without its numbers they are taken to be ordinary: a plan for them is an estimate. */
  constructor(image: Shape | Samples) {
    this.#image = image;
  }

  /** What is `known` already, where it is about this very image. */
  static of(image: Shape | Samples, known?: KnownSamples): KnownSamples {
    return known && known.#image === image ? known : new KnownSamples(image);
  }

  /** The range of the samples as they are filtered. */
  range(prepared: Prepared): SampleRange {
    const image = this.#image;
    if (image.depth !== 'float' || !('data' in image)) return nominalRange(fullScale(image.depth));
    const key = `${prepared.linear} ${prepared.weighs}`;
    const known = this.#ranges.get(key);
    if (known) return known;
    const light = prepared.linear ? toLinear(image) : image;
    const { data, channels } = prepared.weighs ? premultiply(light, 1) : light;
    const range = rangeOf(data as Float32Array, channels);
    this.#ranges.set(key, range);
    return range;
  }
}
