// Repairs flaws in JPEG files that change no sample but make decoders warn. Any other warning can then still reject
// the image.

import { isFrame, isJfif, START_OF_SCAN, segmentsOf } from './segments.js';

/** Frame markers of sequential images: baseline and extended. */
const SEQUENTIAL = [0xc0, 0xc1];

/**
 * Removes bytes between segments before the first scan, corrects unknown JFIF versions, and resets the scan
 * parameters of sequential images.
 * @returns the same memory if nothing is to be repaired, and descriptions of what was.
 */
export function repairJpeg(jpeg: Uint8Array): { bytes: Uint8Array; flaws: readonly string[] } {
  const flaws: string[] = [];
  const changes: [at: number, values: readonly number[]][] = [];
  const gaps: [from: number, to: number][] = [];
  let isSequential = false;
  let hasScan = false;
  for (const segment of segmentsOf(jpeg)) {
    const { marker, at, end, from } = segment;
    if (!hasScan && at > from && jpeg.subarray(from, at).some((byte) => byte !== 0xff)) {
      gaps.push([from, at]);
      flaws.push(`${at - from} extra bytes before marker 0x${marker.toString(16)}`);
    }
    if (isFrame(marker)) isSequential = SEQUENTIAL.includes(marker);
    if (isJfif(jpeg, segment, 11)) {
      const [major, minor] = [jpeg[at + 9]!, jpeg[at + 10]!];
      if (major !== 1 && major !== 2) {
        flaws.push(`JFIF version ${major}.${String(minor).padStart(2, '0')}`);
        changes.push([at + 9, [1, 2]]);
      }
    }
    if (marker !== START_OF_SCAN) continue;
    hasScan = true;
    const isSequentialScan = jpeg[end - 3] === 0 && jpeg[end - 2] === 63 && jpeg[end - 1] === 0;
    if (!isSequential || isSequentialScan) continue;
    changes.push([end - 3, [0, 63, 0]]);
    flaws.push('a scan with parameters of progressive pictures');
  }
  if (flaws.length === 0) return { bytes: jpeg, flaws };
  const copy = Uint8Array.from(jpeg);
  for (const [at, values] of changes) copy.set(values, at);
  let length = 0;
  let copiedTo = 0;
  for (const [from, to] of [...gaps, [jpeg.length, jpeg.length]] as const) {
    copy.copyWithin(length, copiedTo, from);
    length += from - copiedTo;
    copiedTo = to;
  }
  return { bytes: copy.subarray(0, length), flaws: [...new Set(flaws)] };
}
