// Recognises supported formats by their first bytes, never by file name, so that no other decoder is reachable. File
// extensions only select files in folders. Unsupported formats are in unsupported-formats.ts.
// Source: the specification of each format.

import { latin1 } from './codec.js';

const SIGNATURES = {
  png: /^\x89PNG\r\n\x1a\n/,
  jpeg: /^\xff\xd8\xff(?!\xf7)/,
  gif: /^GIF8[79]a/,
  webp: /^RIFF.{4}WEBP/s,
  tiff: /^(II\*\0|MM\0\*|II\+\0|MM\0\+)/,
  // If the major brand names no codec, a compatible brand does.
  avif: /^.{4}ftyp(avif|avis|(mif1|msf1|miaf)(?!.{4}(.{4})*?(hei[cxms]|hev[cxms])))/s,
  npy: /^\x93NUMPY/,
  pnm: /^P[1-6][\s#]/,
  pam: /^P7\s/,
  pfm: /^P[Ff][\s#]/,
  bmp: /^BM.{4}(\0{4}|.{8}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0{3})/s,
} as const;

/** A format that convtool reads. */
export type InputFormat = keyof typeof SIGNATURES;

/** Extensions of image files that are picked up when a folder is searched. */
export const FOLDER_ENDINGS = [
  ...['png', 'jpg', 'jpeg', 'webp', 'tif', 'tiff', 'gif', 'avif', 'bmp'],
  ...['pnm', 'pbm', 'pgm', 'ppm', 'pam'],
] as const;

/**
 * Extensions of all supported files. Folders skip NPY and PFM: arrays of responses are often stored next to the
 * images.
 */
export const PICTURE_ENDINGS = [...FOLDER_ENDINGS, 'pfm', 'npy'] as const;

/** Whether a file is picked up when a folder is searched. */
export function hasPictureEnding(name: string): boolean {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  return (FOLDER_ENDINGS as readonly (string | undefined)[]).includes(ending);
}

/** Number of leading bytes that signatures need; a list of brands may be long. */
export const SIGNATURE_BYTES = 64;

/** The supported format of a file by its first bytes; undefined for any other. */
export function formatOf(bytes: Uint8Array): InputFormat | undefined {
  const head = latin1(bytes.subarray(0, SIGNATURE_BYTES));
  const formats = Object.keys(SIGNATURES) as InputFormat[];
  return formats.find((format) => SIGNATURES[format].test(head));
}
