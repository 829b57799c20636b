// Huffman decoding tables for inflate, built from code lengths. Source: RFC 1951, section 3.2.

/**
 * Kinds of table entries. An entry holds the code length in its first byte, the kind in the second, and a value in
 * the upper half.
 */
export const LITERAL: u32 = 0;
/** The base of a range; the lower bits of the kind are the number of extra bits. */
export const RANGE: u32 = 0x10;
export const STOP: u32 = 0x20;
/** The code is longer than the table index. */
export const LONG: u32 = 0x40;
export const INVALID: u32 = 0x80;

/** The alphabet that a code encodes. */
export const LITERALS: u32 = 0;
export const DISTANCES: u32 = 1;
export const LENGTHS: u32 = 2;

/** log2 of the bytes per table entry: bits shifted up by this are an offset into the table. */
export const ENTRY_SHIFT: u32 = 2;
/** Bits of a table index. Longer codes are rare and are decoded bit by bit. */
export const LITERAL_BITS: u32 = 11;
export const DISTANCE_BITS: u32 = 9;
const MAX_LENGTH: u32 = 15;
const MAX_SYMBOLS: u32 = 288;
const END: u32 = 256;

/** Layout of a code in memory: number of symbols of each length, symbols sorted by length and number, table. */
const SYMBOLS: usize = 32;
const TABLE: usize = SYMBOLS + <usize>MAX_SYMBOLS * 2;
const LITERAL_CODE_BYTES: i32 = 32 + 288 * 2 + 2048 * 4;
const DISTANCE_CODE_BYTES: i32 = 32 + 288 * 2 + 512 * 4;
export const literalCode = memory.data(LITERAL_CODE_BYTES, 16);
export const distanceCode = memory.data(DISTANCE_CODE_BYTES, 16);
/** Codes of a second stream, which is inflated together with the first. */
export const otherLiteralCode = memory.data(LITERAL_CODE_BYTES, 16);
export const otherDistanceCode = memory.data(DISTANCE_CODE_BYTES, 16);
/** Addresses of the literal tables. As compile-time constants they save an instruction per lookup. */
export const LITERAL_TABLE: usize = literalCode + TABLE;
export const OTHER_LITERAL_TABLE: usize = otherLiteralCode + TABLE;
/** Code lengths of the symbols, the input of `makeCode`. */
export const lengths = memory.data(352, 16);

// First index of the symbols of each length, while they are sorted.
const firstIndices = memory.data(64, 16);

/** Moves the codes of the second stream to the place of the first. */
export function promoteOtherCodes(): void {
  memory.copy(literalCode, otherLiteralCode, LITERAL_CODE_BYTES);
  memory.copy(distanceCode, otherDistanceCode, DISTANCE_CODE_BYTES);
}

/** The address of a code's table. */
export function tableOf(code: usize): usize {
  return code + TABLE;
}

/**
 * Builds a code from the first `count` lengths. @param kind the alphabet. @returns whether the lengths are a complete
 * code.
 */
export function makeCode(code: usize, count: u32, kind: u32): bool {
  memory.fill(code, 0, SYMBOLS);
  for (let i: u32 = 0; i < count; i++) addTo(code, load<u8>(lengths + i), 1);
  store<u16>(code, 0);
  // Unused codes of each length. Few decoders accept an incomplete code.
  let left: i32 = 1;
  let longestUsed: u32 = 0;
  for (let length: u32 = 1; length <= MAX_LENGTH; length++) {
    const ofLength = load<u16>(code + length * 2);
    left = (left << 1) - ofLength;
    if (left < 0) return false;
    if (ofLength > 0) longestUsed = length;
  }
  if (left > 0 && (kind == LENGTHS || longestUsed > 1)) return false;
  sortSymbols(code, count);
  fillTable(code, kind);
  return true;
}

function addTo(code: usize, length: u32, some: u32): void {
  store<u16>(code + length * 2, load<u16>(code + length * 2) + some);
}

function sortSymbols(code: usize, count: u32): void {
  let place: u32 = 0;
  for (let length: u32 = 1; length <= MAX_LENGTH; length++) {
    store<u16>(firstIndices + length * 2, place);
    place += load<u16>(code + length * 2);
  }
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const length: u32 = load<u8>(lengths + symbol);
    if (length == 0) continue;
    const to: u32 = load<u16>(firstIndices + length * 2);
    store<u16>(firstIndices + length * 2, to + 1);
    store<u16>(code + SYMBOLS + to * 2, symbol);
  }
}

function fillTable(code: usize, kind: u32): void {
  const width = kind == LITERALS ? LITERAL_BITS : DISTANCE_BITS;
  const size: u32 = 1 << width;
  const table = code + TABLE;
  // Unassigned codes are errors. They consume a bit, so that decoding terminates.
  for (let i: u32 = 0; i < size; i++) store<u32>(table + i * 4, (INVALID << 8) | 1);
  let number: u32 = 0;
  let place: usize = code + SYMBOLS;
  for (let length: u32 = 1; length <= MAX_LENGTH; length++) {
    for (let left: u32 = load<u16>(code + length * 2); left > 0; left--, number++, place += 2) {
      const entry = length > width ? LONG << 8 : entryOf(load<u16>(place), kind) | length;
      const step: u32 = 1 << (length > width ? width : length);
      // A code's first bit is its most significant, but the least significant of the table index.
      const first = reversed(number, length) & (size - 1);
      for (let i = first; i < size; i += step) store<u32>(table + i * 4, entry);
    }
    number <<= 1;
  }
}

function reversed(number: u32, length: u32): u32 {
  let result: u32 = 0;
  for (let i: u32 = 0; i < length; i++) result |= ((number >> i) & 1) << (length - 1 - i);
  return result;
}

/** The table entry of a symbol, without the code length. */
function entryOf(symbol: u32, kind: u32): u32 {
  if (kind == LENGTHS || (kind == LITERALS && symbol < END)) return symbol << 16;
  if (kind == DISTANCES) {
    // Ranges double every two symbols.
    const extra = symbol < 4 ? 0 : (symbol >> 1) - 1;
    const base = symbol < 4 ? symbol : (2 + (symbol & 1)) << extra;
    return symbol > 29 ? INVALID << 8 : ((base + 1) << 16) | ((RANGE | extra) << 8);
  }
  if (symbol == END) return STOP << 8;
  if (symbol == 285) return (258 << 16) | (RANGE << 8);
  // Ranges double every four symbols.
  const nth = symbol - END - 1;
  const extra = nth < 8 ? 0 : (nth >> 2) - 1;
  const base = nth < 8 ? nth : (4 + (nth & 3)) << extra;
  return symbol > 285 ? INVALID << 8 : ((base + 3) << 16) | ((RANGE | extra) << 8);
}

/** The entry of the code at the start of `hold`, of any length. */
export function longEntry(code: usize, hold: u64, kind: u32): u32 {
  let number: u32 = 0;
  let first: u32 = 0;
  let place: u32 = 0;
  for (let length: u32 = 1; length <= MAX_LENGTH; length++) {
    number |= u32(hold) & 1;
    hold >>= 1;
    const ofLength: u32 = load<u16>(code + length * 2);
    if (number < first + ofLength) {
      return entryOf(load<u16>(code + SYMBOLS + (place + number - first) * 2), kind) | length;
    }
    place += ofLength;
    first = (first + ofLength) << 1;
    number <<= 1;
  }
  return (INVALID << 8) | 1;
}
