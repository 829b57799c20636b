// Wraps bytes passed to the library as if they came from a file.

import { ImageError, UsageError } from '../core/errors.js';
import type { FileContent } from './read-file.js';

/** @throws UsageError if `bytes` is no Uint8Array; ImageError if there are more than `most`. */
export function bytesAsFile(bytes: Uint8Array, limit: number): FileContent {
  const subject = 'image';
  if (!(bytes instanceof Uint8Array))
    throw new UsageError({ subject, expected: 'a path, a Buffer or a Uint8Array', found: typeof bytes });
  if (bytes.length > limit) {
    const advice = 'a higher --limit-file allows it';
    throw new ImageError({
      subject,
      expected: `at most ${limit} bytes`,
      found: `${bytes.length} bytes`,
      advice,
    });
  }
  return { bytes, identity: null, modified: null };
}
