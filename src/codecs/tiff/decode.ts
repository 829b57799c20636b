// Decodes TIFF block by block: strips and tiles that are uncompressed, LZW, Deflate or PackBits, in grey, RGB or
// palette colours, of any sample type and number of channels. Others are left to libvips.

import { arrayOver, bytesPerSample, type SampleArray } from '../../core/image.js';
import { canHold, decompress, isSupportedCompression } from './decompress.js';
import type { TiffDirectory } from './directory.js';
import { DamagedTiff } from './errors.js';
import type { TiffLayout } from './layout.js';
import { paletteOf } from './palette.js';
import { undoPredictor } from './predictor.js';
import { depthOf, unpack } from './unpack.js';

export interface TiffOptions {
  /** Allocates the memory of the image. */
  readonly allocate: (bytes: number) => ArrayBuffer | SharedArrayBuffer;
  /** Whether damaged or missing blocks become zeros. */
  readonly fillsDamaged: boolean;
}

export interface TiffSamples {
  readonly data: SampleArray;
  /** Whether conversion to float32 changed a value. */
  readonly rounded: boolean;
}

/** Bytes decoded between two event loop turns. */
const BYTES_PER_TURN = 4 * 2 ** 20;

const GDAL_NODATA = 42113;

/** Whether an image is decoded here. */
export function isDecoded({ colours, compression, kind, bits, channels }: TiffLayout): boolean {
  if (!isSupportedCompression(compression) || colours === 'cmyk' || colours === 'ycbcr') return false;
  return colours !== 'palette' || (kind === 'uint' && bits <= 16 && channels === 1);
}

/** The number of decoded channels: a palette gives three. */
export function decodedChannels({ colours, channels }: TiffLayout): number {
  return colours === 'palette' ? 3 : channels;
}

/**
 * Decodes an image for which `isDecoded` holds. The depth is that of `depthOf`, 8 bits for palette colours;
 * white-is-zero images are not inverted.
 * @throws DamagedTiff; UnsupportedTiff for unsupported variants of LZW and predictors.
 */
export async function decodeTiff(
  file: Uint8Array,
  tags: TiffDirectory,
  layout: TiffLayout,
  { allocate, fillsDamaged }: TiffOptions,
): Promise<TiffSamples> {
  const { width, height, channels, planar, blockWidth, blockHeight } = layout;
  const blocks = blocksOf(layout);
  if (!fillsDamaged) for (const block of blocks) checkPlace(block, layout, file);
  const palette = layout.colours === 'palette' ? paletteOf(tags, layout.bits) : null;
  const depth = palette ? 8 : depthOf(layout);
  const outChannels = decodedChannels(layout);
  const memory = allocate(width * height * outChannels * bytesPerSample(depth));
  const data = arrayOver(memory, depth);
  if (blocks.some(isSparse)) data.fill(missingValue(tags));
  let rounded = false;
  let bytesSinceYield = 0;
  const samplesPerPixel = planar ? 1 : channels;
  const stored = { kind: layout.kind, bits: layout.bits, little: tags.little };
  for (const block of blocks) {
    const bytes = await bytesOf(block, file, layout).catch((error) => {
      if (fillsDamaged && error instanceof DamagedTiff) return null;
      throw error;
    });
    if (!bytes) continue;
    const rowSamples = blockWidth * samplesPerPixel;
    const undone = undoPredictor(bytes, layout.predictor, stored, rowSamples, samplesPerPixel);
    const unpacked = unpack(
      undone.bytes,
      { ...stored, little: undone.little, raw: palette !== null },
      rowSamples,
    );
    const values = palette ? palette(unpacked.values) : unpacked.values;
    rounded ||= unpacked.rounded;
    const step = palette ? 3 : samplesPerPixel;
    const columns = Math.min(blockWidth, width - block.left);
    for (let y = 0; y < block.rows; y++) {
      const from = y * blockWidth * step;
      const to = ((block.top + y) * width + block.left) * outChannels + block.plane;
      if (step === outChannels) data.set(values.subarray(from, from + columns * step), to);
      else for (let x = 0; x < columns; x++) data[to + x * outChannels] = values[from + x]!;
    }
    bytesSinceYield += values.byteLength;
    if (bytesSinceYield < BYTES_PER_TURN) continue;
    bytesSinceYield = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { data, rounded };

  function blocksOf(of: TiffLayout): Block[] {
    const found: Block[] = [];
    let index = 0;
    for (let plane = 0; plane < (planar ? channels : 1); plane++) {
      for (let top = 0; top < height; top += blockHeight) {
        for (let left = 0; left < width; left += blockWidth) {
          const rows = Math.min(blockHeight, height - top);
          // Some old writers omit the lengths of uncompressed strips.
          const uncompressed =
            of.lengths.length === 0 && of.compression === 1 ? bytesIn(rows, of) : Number.NaN;
          const [offset = Number.NaN, length = uncompressed] = [of.offsets[index], of.lengths[index]];
          found.push({ plane, top, left, rows, offset, length });
          index++;
        }
      }
    }
    return found;
  }
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

function bytesIn(rows: number, { blockWidth, channels, planar, bits }: TiffLayout): number {
  return rows * Math.ceil((blockWidth * (planar ? 1 : channels) * bits) / 8);
}

/** A block that was never written: GDAL omits blocks without data. */
function isSparse({ offset, length }: Block): boolean {
  return offset === 0 && length === 0;
}

/** The value of samples that were never written: GDAL's nodata value, else 0. */
function missingValue(tags: TiffDirectory): number {
  const text = Buffer.from(tags.bytes(GDAL_NODATA)).toString('latin1').replace(/\0.*$/s, '');
  return Number(text) || 0;
}

/** @throws DamagedTiff for a block outside the file, or too short for its contents. */
function checkPlace(block: Block, layout: TiffLayout, file: Uint8Array): void {
  if (isSparse(block)) return;
  const { offset, length, top, left } = block;
  const place = `the part at row ${top}, column ${left}`;
  // NaN if the file does not state offset or length.
  if (!(offset + length <= file.length)) throw new DamagedTiff(`${place} is outside the file`);
  if (!canHold(layout.compression, length, bytesIn(block.rows, layout)))
    throw new DamagedTiff(`${place} is too short`);
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
  const stored = file.subarray(block.offset, block.offset + block.length);
  const length = bytesIn(block.rows, layout);
  try {
    return await decompress(
      reversedBits ? stored.map(reversed) : stored,
      compression,
      length,
      bytesIn(blockHeight, layout),
    );
  } catch (error) {
    if (!(error instanceof DamagedTiff)) throw error;
    throw new DamagedTiff(`the part at row ${block.top}, column ${block.left}: ${error.message}`);
  }
}

function reversed(byte: number): number {
  let bits = 0;
  for (let i = 0; i < 8; i++) bits = (bits << 1) | ((byte >> i) & 1);
  return bits;
}
