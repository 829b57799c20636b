// Codes of deflate, to be read: tables that a few bits are looked up in, made of the lengths of the codes. Source:
// RFC 1951, section 3.2.

/** What an entry of a table is, in its second byte; the first is the code's length, the upper half a number. */
export const VALUE: u32 = 0;
/** The start of a range; the lower bits say how many bits tell where in it. */
export const RANGE: u32 = 0x10;
export const STOP: u32 = 0x20;
/** The code is longer than what was looked up. */
export const LONG: u32 = 0x40;
export const WRONG: u32 = 0x80;

/** What a code's symbols stand for. */
export const BYTES: u32 = 0;
export const DISTANCES: u32 = 1;
export const LENGTHS: u32 = 2;

/** An entry of a table has four bytes: bits shifted up by so many are an offset. */
export const UP: u32 = 2;
/** Bits that are looked up at a time; longer codes are rare, and are read bit by bit. */
export const BYTE_BITS: u32 = 11;
export const DISTANCE_BITS: u32 = 9;
const LONGEST: u32 = 15;
const MOST: u32 = 288;
const END: u32 = 256;

/** A code in memory: how many symbols have each length, the symbols by length and number, and the table. */
const SYMBOLS: usize = 32;
const TABLE: usize = SYMBOLS + <usize>MOST * 2;
const BYTE_CODE_BYTES: i32 = 32 + 288 * 2 + 2048 * 4;
const DISTANCE_CODE_BYTES: i32 = 32 + 288 * 2 + 512 * 4;
export const byteCode = memory.data(BYTE_CODE_BYTES, 16);
export const distanceCode = memory.data(DISTANCE_CODE_BYTES, 16);
/** Those of a second stream beside the first. */
export const otherByteCode = memory.data(BYTE_CODE_BYTES, 16);
export const otherDistanceCode = memory.data(DISTANCE_CODE_BYTES, 16);
/** Where the tables of bytes begin, known when this is compiled: looking up takes a step less so. */
export const BYTE_TABLE: usize = byteCode + TABLE;
export const OTHER_BYTE_TABLE: usize = otherByteCode + TABLE;
/** Where the lengths of a code's symbols are put, before it is made. */
export const lengths = memory.data(352, 16);

// Lengths of copies and distances, less what their shortest is: where ranges begin follows from their sizes.
const places = memory.data(64, 16);

/** The codes of the second stream become those of the first. */
export function takeOtherCodes(): void {
  memory.copy(byteCode, otherByteCode, BYTE_CODE_BYTES);
  memory.copy(distanceCode, otherDistanceCode, DISTANCE_CODE_BYTES);
}

/** Where a code's table begins. */
export function tableOf(code: usize): usize {
  return code + TABLE;
}

/**
 * Makes a code of the first `count` lengths; whether they are those of a whole code.
 * @param kind what the symbols stand for.
 */
export function makeCode(code: usize, count: u32, kind: u32): bool {
  memory.fill(code, 0, SYMBOLS);
  for (let i: u32 = 0; i < count; i++) addTo(code, load<u8>(lengths + i), 1);
  store<u16>(code, 0);
  // Codes that are left over after those of each length; few decoders take a code that is not whole.
  let left: i32 = 1;
  let longest: u32 = 0;
  for (let length: u32 = 1; length <= LONGEST; length++) {
    const some = load<u16>(code + length * 2);
    left = (left << 1) - some;
    if (left < 0) return false;
    if (some > 0) longest = length;
  }
  if (left > 0 && (kind == LENGTHS || longest > 1)) return false;
  sortSymbols(code, count);
  fillTable(code, kind);
  return true;
}

function addTo(code: usize, length: u32, some: u32): void {
  store<u16>(code + length * 2, load<u16>(code + length * 2) + some);
}

function sortSymbols(code: usize, count: u32): void {
  let place: u32 = 0;
  for (let length: u32 = 1; length <= LONGEST; length++) {
    store<u16>(places + length * 2, place);
    place += load<u16>(code + length * 2);
  }
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const length: u32 = load<u8>(lengths + symbol);
    if (length == 0) continue;
    const to: u32 = load<u16>(places + length * 2);
    store<u16>(places + length * 2, to + 1);
    store<u16>(code + SYMBOLS + to * 2, symbol);
  }
}

function fillTable(code: usize, kind: u32): void {
  const width = kind == BYTES ? BYTE_BITS : DISTANCE_BITS;
  const size: u32 = 1 << width;
  const table = code + TABLE;
  // Codes of the table that nothing is found for are wrong; they take a bit, so that reading ends.
  for (let i: u32 = 0; i < size; i++) store<u32>(table + i * 4, (WRONG << 8) | 1);
  let number: u32 = 0;
  let place: usize = code + SYMBOLS;
  for (let length: u32 = 1; length <= LONGEST; length++) {
    for (let left: u32 = load<u16>(code + length * 2); left > 0; left--, number++, place += 2) {
      const entry = length > width ? LONG << 8 : entryOf(load<u16>(place), kind) | length;
      const step: u32 = 1 << (length > width ? width : length);
      // The first bit of a code is its highest, and the lowest of what is looked up.
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

/** The entry of a symbol, without its code's length. */
function entryOf(symbol: u32, kind: u32): u32 {
  if (kind == LENGTHS || (kind == BYTES && symbol < END)) return symbol << 16;
  if (kind == DISTANCES) {
    // Ranges double after each two.
    const extra = symbol < 4 ? 0 : (symbol >> 1) - 1;
    const base = symbol < 4 ? symbol : (2 + (symbol & 1)) << extra;
    return symbol > 29 ? WRONG << 8 : ((base + 1) << 16) | ((RANGE | extra) << 8);
  }
  if (symbol == END) return STOP << 8;
  if (symbol == 285) return (258 << 16) | (RANGE << 8);
  // Ranges double after each four.
  const nth = symbol - END - 1;
  const extra = nth < 8 ? 0 : (nth >> 2) - 1;
  const base = nth < 8 ? nth : (4 + (nth & 3)) << extra;
  return symbol > 285 ? WRONG << 8 : ((base + 3) << 16) | ((RANGE | extra) << 8);
}

/** The entry of the code that bits begin with, however long it is. */
export function longEntry(code: usize, hold: u64, kind: u32): u32 {
  let number: u32 = 0;
  let first: u32 = 0;
  let place: u32 = 0;
  for (let length: u32 = 1; length <= LONGEST; length++) {
    number |= u32(hold) & 1;
    hold >>= 1;
    const some: u32 = load<u16>(code + length * 2);
    if (number < first + some) {
      return entryOf(load<u16>(code + SYMBOLS + (place + number - first) * 2), kind) | length;
    }
    place += some;
    first = (first + some) << 1;
    number <<= 1;
  }
  return (WRONG << 8) | 1;
}
