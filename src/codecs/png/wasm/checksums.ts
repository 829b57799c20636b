// The checksums of PNG: CRC-32 of chunks (ISO 3309) and Adler-32 of the inflated stream (RFC 1950).

const POLYNOMIAL: u32 = 0xedb88320;
const SLICES: u32 = 16;
const MODULUS: u32 = 65521;
const VECTOR: usize = 16;
/** The largest multiple of a vector for which both Adler-32 sums stay below 2³², even if all bytes are 255. */
const BEFORE_MODULUS: usize = 5552;

const tables = memory.data(16384, 16);

/** Fills the tables of `crc32`: the CRC of each byte followed by 0 to 15 zeros. Must be called once. */
export function prepareCrc(): void {
  for (let n: u32 = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
    store<u32>(tables + n * 4, crc);
  }
  for (let slice: u32 = 1; slice < SLICES; slice++) {
    for (let n: u32 = 0; n < 256; n++) {
      const crc = entry(slice - 1, n);
      store<u32>(tables + (slice * 256 + n) * 4, (crc >> 8) ^ entry(0, crc & 255));
    }
  }
}

/** CRC-32, continuing from the checksum of the preceding bytes (0 at the start). */
export function crc32(crc: u32, at: usize, bytes: usize): u32 {
  const end = at + bytes;
  crc = ~crc;
  for (; at + VECTOR <= end; at += VECTOR) {
    crc =
      four(load<u32>(at) ^ crc, 12) ^
      four(load<u32>(at, 4), 8) ^
      four(load<u32>(at, 8), 4) ^
      four(load<u32>(at, 12), 0);
  }
  for (; at < end; at++) crc = (crc >> 8) ^ entry(0, (crc ^ u32(load<u8>(at))) & 255);
  return ~crc;
}

/** The CRC of four bytes followed by `zeros` zero bytes. */
function four(word: u32, zeros: u32): u32 {
  return (
    entry(zeros + 3, word & 255) ^
    entry(zeros + 2, (word >> 8) & 255) ^
    entry(zeros + 1, (word >> 16) & 255) ^
    entry(zeros, word >> 24)
  );
}

function entry(slice: u32, n: u32): u32 {
  return load<u32>(tables + (slice * 256 + n) * 4);
}

/** Adler-32, continuing from the checksum of the preceding bytes (1 at the start). */
export function adler32(adler: u32, at: usize, bytes: usize): u32 {
  let low = adler & 0xffff;
  let high = adler >> 16;
  const weightsOfFirst = i16x8(16, 15, 14, 13, 12, 11, 10, 9);
  const weightsOfSecond = i16x8(8, 7, 6, 5, 4, 3, 2, 1);
  while (bytes >= VECTOR) {
    const stretch = (bytes < BEFORE_MODULUS ? bytes : BEFORE_MODULUS) & ~(VECTOR - 1);
    // Each vector adds 16 times the sum of all bytes before it, and its own bytes weighted by position.
    let sums = i32x4.splat(0);
    let before = i32x4.splat(0);
    let weighed = i32x4.splat(0);
    for (const end = at + stretch; at < end; at += VECTOR) {
      const v = v128.load(at);
      before = i32x4.add(before, sums);
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(v)));
      weighed = i32x4.add(weighed, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(v), weightsOfFirst));
      weighed = i32x4.add(weighed, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(v), weightsOfSecond));
    }
    high = (high + low * u32(stretch) + 16 * laneSum(before) + laneSum(weighed)) % MODULUS;
    low = (low + laneSum(sums)) % MODULUS;
    bytes -= stretch;
  }
  for (; bytes > 0; bytes--, at++) {
    low += u32(load<u8>(at));
    high += low;
  }
  return ((high % MODULUS) << 16) | (low % MODULUS);
}

function laneSum(v: v128): u32 {
  return (
    i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
  );
}
