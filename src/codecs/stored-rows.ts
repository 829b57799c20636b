// Reads the rows of an image whose file stores them uncompressed, from the top, one after the other.

import { ImageError } from '../core/errors.js';
import { bytesPerSample, LARGEST_ARRAY, type SampleArray, type Samples } from '../core/image.js';
import type { CodecInput, StoredPicture, StoredRows } from './decode/codec.js';
import type { FileBytes } from './file-bytes.js';
import type { StripReader, StripSource } from './strip-source.js';

/** More than the header of any NPY file, and the directory of most TIFFs. Others are left to the decoder of whole images. */
export const START_BYTES = 2 ** 16;
/** Bytes read at once. */
const BLOCK = 2 ** 20;

/** Opens files of a format, for open-strip-source.ts. @param open parses the start of a file. */
export function openStored(open: (input: CodecInput) => StoredPicture | null) {
  return async (
    file: FileBytes,
    start: Uint8Array,
    isAllowed: (size: Pick<Samples, 'width' | 'height'>) => boolean,
  ): Promise<StripSource | null> => {
    const opened = openedOrNull(open, start, file.size);
    // A header that does not end within the first bytes may have been read wrongly.
    if (!opened?.rows || opened.rows.start > start.length || !isAllowed(opened.about)) return null;
    return storedSource(file, opened.about, opened.rows);
  };
}

/** @returns null for an invalid header, which the decoder of whole images reports. */
function openedOrNull(
  open: (input: CodecInput) => StoredPicture | null,
  start: Uint8Array,
  size: number,
): StoredPicture | null {
  try {
    return open({ ...{ bytes: start, size, label: '' }, toleratesDamage: false, layout: 'hwc' });
  } catch (error) {
    if (error instanceof ImageError) return null;
    throw error;
  }
}

/** @returns null if the file is shorter or longer than its rows, or the samples do not fit into an array. */
export function storedSource(
  file: FileBytes,
  metadata: Omit<Samples, 'data'>,
  rows: StoredRows,
): StripSource | null {
  const { width, height, channels, depth } = metadata;
  if (width * height * channels * bytesPerSample(depth) > LARGEST_ARRAY) return null;
  if (rows.start + rows.bytes * height !== file.size) return null;
  return {
    ...{ metadata, ahead: 0, samples: null },
    open: (ring) => new StoredRowReader(file, rows, ring, width * channels),
  };
}

class StoredRowReader implements StripReader {
  readonly #file: FileBytes;
  readonly #stored: StoredRows;
  readonly #ring: SampleArray;
  readonly #rowSamples: number;
  readonly #block: Uint8Array<ArrayBuffer>;
  #done = 0;

  constructor(file: FileBytes, stored: StoredRows, ring: SampleArray, rowSamples: number) {
    this.#file = file;
    this.#stored = stored;
    this.#ring = ring;
    this.#rowSamples = rowSamples;
    this.#block = new Uint8Array(stored.bytes * Math.max(1, Math.floor(BLOCK / stored.bytes)));
  }

  /** @throws errors of the file. */
  async readTo(rows: number): Promise<void> {
    const { start, bytes: rowBytes, convert } = this.#stored;
    const rowSamples = this.#rowSamples;
    const ringRows = this.#ring.length / rowSamples;
    while (this.#done < rows) {
      const ringRow = this.#done % ringRows;
      const count = Math.min(rows - this.#done, ringRows - ringRow, this.#block.length / rowBytes);
      const bytes = this.#block.subarray(0, count * rowBytes);
      await this.#file.readInto(bytes, start + this.#done * rowBytes);
      convert(bytes, this.#ring.subarray(ringRow * rowSamples, (ringRow + count) * rowSamples));
      this.#done += count;
    }
  }

  /** Nothing: every byte of the rest is a valid sample, and the length of the file is known. */
  async readRest(): Promise<void> {}

  close(): void {}
}
