// Caches the sample range of an image, on which plans depend. Integer samples need no scan; float samples are scanned
// when a plan first asks, once for all kernels.

import { fullScale, type Samples } from '../core/image.js';
import { premultiply } from '../engine/input/premultiply.js';
import { toLinear } from '../engine/input/srgb.js';
import { rangeOf } from '../engine/sample-range.js';
import type { Shape } from '../plan/make-plan.js';
import { nominalRange, type SampleRange } from '../plan/sample-range.js';

/** What happens to samples before they are filtered. */
interface Preprocessing {
  readonly linear: boolean;
  readonly premultiplies: boolean;
}

export class KnownSamples {
  readonly #image: Shape | Samples;
  readonly #ranges = new Map<string, SampleRange>();

  /** @param image without samples, ordinary ones are assumed: its plan is an estimate. */
  constructor(image: Shape | Samples) {
    this.#image = image;
  }

  /** `known` if it is about this image, else a new cache. */
  static of(image: Shape | Samples, known?: KnownSamples): KnownSamples {
    return known && known.#image === image ? known : new KnownSamples(image);
  }

  /** The range of the samples after preprocessing. */
  range(preprocessing: Preprocessing): SampleRange {
    const image = this.#image;
    if (image.depth !== 'float' || !('data' in image)) return nominalRange(fullScale(image.depth));
    const key = `${preprocessing.linear} ${preprocessing.premultiplies}`;
    const known = this.#ranges.get(key);
    if (known) return known;
    const light = preprocessing.linear ? toLinear(image) : image;
    const { data, channels } = preprocessing.premultiplies ? premultiply(light, 1) : light;
    const range = rangeOf(data as Float32Array, channels);
    this.#ranges.set(key, range);
    return range;
  }
}
