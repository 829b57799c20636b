// Joins compressed strips to the IDAT chunks of one zlib stream. Each strip is passed on at once, except for its CRC:
// that of the last strip includes the checksum of the whole stream.

import { crc32, joinAdler } from './checksums.js';
import { checksum, concat, chunk as wholeChunk } from './chunks.js';
import type { CompressedStrip } from './compress-strip.js';

export class IdatWriter {
  #before: Uint8Array = new Uint8Array();
  #crc = 0;
  #adler = 1;

  /** The bytes of the file up to the end of the strip, without its CRC. */
  add({ head, body, crc, adler, length }: CompressedStrip): Uint8Array[] {
    const pieces = [concat([this.#before, head]), body];
    this.#before = checksum(crc);
    this.#crc = crc;
    this.#adler = joinAdler(this.#adler, adler, length);
    return pieces;
  }

  /** The bytes after the last strip. */
  end(): Uint8Array {
    const adler = checksum(this.#adler);
    return concat([adler, checksum(crc32(adler, this.#crc)), wholeChunk('IEND')]);
  }
}
