// Encodes PNG chunks: length, type, data, CRC; and the contents of those before the image data.
// Source: PNG specification, third edition, section 11.

import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { OutputError } from '../../core/errors.js';
import type { ImageInfo } from '../../core/image.js';
import { crc32 } from './checksums.js';
import { COLOUR_TYPES, type PngShape } from './layout.js';

export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** The unit of pHYs. */
const METRE = 1;

/** A complete chunk. */
export function chunk(type: string, ...data: readonly Uint8Array[]): Uint8Array {
  const head = beginChunk(type, concat(data));
  return concat([head, checksum(crc32(head.subarray(4)))]);
}

/** The beginning of a chunk: length, type and the first part of its data. `more` bytes of data follow. */
export function beginChunk(type: string, data: Uint8Array, more = 0): Uint8Array<ArrayBuffer> {
  return concat([bigEndian32([data.length + more]), latin1(type), data]);
}

/** A checksum in big-endian bytes. */
export function checksum(sum: number): Uint8Array {
  return bigEndian32([sum]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The chunks of a file before the image data. @throws OutputError for an invalid text. */
export async function pngHead(
  { icc, srgb, gamma, resolution }: ImageInfo,
  { width, height, channels, depth }: PngShape,
  text: readonly PngText[],
): Promise<Uint8Array> {
  const format = Uint8Array.of(depth, COLOUR_TYPES[channels - 1]!, 0, 0, 0);
  // Texts come first, so that readers find them without parsing a profile.
  const head = [SIGNATURE, chunk('IHDR', bigEndian32([width, height]), format), ...text.map(textChunk)];
  if (icc) head.push(chunk('iCCP', latin1('icc\0\0'), await promisify(deflate)(icc)));
  // A profile takes precedence over sRGB.
  if (srgb !== undefined && !icc) head.push(chunk('sRGB', Uint8Array.of(srgb)));
  if (gamma) head.push(chunk('gAMA', bigEndian32([Math.round(gamma * 100_000)])));
  if (resolution) head.push(chunk('pHYs', bigEndian32(resolution.map(Math.round)), Uint8Array.of(METRE)));
  return concat(head);
}

/** A text with a keyword that says what it is: `Software`, `Comment`, or any other name. */
export interface PngText {
  /** 1 to 79 printable Latin-1 characters, without leading, trailing or consecutive spaces. */
  readonly keyword: string;
  /** Any text without NUL. Lines end with a line feed. */
  readonly text: string;
}

/** A tEXt chunk if the text is Latin-1, else iTXt in UTF-8. @throws OutputError for an invalid keyword or text. */
function textChunk({ keyword, text }: PngText): Uint8Array {
  const refuse = (expected: string, found: string) => {
    return new OutputError({ subject: 'text of a PNG', expected, found });
  };
  if (!/^(?! )(?!.* {2})[\x20-\x7e\xa1-\xff]{1,79}(?<! )$/.test(keyword)) {
    const expected =
      'a keyword of 1 to 79 printable Latin-1 characters without leading, trailing or double spaces';
    throw refuse(expected, JSON.stringify(keyword));
  }
  if (text.includes('\0')) throw refuse('no NUL', `one in the text of ${keyword}`);
  if (/^[\n\x20-\x7e\xa0-\xff]*$/.test(text)) return chunk('tEXt', latin1(`${keyword}\0${text}`));
  return chunk('iTXt', latin1(`${keyword}\0\0\0\0\0`), new TextEncoder().encode(text));
}

function bigEndian32(values: readonly number[]): Uint8Array {
  const data = new Uint8Array(values.length * 4);
  const view = new DataView(data.buffer);
  for (const [i, value] of values.entries()) view.setUint32(i * 4, value);
  return data;
}

function latin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
