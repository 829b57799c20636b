// Decodes TIFF block by block: strips and tiles that are uncompressed, LZW, Deflate or PackBits, in grey, RGB or
// palette colours, of any sample type and number of channels. Others are left to libvips.

import { arrayOf, fullScale, type SampleArray } from '../../core/image.js';
import { insideOr, latin1 } from '../decode/codec.js';
import { type DecodeOptions, imageArray } from '../decode/decode-options.js';
import { canHold, decompress, isSupportedCompression } from './decompress.js';
import type { PartOf } from './directory.js';
import { DamagedTiff } from './errors.js';
import type { TiffLayout } from './layout.js';
import { undoPredictor } from './predictor.js';
import { depthOf, isScaled, unpack } from './unpack.js';

/** Bytes decoded between two event loop turns. */
const BYTES_PER_TURN = 4 * 2 ** 20;

const COLOR_MAP = 320;
const GDAL_NODATA = 42113;

/** Whether an image is decoded here. */
export function isDecoded({ colours, compression, kind, bits, channels }: TiffLayout): boolean {
  if (!isSupportedCompression(compression) || colours === 'cmyk' || colours === 'ycbcr') return false;
  return colours !== 'palette' || (kind === 'uint' && bits <= 16 && channels === 1);
}

/** The shape of the decoded image, not yet turned. A palette gives three channels of 8 bits. */
export function decodedShape(layout: TiffLayout) {
  const { width, height, channels, hasAlpha } = layout;
  if (layout.colours === 'palette') return { width, height, channels: 3, depth: 8, hasAlpha } as const;
  return { width, height, channels, depth: depthOf(layout), hasAlpha };
}

/**
 * Decodes an image for which `isDecoded` holds, to the shape of `decodedShape`. White-is-zero images are not inverted.
 * @param partOf reads the nodata value.
 * @param notes receives how many blocks are damaged, where that is allowed: they are read as stored zeros.
 * @returns the samples, and whether conversion to float32 changed a value.
 * @throws DamagedTiff; UnsupportedTiff for unsupported variants of LZW and predictors.
 */
export async function decodeTiff(
  file: Uint8Array,
  layout: TiffLayout,
  options: DecodeOptions,
  partOf: PartOf,
  notes: string[],
): Promise<{ readonly data: SampleArray; readonly rounded: boolean }> {
  const { width, blockWidth, blockChannels } = layout;
  const { failOn } = options;
  const blocks = blocksOf(layout);
  const tolerates = (block: Block) => failOn === 'none' || (failOn === 'truncated' && isInside(block, file));
  for (const block of blocks) if (!tolerates(block)) checkPlace(block, layout, file);
  const palette = layout.colours === 'palette' ? paletteOf(layout) : null;
  const shape = decodedShape(layout);
  const data = imageArray(shape, options);
  const nodata = blocks.some(isSparse) ? (partOf('nodata value', () => nodataValue(layout)) ?? 0) : 0;
  const toColours = (values: SampleArray) => (palette ? palette(values) : values);
  const pixelOf = (stored: number) => toColours(storedPixel(stored, layout));
  let damaged = 0;
  let rounded = false;
  let bytesSinceYield = 0;
  const step = palette ? 3 : blockChannels;
  for (const block of blocks) {
    const bytes = await bytesOf(block, file, layout).catch((error) => {
      if (!(error instanceof DamagedTiff) || !tolerates(block)) throw error;
      damaged++;
      return null;
    });
    const unpacked = bytes && unpack(undoPredictor(bytes, layout), layout);
    rounded ||= unpacked?.rounded ?? false;
    // A block without bytes consists of copies of one pixel.
    const values = unpacked ? toColours(unpacked.values) : pixelOf(isSparse(block) ? nodata : 0);
    const [pitch, next] = unpacked ? [blockWidth * step, step] : [0, 0];
    const columns = Math.min(blockWidth, width - block.left);
    for (let y = 0; y < block.rows; y++) {
      const from = y * pitch;
      const to = ((block.top + y) * width + block.left) * shape.channels + block.plane;
      if (next === shape.channels) {
        data.set(values.subarray(from, from + columns * step), to);
        continue;
      }
      for (let x = 0; x < columns; x++)
        for (let c = 0; c < step; c++) data[to + x * shape.channels + c] = values[from + x * next + c]!;
    }
    bytesSinceYield += block.rows * columns * step * data.BYTES_PER_ELEMENT;
    if (bytesSinceYield < BYTES_PER_TURN) continue;
    bytesSinceYield = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (damaged > 0)
    notes.push(`strips or tiles that are damaged, and read as stored zeros: ${damaged} of ${blocks.length}`);
  return { data, rounded };
}

interface Block {
  readonly plane: number;
  readonly top: number;
  readonly left: number;
  /** Number of rows within the image. */
  readonly rows: number;
  readonly offset: number;
  readonly length: number;
}

function blocksOf(layout: TiffLayout): Block[] {
  const { width, height, channels, planar, blockWidth, blockHeight, offsets, lengths } = layout;
  // Some old writers omit the lengths of uncompressed strips.
  const isUnstated = lengths.length === 0 && layout.compression === 1;
  const blocks: Block[] = [];
  for (let plane = 0; plane < (planar ? channels : 1); plane++) {
    for (let top = 0; top < height; top += blockHeight) {
      for (let left = 0; left < width; left += blockWidth) {
        const rows = Math.min(blockHeight, height - top);
        const offset = offsets[blocks.length] ?? Number.NaN;
        const length = lengths[blocks.length] ?? (isUnstated ? bytesIn(rows, layout) : Number.NaN);
        blocks.push({ plane, top, left, rows, offset, length });
      }
    }
  }
  return blocks;
}

function bytesIn(rows: number, { blockWidth, blockChannels, bits }: TiffLayout): number {
  return rows * Math.ceil((blockWidth * blockChannels * bits) / 8);
}

/** A block that was never written: GDAL omits blocks without data. */
function isSparse({ offset, length }: Block): boolean {
  return offset === 0 && length === 0;
}

/**
 * The stored value of samples that were never written: GDAL's nodata value, in the range of the samples, else 0.
 * Source: GDAL, GTiff driver.
 */
function nodataValue({ tags, kind, bits }: TiffLayout): number {
  const text = latin1(tags.bytes(GDAL_NODATA)).replace(/\0.*$/s, '').trim();
  if (kind === 'float' && /^[-+]?nan/i.test(text)) return Number.NaN;
  if (kind === 'float') return Number(text.replace(/inf(inity)?$/i, 'Infinity')) || 0;
  const [least, most] = kind === 'int' ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  return Math.round(Math.min(most, Math.max(least, Number(text) || 0)));
}

/** One pixel of a block, in which each stored number is the same. */
function storedPixel(stored: number, layout: TiffLayout): SampleArray {
  const depth = depthOf(layout);
  const scaled = isScaled(layout) ? Math.round((stored * fullScale(depth)) / (2 ** layout.bits - 1)) : stored;
  return arrayOf(depth, layout.blockChannels).fill(scaled);
}

/** Whether a block is in the file. Offset and length are NaN where the file does not state them. */
function isInside({ offset, length }: Block, file: Uint8Array): boolean {
  return offset + length <= file.length;
}

/** @throws DamagedTiff for a block outside the file, or too short for its contents. */
function checkPlace(block: Block, layout: TiffLayout, file: Uint8Array): void {
  if (isSparse(block)) return;
  const { length, rows } = block;
  if (!isInside(block, file)) throw damagedBlock(block, ' is outside the file');
  if (!canHold(layout.compression, length, bytesIn(rows, layout))) throw damagedBlock(block, ' is too short');
}

function damagedBlock({ top, left }: Block, fault: string): DamagedTiff {
  const remedy = 'with stored zeros for the damaged parts';
  return new DamagedTiff(`the part at row ${top}, column ${left}${fault}`, remedy);
}

/** The decompressed bytes of a block; null if it is sparse. @throws DamagedTiff. */
async function bytesOf(
  block: Block,
  file: Uint8Array,
  layout: TiffLayout,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (isSparse(block)) return null;
  checkPlace(block, layout, file);
  const { compression, reversedBits, blockHeight } = layout;
  const part = file.subarray(block.offset, block.offset + block.length);
  const stored = reversedBits ? part.map(reversed) : part;
  const length = bytesIn(block.rows, layout);
  try {
    const bytes = await decompress(stored, compression, bytesIn(blockHeight, layout));
    if (bytes.length < length) throw new DamagedTiff(`${bytes.length} of ${length} bytes`);
    return bytes.subarray(0, length);
  } catch (error) {
    if (!(error instanceof DamagedTiff)) throw error;
    throw damagedBlock(block, `: ${error.message}`);
  }
}

function reversed(byte: number): number {
  let bits = 0;
  for (let i = 0; i < 8; i++) bits = (bits << 1) | ((byte >> i) & 1);
  return bits;
}

/** Reads the palette. @returns a function from indices to colours. @throws DamagedTiff if it is too short. */
function paletteOf({ tags, bits }: TiffLayout): (indices: SampleArray) => Uint8Array {
  const map = insideOr(() => tags.numbers(COLOR_MAP), []);
  const size = 2 ** bits;
  if (map.length < 3 * size) throw new DamagedTiff(`its palette has ${map.length} of ${3 * size} numbers`);
  // Some writers store 8-bit values.
  const shift = map.every((value) => value < 256) ? 0 : 8;
  const [red, green, blue] = [0, 1, 2].map((c) =>
    Uint8Array.from(map.slice(c * size, (c + 1) * size), (value) => value >> shift),
  );
  return (indices) => {
    const colours = new Uint8Array(3 * indices.length);
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      colours[3 * i] = red![index]!;
      colours[3 * i + 1] = green![index]!;
      colours[3 * i + 2] = blue![index]!;
    }
    return colours;
  };
}
