// Decompresses TIFF blocks: none, LZW, Deflate, PackBits. The output never exceeds the size of a block.
// Source: TIFF revision 6.0, sections 9 and 13; Adobe Photoshop TIFF notes (Deflate).

import { promisify } from 'node:util';
import { inflate, inflateSync } from 'node:zlib';
import { DamagedTiff, UnsupportedTiff } from './errors.js';

/** Maximum expansion factor of each supported compression. */
const MAX_EXPANSION: Readonly<Record<number, number>> = { 1: 1, 5: 4096, 8: 1032, 32946: 1032, 32773: 128 };

const NAMES: Readonly<Record<number, string>> = {
  ...{ 2: 'CCITT RLE', 3: 'CCITT fax 3', 4: 'CCITT fax 4', 5: 'LZW', 6: 'old-style JPEG', 7: 'JPEG' },
  ...{ 32809: 'ThunderScan', 34676: 'SGI LogLuv', 34677: 'SGI LogLuv 24', 34712: 'JPEG 2000' },
  ...{ 33003: 'JPEG 2000', 33004: 'JPEG 2000', 33005: 'JPEG 2000', 34887: 'LERC', 34925: 'LZMA' },
  ...{ 34933: 'PNG', 34934: 'JPEG XR', 50000: 'Zstandard', 50001: 'WebP', 50002: 'JPEG XL' },
};

/** Larger blocks are inflated on Node's thread pool. */
const LARGE_BLOCK = 256 * 1024;
/** LZW codes decoded between two event loop turns. */
const CODES_PER_TURN = 2 ** 18;

const CLEAR = 256;
const END = 257;
const MAX_CODES = 4096;

export function isSupportedCompression(compression: number): boolean {
  return compression in MAX_EXPANSION;
}

export function compressionName(compression: number): string {
  return NAMES[compression] ?? `unknown (${compression})`;
}

/** Whether `stored` compressed bytes can expand to a block of `block` bytes. */
export function canHold(compression: number, stored: number, block: number): boolean {
  return stored * (MAX_EXPANSION[compression] ?? 1) >= block;
}

/**
 * Decompresses a block into new memory.
 * @returns at most `maxLength` bytes; fewer if the block has fewer.
 * @throws DamagedTiff; UnsupportedTiff for the LZW variant used before 1992.
 */
export async function decompress(
  stored: Uint8Array,
  compression: number,
  maxLength: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (compression === 1) return Uint8Array.from(stored.subarray(0, maxLength));
  if (compression === 5) return lzw(stored, maxLength);
  if (compression === 32773) return packBits(stored, maxLength);
  try {
    // Copied to new memory: typed views need aligned addresses.
    const limit = { maxOutputLength: maxLength };
    return Uint8Array.from(
      maxLength > LARGE_BLOCK ? await promisify(inflate)(stored, limit) : inflateSync(stored, limit),
    );
  } catch {
    throw new DamagedTiff('its Deflate stream is invalid');
  }
}

function packBits(stored: Uint8Array, maxLength: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(maxLength);
  let to = 0;
  for (let at = 0; at < stored.length && to < maxLength; ) {
    const head = stored[at++]!;
    if (head < 128) {
      const literal = stored.subarray(at, at + Math.min(head + 1, maxLength - to));
      out.set(literal, to);
      to += literal.length;
      at += head + 1;
    } else if (head > 128) {
      const end = Math.min(maxLength, to + 257 - head);
      out.fill(stored[at++] ?? 0, to, end);
      to = end;
    }
  }
  return out.subarray(0, to);
}

/** LZW codes of 9 to 12 bits, most significant bit first. The code length grows one code early. */
async function lzw(stored: Uint8Array, maxLength: number): Promise<Uint8Array<ArrayBuffer>> {
  if (stored[0] === 0 && (stored[1]! & 1) === 1)
    throw new UnsupportedTiff(
      'LZW of the variant before 1992',
      'rewrite it, e.g. tiffcp -c zip in.tif out.tif',
    );
  const out = new Uint8Array(maxLength);
  // Each table entry is a range of the output so far.
  const starts = new Int32Array(MAX_CODES);
  const lengths = new Int32Array(MAX_CODES);
  let [next, bits, heldBits, value, at, to] = [END + 1, 9, 0, 0, 0, 0];
  let previous = -1;
  let previousStart = 0;
  for (let count = 1; to < maxLength; count++) {
    while (heldBits < bits) {
      if (at === stored.length) return out.subarray(0, to);
      value = ((value << 8) | stored[at++]!) & 0xffffff;
      heldBits += 8;
    }
    heldBits -= bits;
    const code = (value >> heldBits) & ((1 << bits) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      [next, bits, previous] = [END + 1, 9, -1];
      continue;
    }
    if (code > next || (code === next && previous < 0)) throw new DamagedTiff('its LZW codes are invalid');
    const begin = to;
    const previousLength = previous < 0 ? 0 : to - previousStart;
    if (code < CLEAR) {
      out[to++] = code;
    } else {
      // The code defined by this very step stands for the previous string followed by its first byte.
      const [start, length] =
        code < next ? [starts[code]!, lengths[code]!] : [previousStart, previousLength + 1];
      const end = Math.min(maxLength, to + length);
      for (let from = start; to < end; ) out[to++] = out[from++]!;
    }
    if (previous >= 0 && next < MAX_CODES) {
      starts[next] = previousStart;
      lengths[next++] = previousLength + 1;
    }
    if (next + 1 >= 1 << bits && bits < 12) bits++;
    [previous, previousStart] = [code, begin];
    if (count % CODES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return out.subarray(0, to);
}
