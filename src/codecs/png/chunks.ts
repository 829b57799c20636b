// Encodes PNG chunks: length, type, data, CRC; and the contents of those before the image data.
// Source: PNG specification, third edition, section 11.

import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { OutputError } from '../../core/errors.js';
import { crc32 } from './checksums.js';
import { COLOUR_TYPES, type PngInfo } from './layout.js';

export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** The largest integer that PNG allows. */
export const MAX_INTEGER = 2 ** 31 - 1;
/** The unit of pHYs. */
const METRE = 1;

/** A complete chunk. */
export function chunk(type: string, ...data: readonly Uint8Array[]): Uint8Array {
  const head = beginChunk(type, Buffer.concat(data));
  return Buffer.concat([head, bigEndian32([crc32(head.subarray(4))])]);
}

/** The beginning of a chunk: length, type and the first part of its data. `more` bytes of data follow. */
export function beginChunk(type: string, data: Uint8Array, more = 0): Uint8Array<ArrayBuffer> {
  return Buffer.concat([bigEndian32([data.length + more]), Buffer.from(type), data]);
}

/** Integers from 0 to 2³² − 1 in four big-endian bytes each. @throws RangeError outside that range. */
export function bigEndian32(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  for (let i = 0; i < values.length; i++) bytes.writeUInt32BE(values[i]!, i * 4);
  return bytes;
}

/** The signature and the chunks before the image data. @throws OutputError for an invalid text. */
export async function pngHead(
  { width, height, channels, depth, icc, srgb, gamma, resolution }: PngInfo,
  text: readonly PngText[],
): Promise<Uint8Array> {
  const format = Uint8Array.of(depth, COLOUR_TYPES[channels - 1]!, 0, 0, 0);
  // Texts come first, so that readers find them without parsing a profile.
  const head = [SIGNATURE, chunk('IHDR', bigEndian32([width, height]), format), ...text.map(textChunk)];
  if (icc) head.push(chunk('iCCP', Buffer.from('icc\0\0'), await promisify(deflate)(icc)));
  // A profile takes precedence over sRGB.
  if (srgb !== undefined && !icc) head.push(chunk('sRGB', Uint8Array.of(srgb)));
  if (gamma) head.push(numbersChunk('gAMA', [gamma * 100_000]));
  if (resolution) head.push(numbersChunk('pHYs', resolution, Uint8Array.of(METRE)));
  return Buffer.concat(head);
}

/** A chunk of numbers rounded to integers, then other data. Empty if PNG does not allow one of the integers. */
function numbersChunk(type: string, numbers: readonly number[], data = new Uint8Array()): Uint8Array {
  const integers = numbers.map(Math.round);
  const areAllowed = integers.every((value) => value >= 0 && value <= MAX_INTEGER);
  return areAllowed ? chunk(type, bigEndian32(integers), data) : new Uint8Array();
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
  if (/^[\n\x20-\x7e\xa0-\xff]*$/.test(text))
    return chunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'));
  return chunk('iTXt', Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(text));
}
