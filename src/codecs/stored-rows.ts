// Reads the rows of an image whose file stores them uncompressed, from the top, one after the other.

import { ImageError } from '../core/errors.js';
import type { SampleArray, Size } from '../core/image.js';
import type { CodecInput, StoredPicture } from './decode/codec.js';
import { type FileBytes, ringReader, type StripSource } from './strip-source.js';

/** More than any NPY header, and most TIFF directories. Others are left to the decoder of whole images. */
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
    const unnamed = { bytes: start, size: file.size, label: '' };
    const input = { ...unnamed, toleratesDamage: false, layout: 'hwc' } as const;
    let opened: StoredPicture | null;
    try {
      opened = open(input);
    } catch (error) {
      // The decoder of whole images reports an invalid header.
      if (error instanceof ImageError) return null;
      throw error;
    }
    const { about, rows } = opened ?? {};
    // A header that does not end within the first bytes may have been read wrongly.
    if (!about || !rows || rows.start > start.length || !isAllowed(about)) return null;
    const rowBytes = rows.bytes;
    // Files that are shorter or longer than their rows are left to the decoder of whole images, too.
    if (rows.start + rowBytes * about.height !== file.size) return null;
    const rowSamples = about.width * about.channels;
    const openRows = (ring: SampleArray) => {
      const block = new Uint8Array(rowBytes * Math.max(1, Math.floor(BLOCK / rowBytes)));
      return ringReader(ring, rowSamples, block.length / rowBytes, async (part, from) => {
        const bytes = block.subarray(0, (part.length / rowSamples) * rowBytes);
        await file.readInto(bytes, rows.start + from * rowBytes);
        rows.convert(bytes, part);
      });
    };
    return { metadata: about, ahead: 0, samples: null, open: openRows };
  };
}
