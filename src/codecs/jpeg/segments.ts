// Iterates over the segments of a JPEG file. Source: ITU-T T.81, annex B.

import { latin1 } from '../decode/codec.js';

export interface Segment {
  readonly marker: number;
  /**
   * `at` is the offset of the marker, `end` that of the next byte behind the segment; for a scan, behind its header.
   */
  readonly at: number;
  readonly end: number;
  /** End of the previous segment. Bytes between `from` and `at` belong to no segment. */
  readonly from: number;
}

export const START_OF_SCAN = 0xda;
export const END_OF_IMAGE = 0xd9;
export const JFIF_MARKER = 0xe0;

/** Yields the segments behind the SOI marker, up to EOI or the first invalid segment. */
export function* segmentsOf(jpeg: Uint8Array): Generator<Segment> {
  for (let from = 2; ; ) {
    const at = nextMarker(jpeg, from);
    if (at < 0) return;
    const marker = jpeg[at + 1]!;
    if (marker === END_OF_IMAGE) {
      yield { marker, at, end: at + 2, from };
      return;
    }
    if (at + 4 > jpeg.length) return;
    const end = at + 2 + ((jpeg[at + 2]! << 8) | jpeg[at + 3]!);
    if (end < at + 4 || end > jpeg.length) return;
    yield { marker, at, end, from };
    from = marker === START_OF_SCAN ? endOfCodes(jpeg, end) : end;
  }
}

/** Whether a marker begins a frame (SOF). Three markers of the range are DHT, JPG and DAC. */
export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** Whether a segment is JFIF, of at least `length` bytes with its marker. */
export function isJfif(jpeg: Uint8Array, { marker, at, end }: Segment, length: number): boolean {
  return marker === JFIF_MARKER && end >= at + length && latin1(jpeg.subarray(at + 4, at + 9)) === 'JFIF\0';
}

/** The offset of the next marker (its last 0xff); -1 if there is none. */
function nextMarker(jpeg: Uint8Array, from: number): number {
  for (let at = jpeg.indexOf(0xff, from); at >= 0; at = jpeg.indexOf(0xff, at + 1)) {
    const next = jpeg[at + 1];
    if (next === undefined) return -1;
    if (next !== 0 && next !== 0xff) return at;
  }
  return -1;
}

/** The end of the entropy-coded data of a scan: the next marker that is no restart marker. */
function endOfCodes(jpeg: Uint8Array, from: number): number {
  for (let at = nextMarker(jpeg, from); at >= 0; at = nextMarker(jpeg, at + 2)) {
    const marker = jpeg[at + 1]!;
    if (marker < 0xd0 || marker > 0xd7) return at;
  }
  return jpeg.length;
}
