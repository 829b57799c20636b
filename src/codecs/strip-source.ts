// The interface of images whose rows are decoded on demand, and such an image from samples in memory.

import type { ImageInfo, SampleArray, Samples } from '../core/image.js';

/** A file with random access. */
export interface FileBytes {
  readonly size: number;
  /** Reads into existing memory. */
  readInto(bytes: Uint8Array, start: number): Promise<void>;
}

export interface StripSource {
  /** Size, channels, depth and colour of the image; everything except its samples. */
  readonly metadata: ImageInfo;
  /** Maximum number of rows decoded beyond those requested. */
  readonly ahead: number;
  /** The samples of an image that is in memory already: they can serve as its ring. */
  readonly samples: SampleArray | null;
  /**
   * Starts decoding into a ring buffer. Row y is stored at y modulo the number of rows of the ring, a multiple of 8.
   */
  open(ring: SampleArray): StripReader;
}

export interface StripReader {
  /** Decodes until the first `rows` rows are available. @throws CorruptPngError. */
  readTo(rows: number): Promise<void>;
  /** Decodes the remaining rows. @throws as `readTo`, also if the image is not complete. */
  readRest(): Promise<void>;
  close(): void;
}

/** Presents decoded samples as a strip source. */
export function samplesAsStrips({ data, ...metadata }: Samples): StripSource {
  const rowSamples = metadata.width * metadata.channels;
  const open = (ring: SampleArray): StripReader => {
    const ringRows = ring.length / rowSamples;
    let done = ring === data ? metadata.height : 0;
    return {
      async readTo(rows) {
        while (done < rows) {
          const ringRow = done % ringRows;
          const to = Math.min(rows, done - ringRow + ringRows);
          ring.set(data.subarray(done * rowSamples, to * rowSamples), ringRow * rowSamples);
          done = to;
        }
      },
      readRest: async () => undefined,
      close: () => undefined,
    };
  };
  return { metadata, ahead: 0, samples: data, open };
}
