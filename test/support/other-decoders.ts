// Reads files with decoders other than convtool's: fast-png, pngjs, utif2, npyjs, and by hand. Each returns the samples
// and shares no code with the encoder of the file.

import { inflateSync } from 'node:zlib';
import { decode as fastPng } from 'fast-png';
import { parse as parseNpy } from 'npyjs';
import { PNG } from 'pngjs';
import UTIF from 'utif2';
import type { Depth } from '../../dist/index.js';
import { chunksOf } from './picture-bytes.js';

export interface Found {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: Depth;
  readonly data: ArrayLike<number>;
}

export function byFastPng(bytes: Uint8Array): Found {
  const { width, height, channels, depth, data } = fastPng(bytes, { checkCrc: true });
  return { width, height, channels, depth: depth as 8 | 16, data };
}

/** pngjs spreads every picture over RGBA; this is the picture spread likewise. */
export function byPngjs(bytes: Buffer): Omit<Found, 'channels' | 'depth'> {
  const { width, height, data } = PNG.sync.read(bytes, { skipRescale: true });
  return { width, height, data };
}

export function spreadOverRgba({ data, channels, depth }: Omit<Found, 'width' | 'height'>): number[] {
  const out: number[] = [];
  for (let i = 0; i < data.length; i += channels) {
    const at = (c: number) => data[i + c]!;
    out.push(...(channels < 3 ? [at(0), at(0), at(0)] : [at(0), at(1), at(2)]));
    out.push(channels % 2 === 0 ? at(channels - 1) : depth === 16 ? 65535 : 255);
  }
  return out;
}

/** The profile of a PNG, by hand. */
export function pngProfile(bytes: Buffer): Buffer | undefined {
  const data = chunksOf(bytes).find(({ type }) => type === 'iCCP')?.data;
  return data && inflateSync(data.subarray(data.indexOf(0) + 2));
}

/** The profile of a JPEG that fits one segment, by hand. */
export function jpegProfile(bytes: Buffer): Buffer | undefined {
  const at = bytes.indexOf('ICC_PROFILE\0\x01\x01', 0, 'latin1');
  return at < 0 ? undefined : bytes.subarray(at + 14, at - 2 + bytes.readUInt16BE(at - 2));
}

/** The payload of a WebP's chunk, by hand. */
export function webpChunk(bytes: Buffer, name: string): Buffer | undefined {
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.toString('latin1', at, at + 4) === name) return bytes.subarray(at + 8, at + 8 + length);
    at += 8 + length + (length & 1);
  }
  return undefined;
}

const TYPE_BYTES: Record<number, number> = { 1: 1, 3: 2, 4: 4, 5: 8, 7: 1 };

/** The fields of the only directory of a little-endian TIFF, by hand: tag → numbers, in ascending order. */
export function tiffFields(bytes: Buffer): Map<number, number[]> {
  if (bytes.toString('latin1', 0, 4) !== 'II*\0') throw new Error('not a little-endian TIFF');
  const start = bytes.readUInt32LE(4);
  const count = bytes.readUInt16LE(start);
  const fields = new Map<number, number[]>();
  let last = 0;
  for (let at = start + 2; at < start + 2 + count * 12; at += 12) {
    const [tag, type, length] = [
      bytes.readUInt16LE(at),
      bytes.readUInt16LE(at + 2),
      bytes.readUInt32LE(at + 4),
    ];
    const size = TYPE_BYTES[type];
    if (size === undefined || tag <= last) throw new Error(`tag ${tag} of type ${type} behind tag ${last}`);
    last = tag;
    const behind = size * length > 4;
    const from = behind ? bytes.readUInt32LE(at + 8) : at + 8;
    if (behind && from % 2 !== 0) throw new Error(`the values of tag ${tag} begin at an odd byte`);
    const word = Math.min(size, 4);
    fields.set(
      tag,
      Array.from({ length: (size / word) * length }, (_, i) => bytes.readUIntLE(from + i * word, word)),
    );
  }
  if (bytes.readUInt32LE(start + 2 + count * 12) !== 0) throw new Error('a second directory');
  return fields;
}

/** The samples as the strips of those fields say. */
export function byTiffFields(bytes: Buffer): Buffer {
  const fields = tiffFields(bytes);
  const lengths = fields.get(279)!;
  return Buffer.concat(fields.get(273)!.map((at, i) => bytes.subarray(at, at + lengths[i]!)));
}

/** Bytes of samples of any depth, little-endian. */
export function byUtif(bytes: Buffer): { width: number; height: number; data: Buffer } {
  const [page, ...others] = UTIF.decode(bytes);
  if (!page || others.length > 0) throw new Error(`${others.length + 1} pages`);
  UTIF.decodeImage(bytes, page);
  return { width: page.width, height: page.height, data: Buffer.from(page.data) };
}

export function byNpyjs(bytes: Uint8Array): { shape: number[]; data: Float32Array } {
  const { data, shape, dtype, fortranOrder } = parseNpy(Uint8Array.from(bytes).buffer);
  if (dtype !== 'f4' || fortranOrder) throw new Error(`${dtype}, fortran order ${fortranOrder}`);
  return { shape, data: data as Float32Array };
}
