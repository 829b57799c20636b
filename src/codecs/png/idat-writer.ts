// Strips, in their order → the chunks of one stream: each is handed on as soon as it is there; only what follows it, its
// checksum, waits for the next one, since the last strip's takes in that of the whole stream.

import { crc32, joinAdler } from './checksums.js';
import { checksum, join, chunk as wholeChunk } from './chunks.js';
import type { CompressedStrip } from './compress-strip.js';

export class StripChain {
  #before: Uint8Array = new Uint8Array();
  #crc = 0;
  #adler = 1;

  /** The bytes of the file up to the strip's end, but for its checksum. */
  add({ head, body, crc, adler, length }: CompressedStrip): Uint8Array[] {
    const pieces = [join([this.#before, head]), body];
    this.#before = checksum(crc);
    this.#crc = crc;
    this.#adler = joinAdler(this.#adler, adler, length);
    return pieces;
  }

  /** The bytes behind the last strip. */
  end(): Uint8Array {
    const adler = checksum(this.#adler);
    return join([adler, checksum(crc32(adler, this.#crc)), wholeChunk('IEND')]);
  }
}
