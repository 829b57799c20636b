// Whether a PNG is plain and sound, as far as its chunks show: whatever is the least out of the ordinary is left to a
// decoder that knows more, and has words for what is wrong. Inflates no picture.

import { inflateSync } from 'node:zlib';
import { viewOf } from '../decode/codec.js';
import { factOf, type PngFacts } from './ancillary.js';
import { crc32 } from './checksums.js';
import { SIGNATURE } from './chunks.js';
import { COLOUR_TYPES, type PngShape } from './layout.js';

/** A plain PNG: its shape, what it says of itself, and where its stream lies. */
export interface PlainPng extends PngFacts {
  readonly shape: PngShape;
  readonly icc?: Uint8Array;
  /** The data of its IDAT chunks, whose CRCs are still to be checked. */
  readonly parts: readonly Part[];
}

export interface Part {
  readonly data: Uint8Array;
  readonly crc: number;
}

/** A chunk; of an IDAT the data may be left out. */
export interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** What chunks say of a plain PNG, and those of them that hold its stream. */
export interface PlainChunks<AnyChunk extends Chunk> extends PngFacts {
  readonly shape: PngShape;
  readonly icc?: Uint8Array;
  readonly stream: readonly AnyChunk[];
}

/** Length, type and CRC of a chunk. */
export const CHUNK_FRAME = 12;
/** Profiles that are larger than this when inflated are left to others. */
const MOST_PROFILE = 4 * 2 ** 20;
/** libvips takes no longer rows and columns. */
const LONGEST_SIDE = 10_000_000;
const IDAT_TYPE = Uint8Array.from('IDAT', (letter) => letter.charCodeAt(0));
/** White and the primaries of sRGB in cHRM; others may be wrong in ways that decoders warn of. */
const SRGB_CHROMATICITIES = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000];

/** The file's parts, or null where it is not plain, or not sound. */
export function inspectPng(bytes: Uint8Array): PlainPng | null {
  const chunks = chunksOf(bytes);
  const plain = chunks && plainOf(chunks);
  if (!plain) return null;
  const { stream, ...about } = plain;
  return { ...about, parts: stream };
}

/** What the chunks of a file say, all of them and in their order; null where it is not plain, or not sound. */
export function plainOf<AnyChunk extends Chunk>(chunks: readonly AnyChunk[]): PlainChunks<AnyChunk> | null {
  const [header, ...rest] = chunks;
  const shape = header && shapeOf(header);
  const end = rest.pop();
  if (!shape || end?.type !== 'IEND' || end.data.length > 0) return null;
  const first = rest.findIndex(({ type }) => type === 'IDAT');
  const last = rest.findLastIndex(({ type }) => type === 'IDAT');
  const stream = rest.slice(first, last + 1);
  if (first < 0 || stream.some(({ type }) => type !== 'IDAT')) return null;
  const before = rest.slice(0, first);
  const behind = rest.slice(last + 1);
  if (![...before, ...behind].every((chunk) => isSound(chunk, shape))) return null;
  if (!behind.every(({ type }) => /^(tEXt|iTXt|tIME)$/.test(type))) return null;
  const single = [...before, ...behind].map(({ type }) => type).filter((type) => !/^(tEXt|iTXt)$/.test(type));
  if (new Set(single).size < single.length || (single.includes('iCCP') && single.includes('sRGB')))
    return null;
  let facts: PngFacts = {};
  for (const { type, data } of before) facts = { ...facts, ...factOf(type, viewOf(data), 0, data.length) };
  const profile = before.find(({ type }) => type === 'iCCP');
  const icc = profile && profileOf(profile, shape);
  if (profile && !icc) return null;
  const metadata = metadataOf([...before, ...behind]);
  return { shape, stream, ...(icc ? { icc } : {}), ...(metadata.length > 0 ? { metadata } : {}), ...facts };
}

/** Names of the metadata in texts: XMP, and what ImageMagick writes as raw profiles. */
function metadataOf(chunks: readonly Chunk[]): string[] {
  const names = new Set<string>();
  for (const { type, data } of chunks) {
    if (!/^[it]TXt$/i.test(type)) continue;
    const keyword = Buffer.from(data.subarray(0, 30)).toString('latin1');
    const [, raw] = /^Raw profile type (exif|xmp|iptc)\0/.exec(keyword) ?? [];
    if (keyword.startsWith('XML:com.adobe.xmp\0')) names.add('XMP');
    else if (raw) names.add(raw.toUpperCase());
  }
  return [...names];
}

/** Whether the data of an IDAT chunk are what its CRC says. */
export function isWhole({ data, crc }: Part): boolean {
  return crc32(data, idatCrc()) === crc;
}

/** The CRC of an IDAT chunk's type, from which that of its data goes on. */
function idatCrc(): number {
  typeCrc ??= crc32(IDAT_TYPE);
  return typeCrc;
}

let typeCrc: number | undefined;

/** All chunks from the signature to the end of the file. The CRC is checked of those that are no IDAT. */
function chunksOf(bytes: Uint8Array): (Chunk & Part)[] | null {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) return null;
  const file = viewOf(bytes);
  const chunks: (Chunk & Part)[] = [];
  let at = SIGNATURE.length;
  while (at + CHUNK_FRAME <= bytes.length) {
    const length = file.getUint32(at);
    const next = at + CHUNK_FRAME + length;
    if (next > bytes.length) return null;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const crc = file.getUint32(next - 4);
    if (type !== 'IDAT' && crc32(bytes.subarray(at + 4, next - 4)) !== crc) return null;
    const data = bytes.subarray(at + 8, next - 4);
    chunks.push({ type, data, crc });
    at = next;
  }
  return at === bytes.length ? chunks : null;
}

function shapeOf({ type, data }: Chunk): PngShape | null {
  if (type !== 'IHDR' || data.length !== 13) return null;
  const view = viewOf(data);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colour, ...others] = data.subarray(8) as unknown as [number, number, ...number[]];
  const channels = COLOUR_TYPES.indexOf(colour) + 1;
  // Deflate, the five filters, no interlacing.
  if (channels === 0 || (depth !== 8 && depth !== 16) || others.some((value) => value !== 0)) return null;
  if (Math.min(width, height) < 1 || Math.max(width, height) > LONGEST_SIDE) return null;
  return { width, height, channels, depth };
}

/** Whether a chunk beside the picture is one that changes no sample, and as it should be. */
function isSound({ type, data }: Chunk, { channels, depth }: PngShape): boolean {
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
    const values = channels < 3 ? 1 : 3;
    if (data.length !== values * 2) return false;
    return Array.from({ length: values }, (_, i) => view.getUint16(i * 2)).every((v) => v < 2 ** depth);
  }
  if (type === 'iCCP') return true;
  const keyword = data.indexOf(0);
  if (type === 'tEXt') return keyword >= 1 && keyword <= 79;
  // Not deflated; the language and the translated keyword end in a NUL each.
  return (
    type === 'iTXt' &&
    keyword >= 1 &&
    keyword <= 79 &&
    data[keyword + 1] === 0 &&
    data[keyword + 2] === 0 &&
    data.indexOf(0, data.indexOf(0, keyword + 3) + 1) > keyword + 3 &&
    data.indexOf(0, keyword + 3) >= 0
  );
}

/** The inflated profile, where it is one for as many channels. */
function profileOf({ data }: Chunk, { channels }: PngShape): Uint8Array | null {
  const keyword = data.indexOf(0);
  if (keyword < 1 || keyword > 79 || data[keyword + 1] !== 0) return null;
  try {
    const profile = inflateSync(data.subarray(keyword + 2), { maxOutputLength: MOST_PROFILE });
    const space = profile.toString('latin1', 16, 20);
    const fits = space === (channels < 3 ? 'GRAY' : 'RGB ') && profile.toString('latin1', 36, 40) === 'acsp';
    return fits && profile.readUInt32BE(0) === profile.length ? new Uint8Array(profile) : null;
  } catch {
    return null;
  }
}
