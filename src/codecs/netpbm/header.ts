// Parses the text headers of netpbm formats: words separated by white space, comments from # to the end of the line.
// Source: netpbm's pbm(5), pgm(5), ppm(5), pam(5).

import { quoted } from '../../core/errors.js';
import type { Size } from '../../core/image.js';
import { type CodecInput, checkSides, damageError, latin1 } from '../decode/codec.js';

/** No valid header contains longer words. */
const MAX_WORD_LENGTH = 64;
/** Begins a comment. */
export const HASH = 0x23;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/** White space in netpbm: space, tab, line feed, vertical tab, form feed, carriage return. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

/** Reads words and lines of a header behind its magic number. */
export class HeaderReader {
  readonly #input: CodecInput;
  /** Offset of the next byte. */
  at = 2;

  constructor(input: CodecInput) {
    this.#input = input;
  }

  /** The next word; comments before it are skipped. @throws ImageError at the end of the file. */
  word(what: string): string {
    this.skip();
    const text = latin1(this.#input.bytes.subarray(this.at, this.at + MAX_WORD_LENGTH));
    const [word = ''] = /^[^\t-\r #]+/.exec(text) ?? [];
    this.at += word.length;
    if (word !== '') return word;
    throw damageError(this.#input, `header, ${what}`, what, 'the end of the file');
  }

  /** The width and height, which are the next words. @throws ImageError for sides that no image has. */
  size(): Size {
    const [width, height] = [this.wholeNumber('width'), this.wholeNumber('height')];
    checkSides(this.#input, width, height);
    return { width, height };
  }

  /** The next word as an integer from 0 to 2³¹ − 1. @throws ImageError for anything else. */
  wholeNumber(what: string): number {
    return wholeNumber(this.#input, what, this.word(what));
  }

  /**
   * Skips the single white space, or comment and line feed, that ends a header. CR LF counts as one if exactly
   * `length` bytes follow.
   */
  end(length: number): void {
    const { bytes, size } = this.#input;
    if (bytes[this.at] === HASH) this.#skipComment();
    if (this.at < bytes.length && !isSpace(bytes[this.at])) {
      throw damageError(this.#input, `byte ${this.at}`, 'white space after the header', 'another byte');
    }
    const isPair = bytes[this.at] === RETURN && bytes[this.at + 1] === LINE_FEED;
    this.at += isPair && size === this.at + 2 + length ? 2 : 1;
  }

  /** The next line, trimmed. Comments and empty lines are skipped. null at the end of the file. */
  line(): string | null {
    this.skip();
    const { bytes } = this.#input;
    if (this.at >= bytes.length) return null;
    const feed = bytes.indexOf(LINE_FEED, this.at);
    const end = feed < 0 ? bytes.length : feed;
    const line = latin1(bytes.subarray(this.at, Math.min(end, this.at + 16 * MAX_WORD_LENGTH)));
    this.at = Math.min(end + 1, bytes.length);
    return line.trim();
  }

  /** Skips white space and comments. */
  skip(): void {
    const { bytes } = this.#input;
    for (;;) {
      while (isSpace(bytes[this.at])) this.at++;
      if (bytes[this.at] !== HASH) return;
      this.#skipComment();
    }
  }

  /** Skips to the end of the line. */
  #skipComment(): void {
    const { bytes } = this.#input;
    while (this.at < bytes.length && bytes[this.at] !== LINE_FEED && bytes[this.at] !== RETURN) this.at++;
  }
}

/** A value of a header as an integer from 0 to 2³¹ − 1. @throws ImageError for anything else. */
export function wholeNumber(input: CodecInput, what: string, text: string | undefined): number {
  if (text !== undefined && /^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  const found = text === undefined ? 'none' : quoted(text);
  throw damageError(input, `header, ${what}`, 'a whole number below 2^31', found);
}

/** A note about data behind the image; none for white space. */
export function trailingDataNotes({ bytes }: CodecInput, end: number): string[] {
  let at = end;
  while (isSpace(bytes[at])) at++;
  if (at >= bytes.length) return [];
  const isPicture = bytes[at] === 0x50 && /[1-7Ff]/.test(String.fromCharCode(bytes[at + 1] ?? 0));
  if (isPicture) return ['the first of several pictures is used'];
  return [`${bytes.length - end} bytes after the picture are ignored`];
}
