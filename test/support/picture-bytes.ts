// Splits and rebuilds pictures byte by byte: PNG chunks, JPEG segments, TIFF directories. Independent of convtool's own
// readers.

import sharp from 'sharp';

/** A PNG of 8-bit RGB with no two neighbours alike. */
export async function smallPng(width: number, height: number): Promise<Buffer> {
  const samples = new Uint8Array(width * height * 3);
  for (let i = 0; i < samples.length; i++) samples[i] = i * 97;
  return sharp(samples, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

export function cut(bytes: Buffer, length: number): Buffer {
  return bytes.subarray(0, Math.floor(length));
}

export function patched(bytes: Buffer, at: number, values: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(values, at);
  return copy;
}

export function flip(bytes: Buffer, at: number): Buffer {
  return patched(bytes, at, [bytes[at]! ^ 0x10]);
}

export function zeroed(bytes: Buffer, at: number, length: number): Buffer {
  return patched(bytes, at, Array(Math.min(length, bytes.length - at)).fill(0));
}

export interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

export function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data });
  }
  return chunks;
}

export function pngOf(chunks: readonly Chunk[]): Buffer {
  const parts = chunks.map(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    return Buffer.concat([bigEndian(data.length), body, bigEndian(crc32(body))]);
  });
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

export function ihdr(width: number, height: number, bits = 8): Buffer {
  return Buffer.concat([bigEndian(width), bigEndian(height), Buffer.from([bits, 2, 0, 0, 0])]);
}

export function idatLength(png: Buffer): number {
  return png.readUInt32BE(png.indexOf('IDAT') - 4);
}

export function spoilt({ type, data }: Chunk): Chunk {
  return type === 'IDAT' ? { type, data: zeroed(data, data.length >> 1, 200) } : { type, data };
}

/** The picture as the first frame of an animation that claims the given number of frames. */
export function apng(png: Buffer, frames = 1): Buffer {
  const size = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const [begin, ...rest] = chunksOf(png);
  const animation = { type: 'acTL', data: Buffer.concat([frames, 0].map(bigEndian)) };
  const numbers = [0, ...size, 0, 0].map(bigEndian);
  const frame = { type: 'fcTL', data: Buffer.concat([...numbers, Buffer.from([0, 1, 0, 10, 0, 0])]) };
  return pngOf([begin!, animation, frame, ...rest]);
}

export function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** The table of CRC-32: the remainder of each byte. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ REMAINDERS[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

/** The JPEG without its segments of one marker. */
export function without(jpeg: Buffer, marker: number): Buffer {
  const parts = [jpeg.subarray(0, 2)];
  let at = 2;
  while (jpeg[at + 1] !== 0xda) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (jpeg[at + 1] !== marker) parts.push(jpeg.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...parts, jpeg.subarray(at)]);
}

export function jpegSize(jpeg: Buffer, width: number, height: number): Buffer {
  const at = jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5;
  return patched(jpeg, at, [height >> 8, height & 255, width >> 8, width & 255]);
}

export function gifSize(gif: Buffer, width: number, height: number): Buffer {
  const size = [width & 255, width >> 8, height & 255, height >> 8];
  const frame = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, ...gif.subarray(6, 10)]));
  return patched(patched(gif, 6, size), frame + 5, size);
}

export interface TiffFields {
  width?: number;
  height?: number;
  bits?: number;
  bands?: number;
  /** SampleFormat: 1 unsigned, 2 signed, 3 float, 6 complex float. */
  kind?: number;
  compression?: number;
  photometric?: number;
  offset?: number;
  /** The offset of the next directory as stored. */
  next?: number;
}

/** An uncompressed TIFF of 8 × 4 zeros, unless its fields say otherwise. */
export function tiff(fields: TiffFields): Buffer {
  const { width = 8, height = 4, bits = 8, bands = 1, kind = 1, compression = 1, next = 0 } = fields;
  const samples = Buffer.alloc(8 * 4 * bands * (bits / 8));
  const lists = 8 + 2 + 10 * 12 + 4;
  const start = lists + bands * 4;
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, bands, bands > 2 ? lists : bits],
    [259, 3, 1, compression],
    [262, 3, 1, fields.photometric ?? 1],
    [273, 4, 1, fields.offset ?? start],
    [277, 3, 1, bands],
    [278, 4, 1, height],
    [279, 4, 1, samples.length],
    [339, 3, bands, bands > 2 ? lists + bands * 2 : kind],
  ];
  const bytes = Buffer.alloc(start);
  bytes.write('II*\0\x08\0\0\0\x0a\0', 'latin1');
  entries.forEach(([tag, type, count, value], i) => {
    const at = 10 + i * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  });
  bytes.writeUInt32LE(next, lists - 4);
  for (let i = 0; i < bands; i++) {
    bytes.writeUInt16LE(bits, lists + i * 2);
    bytes.writeUInt16LE(kind, lists + bands * 2 + i * 2);
  }
  return Buffer.concat([bytes, samples]);
}

/** libvips' own format: a header of 64 bytes, then plain samples. */
export function vips(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(64 + width * height);
  [0x08f2a6b6, width, height, 1, 0, 0, 0, 1].forEach((value, i) => void bytes.writeUInt32LE(value, i * 4));
  return bytes;
}
