// Memory that a thread uses for one picture after the other: the system clears every page of fresh memory.

import type { SampleArray } from '../../../core/image.js';

export class KeptMemory {
  #buffer = new ArrayBuffer(0);

  /** At least this many bytes, with any content; they replace those taken before. */
  take(bytes: number): ArrayBuffer {
    // A multiple of 8 bytes, since samples of any size may be next.
    if (this.#buffer.byteLength < bytes) this.#buffer = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
    return this.#buffer;
  }

  /** A copy of integer samples; it replaces what was taken before. */
  copyOf(samples: SampleArray): SampleArray {
    const buffer = this.take(samples.byteLength);
    const Numbers = samples.BYTES_PER_ELEMENT === 1 ? Uint8Array : Uint16Array;
    const copy = new Numbers(buffer, 0, samples.length);
    copy.set(samples);
    return copy;
  }
}
