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
  const open = (ring: SampleArray) =>
    ringReader(ring, rowSamples, metadata.height, async (rows, from) => {
      const first = from * rowSamples;
      if (ring !== data) rows.set(data.subarray(first, first + rows.length));
    });
  return { metadata, ahead: 0, samples: data, open };
}

/**
 * Reads rows into a ring buffer, none beyond those requested.
 * @param most the most rows that are read at once.
 * @param read stores rows, the first of which is row `from` of the image, in part of the ring.
 */
export function ringReader(
  ring: SampleArray,
  rowSamples: number,
  most: number,
  read: (rows: SampleArray, from: number) => Promise<void>,
): StripReader {
  const ringRows = ring.length / rowSamples;
  let done = 0;
  return {
    async readTo(rows) {
      while (done < rows) {
        const ringRow = done % ringRows;
        const count = Math.min(rows - done, ringRows - ringRow, most);
        await read(ring.subarray(ringRow * rowSamples, (ringRow + count) * rowSamples), done);
        done += count;
      }
    },
    // The length of the image is known, and every byte of the rest is a valid sample.
    readRest: async () => undefined,
    close: () => undefined,
  };
}
