// The text headers of netpbm's formats: words between white space, comments from # to the end of a line. Knows no format.
// Source: netpbm's pbm(5), pgm(5), ppm(5), pam(5).

import { quoted } from '../../core/quoted.js';
import { type CodecInput, damageError } from '../decode/codec.js';

/** Longer words are no number and no name of any header. */
const LONGEST_WORD = 64;
const HASH = 0x23;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/** White space of netpbm: blank, tab, line feed, vertical tab, form feed, return. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

/** Reads words and lines of a header from a place on. */
export class HeaderReader {
  readonly #input: CodecInput;
  /** Where the next byte is. */
  at: number;

  constructor(input: CodecInput, at: number) {
    this.#input = input;
    this.at = at;
  }

  /** The next word; comments in front of it are skipped. @throws ImageError where there is none. */
  word(what: string): string {
    this.skip();
    const { bytes } = this.#input;
    const start = this.at;
    while (this.at < bytes.length && !isSpace(bytes[this.at]) && bytes[this.at] !== HASH) {
      if (this.at - start === LONGEST_WORD) break;
      this.at++;
    }
    if (this.at > start) return textOf(bytes.subarray(start, this.at));
    throw damageError(this.#input, `header, ${what}`, what, 'the end of the file');
  }

  /** The next word as a whole number from 0 to 2³¹ − 1. @throws ImageError for any other. */
  wholeNumber(what: string): number {
    const word = this.word(what);
    if (/^\d{1,10}$/.test(word) && Number(word) < 2 ** 31) return Number(word);
    throw damageError(this.#input, `header, ${what}`, 'a whole number below 2^31', quoted(word));
  }

  /**
   * Goes past the single white space that ends a header, or a comment and its line feed. Where exactly `length` bytes
   * follow a return and a line feed, both end it.
   */
  end(length: number): void {
    const { bytes } = this.#input;
    if (bytes[this.at] === HASH) this.#skipComment();
    if (this.at < bytes.length && !isSpace(bytes[this.at])) {
      throw damageError(this.#input, `byte ${this.at}`, 'white space behind the header', 'another byte');
    }
    const isPair = bytes[this.at] === RETURN && bytes[this.at + 1] === LINE_FEED;
    this.at += isPair && bytes.length === this.at + 2 + length ? 2 : 1;
  }

  /** The next line without white space at its ends; comment lines and empty ones are skipped. null at the end of the file. */
  line(): string | null {
    this.skip();
    const { bytes } = this.#input;
    if (this.at >= bytes.length) return null;
    const feed = bytes.indexOf(LINE_FEED, this.at);
    const end = feed < 0 ? bytes.length : feed;
    const line = textOf(bytes.subarray(this.at, Math.min(end, this.at + 16 * LONGEST_WORD)));
    this.at = Math.min(end + 1, bytes.length);
    return line.trim();
  }

  /** Goes past white space and comments. */
  skip(): void {
    const { bytes } = this.#input;
    for (;;) {
      while (isSpace(bytes[this.at])) this.at++;
      if (bytes[this.at] !== HASH) return;
      this.#skipComment();
    }
  }

  /** Goes to the end of the line. */
  #skipComment(): void {
    const { bytes } = this.#input;
    while (this.at < bytes.length && bytes[this.at] !== LINE_FEED && bytes[this.at] !== RETURN) this.at++;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** What is behind a picture, in one line; nothing where there is only white space. */
export function trailingDataNotes({ bytes }: CodecInput, end: number): string[] {
  let at = end;
  while (isSpace(bytes[at])) at++;
  if (at >= bytes.length) return [];
  const isPicture = bytes[at] === 0x50 && /[1-7Ff]/.test(String.fromCharCode(bytes[at + 1] ?? 0));
  return [
    isPicture
      ? 'the first of several pictures is taken'
      : `${bytes.length - end} bytes behind the picture are left out`,
  ];
}
