// Opens a large image whose rows are decoded one by one from its file, without holding it in memory: a plain PNG, or a
// file that stores its samples uncompressed, in order. Any unusual file is left to the decoder of whole images.

import { bytesPerSample, LARGEST_ARRAY, type Size } from '../core/image.js';
import { LARGE_PIXELS } from '../core/limits.js';
import { formatOf, type InputFormat } from './decode/signature.js';
import { pam } from './netpbm/decode-pam.js';
import { pnm } from './netpbm/decode-pnm.js';
import { npy } from './npy/decode.js';
import { openPngFile } from './png/strip-source.js';
import { type OpenStrips, openStored, START_BYTES } from './stored-rows.js';
import type { FileBytes, StripSource } from './strip-source.js';
import { openStoredTiff } from './tiff/read.js';

/** Byte offset of width and height in a PNG. */
const SIZE_AT = 16;

const openPng: OpenStrips = async (file, start, isAllowed) => {
  if (start.length < SIZE_AT + 8) return null;
  const view = new DataView(start.buffer);
  const size = { width: view.getUint32(SIZE_AT), height: view.getUint32(SIZE_AT + 4) };
  if (!isAllowed(size)) return null;
  return openPngFile(file);
};

const OPENERS: { readonly [format in InputFormat]?: OpenStrips } = {
  png: openPng,
  npy: openStored(npy),
  pnm: openStored(pnm),
  pam: openStored(pam),
  tiff: openStored(openStoredTiff),
};

/**
 * Opens an image for decoding by rows.
 * @param onLarge called before the file is read further, if the image is large.
 * @returns null if the image is not large, exceeds the limit, or its format does not allow it.
 * @throws errors of the file.
 */
export async function openStripSource(
  file: FileBytes,
  limitPixels: number,
  onLarge: () => void,
): Promise<StripSource | null> {
  const start = new Uint8Array(Math.min(START_BYTES, file.size));
  await file.readInto(start, 0);
  const format = formatOf(start);
  const isAllowed = ({ width, height }: Size) => {
    const pixels = width * height;
    if (pixels < LARGE_PIXELS || pixels > limitPixels) return false;
    onLarge();
    return true;
  };
  const source = format && (await OPENERS[format]?.(file, start, isAllowed));
  if (!source) return null;
  const { width, height, channels, depth } = source.metadata;
  return width * height * channels * bytesPerSample(depth) > LARGEST_ARRAY ? null : source;
}
