// Deflates bytes in blocks with dynamic Huffman codes, matching only runs of one byte: filtered rows of photographs
// repeat little else. Each block takes two passes: bytes to counted tokens, tokens to bits. Source: RFC 1951.

import { findLengths, writeCodes } from './lengths';
import {
  bytesEnd,
  countSymbols,
  counts,
  extraOf,
  SYMBOLS,
  symbolOf,
  TOKENS,
  tokenize,
  tokens,
  tokensEnd,
} from './runs';

/** The end-of-block symbol. */
const END: u32 = 256;
/** Two distance codes, since few decoders accept an incomplete code. Only the first one (distance 1) is used. */
const DISTANCES: u32 = 2;
const LENGTH_SYMBOLS: u32 = 19;

const lengths = memory.data(320, 16);
const symbolCodes = memory.data(286 * 4, 16);
/** Output of each token: bits, with their number in the upper 8 bits. */
const tokenBits = memory.data(512 * 4, 16);

/** Run-length coded code lengths: a symbol and its repeat count. */
const stored = memory.data(320 * 2, 16);
const lengthCounts = memory.data(19 * 4, 16);
const lengthLengths = memory.data(32, 16);
const lengthCodes = memory.data(19 * 4, 16);
const lengthOrder = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

let to: usize = 0;
let hold: u64 = 0;
let bits: u32 = 0;

/**
 * Deflates `bytes` bytes, at least one. Unless `isLast`, the stream continues at a byte boundary.
 * @param dst room for `bytes`, 1 % more, and 1024 bytes.
 * @returns the number of bytes written.
 */
export function deflateRuns(src: usize, bytes: usize, dst: usize, isLast: bool): usize {
  to = dst;
  hold = 0;
  bits = 0;
  const end = src + bytes;
  for (let at = src; at < end; at = bytesEnd) {
    tokenize(at, end);
    putBlock(at, bytesEnd, isLast && bytesEnd == end);
  }
  if (!isLast) {
    // An empty stored block aligns the stream to a byte boundary (sync flush).
    put(0, 3);
    align();
    store<u32>(to, 0xffff0000);
    to += 4;
  } else align();
  return to - dst;
}

function put(value: u32, count: u32): void {
  hold |= u64(value) << bits;
  bits += count;
  store<u64>(to, hold);
  to += bits >> 3;
  hold >>= bits & 56;
  bits &= 7;
}

function align(): void {
  if (bits > 0) put(0, 8 - bits);
}

function putBlock(at: usize, stop: usize, isLast: bool): void {
  countSymbols();
  findLengths(counts, lengths, SYMBOLS, 15);
  let symbols = SYMBOLS;
  while (load<u8>(lengths + symbols - 1) == 0) symbols--;
  store<u16>(lengths + symbols, 0x0101);
  const pairs = storeLengths(symbols + DISTANCES);
  findLengths(lengthCounts, lengthLengths, LENGTH_SYMBOLS, 7);
  const storedLengths = countStoredLengths();
  // A longer block cannot be stored. It has so few tokens that deflating it never makes it larger.
  if (stop - at > 0xffff || headBits(storedLengths) + bodyBits() < (u32(stop - at) + 4) * 8) {
    put(isLast ? 5 : 4, 3);
    putHeader(symbols, pairs, storedLengths);
    writeCodes(lengths, symbolCodes, symbols);
    makeTokenBits();
    putTokens(tokensEnd);
    const code = load<u32>(symbolCodes + (END << 2));
    put(code & 0xffffff, code >> 24);
  } else {
    put(isLast ? 1 : 0, 3);
    align();
    const count = u32(stop - at);
    store<u32>(to, count | (~count << 16));
    memory.copy(to + 4, at, count);
    to += 4 + count;
  }
}

/** Run-length codes the lengths and counts the resulting symbols. @returns the number of symbols. */
function storeLengths(count: u32): u32 {
  memory.fill(lengthCounts, 0, LENGTH_SYMBOLS * 4);
  let pairs: u32 = 0;
  for (let i: u32 = 0; i < count; ) {
    const length = load<u8>(lengths + i);
    let equal: u32 = 1;
    while (i + equal < count && load<u8>(lengths + i + equal) == length) equal++;
    i += equal;
    if (length != 0) {
      storePair(pairs++, length, 0);
      equal--;
    }
    while (equal >= 3) {
      const repeats = min<u32>(equal, length == 0 ? 138 : 6);
      if (length != 0) storePair(pairs++, 16, repeats - 3);
      else storePair(pairs++, repeats < 11 ? 17 : 18, repeats < 11 ? repeats - 3 : repeats - 11);
      equal -= repeats;
    }
    for (; equal > 0; equal--) storePair(pairs++, length, 0);
  }
  return pairs;
}

function storePair(place: u32, symbol: u32, repeats: u32): void {
  store<u8>(stored + place * 2, symbol);
  store<u8>(stored + place * 2, repeats, 1);
  const at = lengthCounts + (symbol << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** The number of code length codes to store. */
function countStoredLengths(): u32 {
  let storedLengths = LENGTH_SYMBOLS;
  while (storedLengths > 4 && load<u8>(lengthLengths + load<u8>(lengthOrder + storedLengths - 1)) == 0)
    storedLengths--;
  return storedLengths;
}

/** The number of extra bits of a code length symbol. */
function repeatBits(symbol: u32): u32 {
  return symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
}

function headBits(storedLengths: u32): u32 {
  let sum: u32 = 17 + storedLengths * 3;
  for (let i: u32 = 0; i < LENGTH_SYMBOLS; i++) {
    sum += load<u32>(lengthCounts + (i << 2)) * (load<u8>(lengthLengths + i) + repeatBits(i));
  }
  return sum;
}

function bodyBits(): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < SYMBOLS; i++) {
    // A run adds a distance bit and the extra bits of its length.
    const more = i > END ? 1 + (i < 265 || i == 285 ? 0 : (i - 261) >> 2) : 0;
    const count = load<u32>(counts + (i << 2));
    if (count > 0) sum += count * (load<u8>(lengths + i) + more);
  }
  return sum;
}

function putHeader(symbols: u32, pairs: u32, storedLengths: u32): void {
  put(symbols - 257, 5);
  put(DISTANCES - 1, 5);
  put(storedLengths - 4, 4);
  for (let i: u32 = 0; i < storedLengths; i++) put(load<u8>(lengthLengths + load<u8>(lengthOrder + i)), 3);
  writeCodes(lengthLengths, lengthCodes, LENGTH_SYMBOLS);
  for (let i: u32 = 0; i < pairs; i++) {
    const symbol: u32 = load<u8>(stored + i * 2);
    const code = load<u32>(lengthCodes + (symbol << 2));
    put(code & 0xffffff, code >> 24);
    put(load<u8>(stored + i * 2, 1), repeatBits(symbol));
  }
}

/** Combines for each token the code of its symbol, the extra bits of a run and its distance (a 0 bit). */
function makeTokenBits(): void {
  for (let token: u32 = 0; token < TOKENS; token++) {
    const length = token - 256;
    const code = load<u32>(symbolCodes + ((token < 256 ? token : symbolOf(length)) << 2));
    const extra = token < 256 ? 0 : extraOf(length);
    const count = code >> 24;
    const value = (code & 0xffffff) | ((token < 256 ? 0 : length & ((1 << extra) - 1)) << count);
    store<u32>(tokenBits + (token << 2), value | ((count + extra + u32(token >= 256)) << 24));
  }
}

function putTokens(last: usize): void {
  // Locals are kept in registers, globals are not.
  let at = to;
  let h = hold;
  let b = bits;
  let token = tokens;
  // Two tokens have at most 42 bits, in addition to up to 7 pending ones.
  for (; token + 4 <= last; token += 4) {
    const first = load<u32>(tokenBits + ((<usize>load<u16>(token)) << 2));
    h |= u64(first & 0xffffff) << b;
    b += first >> 24;
    const second = load<u32>(tokenBits + ((<usize>load<u16>(token, 2)) << 2));
    h |= u64(second & 0xffffff) << b;
    b += second >> 24;
    store<u64>(at, h);
    at += b >> 3;
    h >>= b & 56;
    b &= 7;
  }
  to = at;
  hold = h;
  bits = b;
  if (token == last) return;
  const one = load<u32>(tokenBits + ((<usize>load<u16>(token)) << 2));
  put(one & 0xffffff, one >> 24);
}
