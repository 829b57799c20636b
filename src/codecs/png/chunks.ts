// The chunks of a PNG: length, type, data, CRC; and what stands in those before the picture. Source: PNG
// specification, third edition, section 11.

import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { OutputError } from '../../core/errors.js';
import { crc32 } from './checksums.js';
import { COLOUR_TYPES, type PngShape } from './layout.js';

/** What a PNG begins with. */
export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** The unit of pHYs. */
const METRE = 1;

/** A whole chunk. */
export function chunk(type: string, ...data: readonly Uint8Array[]): Uint8Array {
  const head = beginChunk(type, join(data));
  return join([head, checksum(crc32(head.subarray(4)))]);
}

/** A chunk's length, type and the first part of its data, where `more` bytes of data follow. */
export function beginChunk(type: string, data: Uint8Array, more = 0): Uint8Array<ArrayBuffer> {
  return join([whole([data.length + more]), latin1(type), data]);
}

/** A checksum as it stands in the file. */
export function checksum(sum: number): Uint8Array {
  return whole([sum]);
}

/** Bytes one behind the other. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function headerChunk({ width, height, channels, depth }: PngShape): Uint8Array {
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  data.set([depth, COLOUR_TYPES[channels - 1]!], 8);
  return chunk('IHDR', data);
}

/** The ICC profile, deflated. */
export async function profileChunk(icc: Uint8Array): Promise<Uint8Array> {
  const deflated = await promisify(deflate)(icc);
  return chunk('iCCP', latin1('icc\0\0'), deflated);
}

/** `intent`: how colours are rendered, 0…3. */
export function srgbChunk(intent: number): Uint8Array {
  return chunk('sRGB', Uint8Array.of(intent));
}

/** `gamma`: the exponent of the file, such as 1 / 2.2. */
export function gammaChunk(gamma: number): Uint8Array {
  return chunk('gAMA', whole([Math.round(gamma * 100_000)]));
}

/** Pixels per metre, along rows and columns. */
export function resolutionChunk(perMetre: readonly [number, number]): Uint8Array {
  return chunk('pHYs', whole(perMetre.map(Math.round)), Uint8Array.of(METRE));
}

/** A text and what it is, for programs that list such: `Software`, `Comment`, or a name of one's own. */
export interface PngText {
  /** 1 … 79 printable characters of Latin-1, without spaces at its ends or side by side. */
  readonly keyword: string;
  /** Anything but NUL; lines end in a line feed. */
  readonly text: string;
}

/** tEXt where Latin-1 holds the text, else iTXt, in UTF-8. @throws OutputError for what neither may hold. */
export function textChunk({ keyword, text }: PngText): Uint8Array {
  const refuse = (expected: string, found: string) => {
    return new OutputError({ subject: 'text of a PNG', expected, found });
  };
  if (!/^(?! )(?!.* {2})[\x20-\x7e\xa1-\xff]{1,79}(?<! )$/.test(keyword)) {
    const expected = 'a keyword of 1 to 79 printable characters of Latin-1, no space at an end or doubled';
    throw refuse(expected, JSON.stringify(keyword));
  }
  if (text.includes('\0')) throw refuse('no NUL', `one in the text of ${keyword}`);
  if (/^[\n\x20-\x7e\xa0-\xff]*$/.test(text)) return chunk('tEXt', latin1(`${keyword}\0${text}`));
  return chunk('iTXt', latin1(`${keyword}\0\0\0\0\0`), new TextEncoder().encode(text));
}

function whole(values: readonly number[]): Uint8Array {
  const data = new Uint8Array(values.length * 4);
  const view = new DataView(data.buffer);
  for (const [i, value] of values.entries()) view.setUint32(i * 4, value);
  return data;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
