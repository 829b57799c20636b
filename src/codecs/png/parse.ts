// Checks whether a PNG is plain and valid, judging by its chunks. Anything unusual returns null and is left to
// libvips, which decodes it or reports what is wrong. Image data are not inflated.

import { inflateSync } from 'node:zlib';
import { latin1, viewOf } from '../decode/codec.js';
import { factOf, type PngFacts } from './ancillary.js';
import { crc32 } from './checksums.js';
import { SIGNATURE } from './chunks.js';
import { COLOUR_TYPES, type PngInfo, type PngShape } from './layout.js';
import { pngChunks } from './read-chunks.js';

/** A plain PNG. */
export interface PlainPng {
  readonly about: PngInfo;
  /** The chunks that hold its stream. Their CRCs are not yet checked if they are in memory. */
  readonly stream: readonly Chunk[];
}

export interface Chunk {
  readonly type: string;
  /** Empty for an IDAT chunk that was not loaded from its file. */
  readonly data: Uint8Array;
  /** Offset and length of the data in the file. */
  readonly at: number;
  readonly length: number;
  /** The CRC of type and data as stated in the file. */
  readonly crc: number;
}

/** Maximum inflated size of a profile; larger ones are left to libvips. */
const MAX_PROFILE_BYTES = 4 * 2 ** 20;
/** Longest side that libvips accepts. */
const MAX_SIDE = 10_000_000;
/** The CRC of the chunk type IDAT; that of the data continues from it. */
const IDAT_CRC = 0x35af061e;
/** cHRM values of sRGB. Others may be inconsistent in ways that decoders warn about. */
const SRGB_CHROMATICITIES = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000];

/** Parses a whole file. @returns null if it is not plain or not valid. */
export function inspectPng(bytes: Uint8Array): PlainPng | null {
  const chunks = chunksOf(bytes);
  return chunks && parseChunks(chunks);
}

/** Checks all chunks of a file, given in order. @returns null if it is not plain or not valid. */
export function parseChunks(chunks: readonly Chunk[]): PlainPng | null {
  const [header, ...rest] = chunks;
  const shape = header && shapeOf(header);
  const end = rest.pop();
  if (!shape || end?.type !== 'IEND' || end.data.length > 0) return null;
  const first = rest.findIndex(({ type }) => type === 'IDAT');
  const last = rest.findLastIndex(({ type }) => type === 'IDAT');
  const stream = rest.slice(first, last + 1);
  if (first < 0 || stream.some(({ type }) => type !== 'IDAT')) return null;
  const after = rest.slice(last + 1);
  const ancillary = [...rest.slice(0, first), ...after];
  if (!ancillary.every((chunk) => isValidAncillary(chunk, shape))) return null;
  if (!after.every(({ type }) => /^(tEXt|iTXt|tIME)$/.test(type))) return null;
  const singletons = ancillary.map(({ type }) => type).filter((type) => !/^(tEXt|iTXt)$/.test(type));
  if (new Set(singletons).size < singletons.length) return null;
  if (singletons.includes('iCCP') && singletons.includes('sRGB')) return null;
  let facts: PngFacts = {};
  for (const { type, data } of ancillary) facts = { ...facts, ...factOf(type, data) };
  const profile = ancillary.find(({ type }) => type === 'iCCP');
  const icc = profile && profileOf(profile, shape);
  if (profile && !icc) return null;
  const metadata = metadataOf(ancillary);
  const others = { ...(icc ? { icc } : {}), ...(metadata.length > 0 ? { metadata } : {}) };
  return { about: { ...shape, hasAlpha: shape.channels % 2 === 0, ...others, ...facts }, stream };
}

/** Names of the metadata in text chunks: XMP, and the raw profiles of ImageMagick. */
function metadataOf(chunks: readonly Chunk[]): string[] {
  const names = new Set<string>();
  for (const { type, data } of chunks) {
    if (!/^[it]TXt$/i.test(type)) continue;
    const keyword = latin1(data.subarray(0, 30));
    const [, raw] = /^Raw profile type (exif|xmp|iptc)\0/.exec(keyword) ?? [];
    if (keyword.startsWith('XML:com.adobe.xmp\0')) names.add('XMP');
    else if (raw) names.add(raw.toUpperCase());
  }
  return [...names];
}

/** Whether the CRC of an IDAT chunk is correct. */
export function hasValidCrc({ data, crc }: Chunk): boolean {
  return crc32(data, IDAT_CRC) === crc;
}

/** All chunks of a file; null if it is damaged. CRCs are checked except for IDAT. */
function chunksOf(bytes: Uint8Array): Chunk[] | null {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) return null;
  const file = viewOf(bytes);
  const chunks: Chunk[] = [];
  let end = SIGNATURE.length;
  for (const { type, at, length } of pngChunks(bytes)) {
    end = at + length + 4;
    if (end > bytes.length) return null;
    const crc = file.getUint32(end - 4);
    if (type !== 'IDAT' && crc32(bytes.subarray(at - 4, end - 4)) !== crc) return null;
    chunks.push({ type, data: bytes.subarray(at, at + length), at, length, crc });
  }
  return end === bytes.length ? chunks : null;
}

function shapeOf({ type, data }: Chunk): PngShape | null {
  if (type !== 'IHDR' || data.length !== 13) return null;
  const view = viewOf(data);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colour, ...others] = data.subarray(8) as unknown as [number, number, ...number[]];
  const channels = COLOUR_TYPES.indexOf(colour) + 1;
  // Compression method, filter method and interlacing must be 0.
  if (channels === 0 || (depth !== 8 && depth !== 16) || others.some((value) => value !== 0)) return null;
  if (Math.min(width, height) < 1 || Math.max(width, height) > MAX_SIDE) return null;
  return { width, height, channels, depth };
}

/** Whether an ancillary chunk is valid and changes no sample. */
function isValidAncillary({ type, data }: Chunk, { channels, depth }: PngShape): boolean {
  const view = viewOf(data);
  if (type === 'gAMA')
    return data.length === 4 && view.getUint32(0) >= 16 && view.getUint32(0) <= 625_000_000;
  if (type === 'sRGB') return data.length === 1 && data[0]! <= 3;
  if (type === 'pHYs') return data.length === 9 && data[8]! <= 1;
  if (type === 'tIME') return data.length === 7;
  if (type === 'cHRM') {
    return data.length === 32 && SRGB_CHROMATICITIES.every((value, i) => view.getUint32(i * 4) === value);
  }
  if (type === 'bKGD') {
    const offsets = channels < 3 ? [0] : [0, 2, 4];
    return data.length === offsets.length * 2 && offsets.every((at) => view.getUint16(at) < 2 ** depth);
  }
  if (type === 'iCCP') return true;
  const text = latin1(data);
  if (type === 'tEXt') return /^[^\0]{1,79}\0/.test(text);
  // An uncompressed iTXt; language tag and translated keyword end with NUL.
  return type === 'iTXt' && /^[^\0]{1,79}\0\0\0[^\0]*\0[^\0]*\0/.test(text);
}

/** The inflated profile; null unless it matches the number of channels. */
function profileOf({ data }: Chunk, { channels }: PngShape): Uint8Array | null {
  const keyword = data.indexOf(0);
  if (keyword < 1 || keyword > 79 || data[keyword + 1] !== 0) return null;
  try {
    const profile = inflateSync(data.subarray(keyword + 2), { maxOutputLength: MAX_PROFILE_BYTES });
    const space = profile.toString('latin1', 16, 20);
    const fits = space === (channels < 3 ? 'GRAY' : 'RGB ') && profile.toString('latin1', 36, 40) === 'acsp';
    return fits && profile.readUInt32BE(0) === profile.length ? new Uint8Array(profile) : null;
  } catch (error) {
    // Not a zlib stream, too long, or too short for the header of a profile.
    if (!/^(Z_|ERR_BUFFER_|ERR_OUT_OF_RANGE)/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return null;
  }
}
