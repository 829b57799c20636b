// Detects the format of a file. Errors name the format of unsupported files.

import { ImageError } from '../../core/errors.js';
import { endOfPng } from '../png/ancillary.js';
import type { FailOn } from './decode-options.js';
import { formatOf, type InputFormat } from './signature.js';
import { unsupportedFormat } from './unsupported-formats.js';

/** @throws ImageError for an unsupported format, and for a PNG that is truncated, unless damage is tolerated. */
export function detectFormat(bytes: Uint8Array, label: string, failOn: FailOn): InputFormat {
  const format = formatOf(bytes);
  // Raw files of many cameras are TIFFs.
  const foreign = format === undefined || format === 'tiff' ? unsupportedFormat(bytes) : null;
  if (foreign) {
    const problem = `is ${foreign.name}, which convtool does not read`;
    throw new ImageError({ subject: label, problem, advice: foreign.advice });
  }
  if (!format) {
    throw new ImageError({
      subject: label,
      expected: 'a PNG, JPEG, WebP, TIFF, GIF, AVIF, BMP, PNM, PAM, PFM or NPY file',
      found: bytes.length === 0 ? 'an empty file' : 'other content',
    });
  }
  // Decoders accept a PNG without its IEND chunk once they have all samples.
  if (failOn !== 'none' && format === 'png' && endOfPng(bytes) === null) {
    const advice = '--fail-on none reads it anyway';
    throw new ImageError({ subject: label, problem: 'is damaged: the file is truncated', advice });
  }
  return format;
}
