// Caches the sample range of an image, on which plans depend. Integer samples need no scan; float samples are scanned
// when a plan first asks, once for all kernels.

import { Unsupported } from '../core/errors.js';
import { fullScale, type Samples } from '../core/image.js';
import { type Preprocessing, toFloatSamples } from '../engine/input/float-samples.js';
import { rangeOf } from '../engine/sample-range.js';
import type { Shape } from '../plan/make-plan.js';
import { nominalRange, type SampleRange } from '../plan/sample-range.js';

export class KnownSamples {
  readonly #image: Shape | Samples;
  readonly #isEstimate: boolean;
  readonly #ranges = new Map<string, SampleRange>();

  /** @param isEstimate whether samples that are missing are assumed to be ordinary. */
  constructor(image: Shape | Samples, isEstimate = false) {
    this.#image = image;
    this.#isEstimate = isEstimate;
  }

  /** `known` if it is about this image, else a new cache. */
  static of(image: Shape | Samples, known?: KnownSamples): KnownSamples {
    return known && known.#image === image ? known : new KnownSamples(image, true);
  }

  /** The range of the samples after preprocessing. @throws Unsupported for float samples that are read row by row. */
  range(preprocessing: Preprocessing): SampleRange {
    const image = this.#image;
    if (image.depth !== 'float' || (this.#isEstimate && !('data' in image)))
      return nominalRange(fullScale(image.depth));
    if (!('data' in image)) throw new Unsupported('the range of float samples decides about the method');
    const key = `${preprocessing.linear} ${preprocessing.premultiplies}`;
    const known = this.#ranges.get(key);
    if (known) return known;
    const isStored = !preprocessing.linear && !preprocessing.premultiplies;
    const { data, channels } = isStored ? image : toFloatSamples(image, preprocessing);
    const range = rangeOf(data as Float32Array, channels);
    this.#ranges.set(key, range);
    return range;
  }
}
