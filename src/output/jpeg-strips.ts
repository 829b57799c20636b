// The JPEGs of a picture's strips → the JPEG of the picture, in which each strip is a restart interval, so that they can
// be encoded side by side. Knows a file's markers (ITU-T T.81, annex B); nothing of codes, and no encoder.

import type { Rows, Samples } from '../samples.js';

/** Strips are as many rows as come nearest to so many samples: encoders are told of each, which takes some time. */
const STRIP_SAMPLES = 2 * 2 ** 20;
/** Rows and columns of a block; with colours at full resolution nothing reaches over them. */
const BLOCK = 8;
/** The longest side, and the most blocks between restarts: both have 16 bits. */
const LARGEST = 65535;

const START_OF_SCAN = 0xda;
const RESTART_INTERVAL = 0xdd;
const RESTART = 0xd0;
const END = Uint8Array.of(0xff, 0xd9);
/** The frame's height stands so many bytes behind its marker. */
const HEIGHT_AT = 5;

/** The strips of a picture, from the top; they depend on its shape only. One where no JPEG can hold it. */
export function jpegStripsOf({ width, height, channels }: Omit<Samples, 'data'>): Rows[] {
  const blocks = Math.ceil(width / BLOCK);
  const wanted = Math.max(1, Math.round(STRIP_SAMPLES / (width * channels * BLOCK)));
  const rows =
    Math.max(width, height) > LARGEST ? height : BLOCK * Math.min(wanted, Math.floor(LARGEST / blocks));
  return Array.from({ length: Math.ceil(height / rows) }, (_, i) => {
    return { from: i * rows, to: Math.min(height, (i + 1) * rows) };
  });
}

/** Joins strips, which come in their order. */
export class JpegChain {
  readonly #picture: Omit<Samples, 'data'>;
  #count = 0;

  constructor(picture: Omit<Samples, 'data'>) {
    this.#picture = picture;
  }

  /** The pieces of the file that a strip makes. @param jpeg of the strip alone; all made with the same settings. */
  add(jpeg: Uint8Array): Uint8Array[] {
    const scan = scanAt(jpeg);
    const codes = jpeg.subarray(scan + 2 + lengthAt(jpeg, scan), jpeg.length - END.length);
    const index = this.#count++;
    if (index > 0) return [Uint8Array.of(0xff, RESTART + ((index - 1) % 8)), codes];
    return [withHeight(jpeg.slice(0, scan), this.#picture.height), this.#interval(), jpeg.subarray(scan, -2)];
  }

  /** The bytes behind the last strip. */
  end(): Uint8Array {
    return END;
  }

  /** How many blocks stand between restarts; nothing where there are none. */
  #interval(): Uint8Array {
    const [first, ...others] = jpegStripsOf(this.#picture);
    if (others.length === 0) return new Uint8Array();
    const blocks = (first!.to / BLOCK) * Math.ceil(this.#picture.width / BLOCK);
    return Uint8Array.of(0xff, RESTART_INTERVAL, 0, 4, blocks >> 8, blocks & 255);
  }
}

/** Where the only scan of a file begins. */
function scanAt(jpeg: Uint8Array): number {
  let at = 2;
  while (jpeg[at + 1] !== START_OF_SCAN) at += 2 + lengthAt(jpeg, at);
  return at;
}

/** Bytes of a segment behind its marker. */
function lengthAt(jpeg: Uint8Array, at: number): number {
  return (jpeg[at + 2]! << 8) | jpeg[at + 3]!;
}

/** The segments in front of the scan, with the height of the frame. */
function withHeight(head: Uint8Array, height: number): Uint8Array {
  let at = 2;
  while (!isFrame(head[at + 1]!)) at += 2 + lengthAt(head, at);
  head[at + HEIGHT_AT] = height >> 8;
  head[at + HEIGHT_AT + 1] = height & 255;
  return head;
}

/** Whether a marker begins a frame of any kind; three of their range stand for something else. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
