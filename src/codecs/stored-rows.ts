// Reads the rows of an image whose file stores them uncompressed, from the top, one after the other.

import { ImageError } from '../core/errors.js';
import type { SampleArray, Size } from '../core/image.js';
import { type CodecInput, insideOr, type StoredPicture, type StoredRows } from './decode/codec.js';
import { type FileBytes, ringReader, type StripReader, type StripSource } from './strip-source.js';

/** More than the header of any NPY file, and the directory of most TIFFs. Others are left to the decoder of whole images. */
export const START_BYTES = 2 ** 16;
/** Bytes read at once. */
const BLOCK = 2 ** 20;

/**
 * Opens a file of one format.
 * @param start its first bytes.
 * @param isAllowed whether an image of that size may be opened; called before the file is read further.
 * @returns null if its rows cannot be read one by one. @throws errors of the file.
 */
export type OpenStrips = (
  file: FileBytes,
  start: Uint8Array,
  isAllowed: (size: Size) => boolean,
) => Promise<StripSource | null>;

/** Opens files of a format. @param open parses the start of a file. */
export function openStored(open: (input: CodecInput) => StoredPicture | null): OpenStrips {
  return async (file, start, isAllowed) => {
    const input = {
      bytes: start,
      size: file.size,
      label: '',
      toleratesDamage: false,
      layout: 'hwc',
    } as const;
    // The decoder of whole images reports an invalid header.
    const { about, rows } = insideOr(() => open(input), null, ImageError) ?? {};
    // A header that does not end within the first bytes may have been read wrongly.
    if (!about || !rows || rows.start > start.length || !isAllowed(about)) return null;
    const { width, height, channels } = about;
    // Files that are shorter or longer than their rows are left to the decoder of whole images, too.
    if (rows.start + rows.bytes * height !== file.size) return null;
    const openRows = (ring: SampleArray) => storedRows(file, rows, ring, width * channels);
    return { metadata: about, ahead: 0, samples: null, open: openRows };
  };
}

function storedRows(file: FileBytes, stored: StoredRows, ring: SampleArray, rowSamples: number): StripReader {
  const { start, bytes: rowBytes } = stored;
  const block = new Uint8Array(rowBytes * Math.max(1, Math.floor(BLOCK / rowBytes)));
  return ringReader(ring, rowSamples, block.length / rowBytes, async (rows, from) => {
    const bytes = block.subarray(0, (rows.length / rowSamples) * rowBytes);
    await file.readInto(bytes, start + from * rowBytes);
    stored.convert(bytes, rows);
  });
}
