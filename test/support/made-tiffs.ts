// TIFF files built by hand: either byte order, strips or tiles, planes, packed or not, several pages, BigTIFF. Source:
// TIFF revision 6.0, Adobe 1992; BigTIFF as in libtiff.

import { deflateSync } from 'node:zlib';

export interface MadeTiff {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bits: 8 | 16 | 32;
  /** Samples are float32. */
  readonly float?: boolean;
  readonly numbers: ArrayLike<number>;
  /** 1 grey, 2 RGB, 5 CMYK. */
  readonly photometric: number;
  /** ExtraSamples: 0 unknown, 1 premultiplied alpha, 2 alpha. */
  readonly extras?: readonly number[];
  readonly compression?: 'none' | 'lzw' | 'deflate';
  /** Tiles of this many pixels each way instead of strips. */
  readonly tile?: number;
  readonly rowsPerStrip?: number;
  /** Every channel in planes of its own. */
  readonly planes?: boolean;
  readonly orientation?: number;
  readonly icc?: Uint8Array;
  /** Indices of blocks that are never written: offset and length are 0. */
  readonly sparse?: readonly number[];
  /** More tags, above all others. */
  readonly more?: readonly Entry[];
}

export interface TiffLayout {
  readonly bigEndian?: boolean;
  readonly bigTiff?: boolean;
}

type Entry = readonly [tag: number, type: number, values: readonly number[]];
const COMPRESSIONS = { none: 1, lzw: 5, deflate: 8 };
const TYPE_BYTES: Record<number, number> = { 2: 1, 3: 2, 4: 4, 7: 1 };

/** A file of these pages. */
export function madeTiff(pages: MadeTiff | readonly MadeTiff[], layout: TiffLayout = {}): Buffer {
  const { bigEndian = false, bigTiff = false } = layout;
  const integer = (value: number, bytes: number) => {
    const buffer = Buffer.alloc(bytes);
    if (bigEndian) buffer.writeUIntBE(value, Math.max(0, bytes - 6), Math.min(6, bytes));
    else buffer.writeUIntLE(value, 0, Math.min(6, bytes));
    return buffer;
  };
  const word = bigTiff ? 8 : 4;
  const parts: Buffer[] = [Buffer.alloc(bigTiff ? 16 : 8)];
  let length = parts[0]!.length;
  const append = (bytes: Buffer) => {
    const at = length;
    const padded = Buffer.concat([bytes, Buffer.alloc(-bytes.length & 15)]);
    parts.push(padded);
    length += padded.length;
    return at;
  };
  let link = { part: 0, at: bigTiff ? 8 : 4 };
  const head = Buffer.from(bigEndian ? 'MM' : 'II');
  parts[0] = Buffer.concat([
    head,
    integer(bigTiff ? 43 : 42, 2),
    ...(bigTiff ? [integer(8, 2), integer(0, 2)] : []),
    Buffer.alloc(word),
  ]);
  for (const page of Array.isArray(pages) ? (pages as readonly MadeTiff[]) : [pages as MadeTiff]) {
    const blocks = blocksOf(page, bigEndian);
    const isWritten = (_: Buffer, i: number) => !page.sparse?.includes(i);
    const entries = entriesOf(
      page,
      blocks.map((block, i) => (isWritten(block, i) ? append(block) : 0)),
      blocks.map((block, i) => (isWritten(block, i) ? block.length : 0)),
    );
    const body = entries.map(([tag, type, values]) => {
      const bytes = Buffer.concat(values.map((value) => integer(value, TYPE_BYTES[type]!)));
      const value =
        bytes.length > word
          ? integer(append(bytes), word)
          : Buffer.concat([bytes, Buffer.alloc(word - bytes.length)]);
      return Buffer.concat([integer(tag, 2), integer(type, 2), integer(values.length, word), value]);
    });
    const directory = Buffer.concat([integer(entries.length, bigTiff ? 8 : 2), ...body, Buffer.alloc(word)]);
    integer(length, word).copy(parts[link.part]!, link.at);
    link = { part: parts.length, at: directory.length - word };
    append(directory);
  }
  return Buffer.concat(parts);
}

function entriesOf(page: MadeTiff, offsets: number[], lengths: number[]): Entry[] {
  const { width, height, channels, bits, photometric, extras, tile, rowsPerStrip = height } = page;
  const all: Entry[] = [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, Array(channels).fill(bits)],
    [259, 3, [COMPRESSIONS[page.compression ?? 'none']]],
    [262, 3, [photometric]],
    ...(tile ? [] : [[273, 4, offsets] as Entry]),
    ...(page.orientation ? [[274, 3, [page.orientation]] as Entry] : []),
    [277, 3, [channels]],
    ...(tile
      ? []
      : ([
          [278, 4, [rowsPerStrip]],
          [279, 4, lengths],
        ] as Entry[])),
    [284, 3, [page.planes ? 2 : 1]],
    ...(tile
      ? ([
          [322, 4, [tile]],
          [323, 4, [tile]],
          [324, 4, offsets],
          [325, 4, lengths],
        ] as Entry[])
      : []),
    ...(extras ? [[338, 3, extras] as Entry] : []),
    [339, 3, Array(channels).fill(page.float ? 3 : 1)],
    ...(page.icc ? [[34675, 7, [...page.icc]] as Entry] : []),
    ...(page.more ?? []),
  ];
  return all;
}

/** Strips or tiles, plane by plane on request; tiles are padded with zeros. */
function blocksOf(page: MadeTiff, bigEndian: boolean): Buffer[] {
  const { width, height, channels, tile, rowsPerStrip = height, planes = false, numbers } = page;
  const [blockWidth, blockHeight] = tile ? [tile, tile] : [width, rowsPerStrip];
  const blocks: Buffer[] = [];
  for (let plane = 0; plane < (planes ? channels : 1); plane++) {
    const wanted = planes ? [plane] : Array.from({ length: channels }, (_, c) => c);
    for (let top = 0; top < height; top += blockHeight) {
      for (let left = 0; left < width; left += blockWidth) {
        const samples: number[] = [];
        for (let y = top; y < top + blockHeight && (tile || y < height); y++) {
          for (let x = left; x < left + blockWidth; x++) {
            for (const c of wanted)
              samples.push(x < width && y < height ? numbers[(y * width + x) * channels + c]! : 0);
          }
        }
        blocks.push(squeezed(bytesOf(samples, page, bigEndian), page.compression ?? 'none'));
      }
    }
  }
  return blocks;
}

function bytesOf(samples: readonly number[], { bits, float }: MadeTiff, bigEndian: boolean): Buffer {
  if (bits === 8) return Buffer.from(samples);
  const bytes = Buffer.alloc((samples.length * bits) / 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  samples.forEach((value, i) => {
    if (float) view.setFloat32(i * 4, value, !bigEndian);
    else if (bits === 16) view.setUint16(i * 2, value, !bigEndian);
    else view.setUint32(i * 4, value, !bigEndian);
  });
  return bytes;
}

function squeezed(bytes: Buffer, compression: keyof typeof COMPRESSIONS): Buffer {
  if (compression === 'deflate') return deflateSync(bytes);
  if (compression === 'none') return bytes;
  // LZW that never learns a word: the table is cleared before codes would need a tenth bit.
  const codes = [...bytes].flatMap((byte, i) => (i % 200 === 0 ? [256, byte] : [byte]));
  const bits = [...codes, 257].map((code) => code.toString(2).padStart(9, '0')).join('');
  return Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}
