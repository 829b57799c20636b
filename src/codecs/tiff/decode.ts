// Decodes TIFF block by block: strips and tiles that are uncompressed, LZW, Deflate or PackBits, in grey, RGB or
// palette colours, of any sample type and number of channels. Others are left to libvips.

import type { SampleArray } from '../../core/image.js';
import { insideOr, latin1 } from '../decode/codec.js';
import { type DecodeOptions, imageArray } from '../decode/decode-options.js';
import { canHold, decompress, isSupportedCompression } from './decompress.js';
import type { PartOf, TiffDirectory } from './directory.js';
import { DamagedTiff } from './errors.js';
import type { TiffLayout } from './layout.js';
import { undoPredictor } from './predictor.js';
import { depthOf, unpack } from './unpack.js';

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
 * @returns the samples, and whether conversion to float32 changed a value.
 * @throws DamagedTiff; UnsupportedTiff for unsupported variants of LZW and predictors.
 */
export async function decodeTiff(
  file: Uint8Array,
  layout: TiffLayout,
  options: DecodeOptions,
  partOf: PartOf,
): Promise<{ readonly data: SampleArray; readonly rounded: boolean }> {
  const { width, blockWidth, blockChannels } = layout;
  // Damaged or missing blocks become zeros.
  const fillsDamaged = options.failOn === 'none';
  const blocks = blocksOf(layout);
  if (!fillsDamaged) for (const block of blocks) checkPlace(block, layout, file);
  const palette = layout.colours === 'palette' ? paletteOf(layout) : null;
  const shape = decodedShape(layout);
  const data = imageArray(shape, options);
  if (blocks.some(isSparse)) data.fill(partOf('nodata value', () => missingValue(layout.tags)) ?? 0);
  let rounded = false;
  let bytesSinceYield = 0;
  const step = palette ? 3 : blockChannels;
  for (const block of blocks) {
    const bytes = await bytesOf(block, file, layout).catch((error) => {
      if (fillsDamaged && error instanceof DamagedTiff) return null;
      throw error;
    });
    if (!bytes) continue;
    const unpacked = unpack(undoPredictor(bytes, layout), layout);
    const values = palette ? palette(unpacked.values) : unpacked.values;
    rounded ||= unpacked.rounded;
    const columns = Math.min(blockWidth, width - block.left);
    for (let y = 0; y < block.rows; y++) {
      const from = y * blockWidth * step;
      const to = ((block.top + y) * width + block.left) * shape.channels + block.plane;
      if (step === shape.channels) {
        data.set(values.subarray(from, from + columns * step), to);
      } else {
        for (let x = 0; x < columns; x++) data[to + x * shape.channels] = values[from + x]!;
      }
    }
    bytesSinceYield += values.byteLength;
    if (bytesSinceYield < BYTES_PER_TURN) continue;
    bytesSinceYield = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
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

/** The value of samples that were never written: GDAL's nodata value, else 0. */
function missingValue(tags: TiffDirectory): number {
  return Number(latin1(tags.bytes(GDAL_NODATA)).replace(/\0.*$/s, '')) || 0;
}

/** @throws DamagedTiff for a block outside the file, or too short for its contents. */
function checkPlace(block: Block, layout: TiffLayout, file: Uint8Array): void {
  if (isSparse(block)) return;
  const { offset, length, rows } = block;
  // NaN if the file does not state offset or length.
  if (!(offset + length <= file.length)) throw damagedBlock(block, ' is outside the file');
  if (!canHold(layout.compression, length, bytesIn(rows, layout))) throw damagedBlock(block, ' is too short');
}

function damagedBlock({ top, left }: Block, fault: string): DamagedTiff {
  const remedy = 'with zeros for the damaged parts';
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
