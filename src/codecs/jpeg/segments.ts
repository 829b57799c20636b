// The segments of a JPEG file, each with where it begins and ends. Source: ITU-T T.81, annex B.

export interface Segment {
  readonly marker: number;
  /** Where its 0xff stands, and where the bytes behind it begin: of a scan, behind its header. */
  readonly at: number;
  readonly end: number;
  /** Where the bytes before it end that belong to another segment: what lies between belongs to none. */
  readonly from: number;
}

export const START_OF_SCAN = 0xda;
export const END_OF_IMAGE = 0xd9;

/** The segments behind the start of the image, to its end or to where the file is not sound. */
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

/** Whether a marker begins a frame; of its range three stand for tables of codes, what is kept free, and arithmetic coding. */
export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** Where the next marker's last 0xff stands, or -1. */
function nextMarker(jpeg: Uint8Array, from: number): number {
  for (let at = jpeg.indexOf(0xff, from); at >= 0; at = jpeg.indexOf(0xff, at + 1)) {
    const next = jpeg[at + 1];
    if (next === undefined) return -1;
    if (next !== 0 && next !== 0xff) return at;
  }
  return -1;
}

/** Where the codes of a scan end: before a marker that is no restart. */
function endOfCodes(jpeg: Uint8Array, from: number): number {
  for (let at = nextMarker(jpeg, from); at >= 0; at = nextMarker(jpeg, at + 2)) {
    const marker = jpeg[at + 1]!;
    if (marker < 0xd0 || marker > 0xd7) return at;
  }
  return jpeg.length;
}
