// File bytes → Samples, plain PNG by ourselves, all else through sharp: the stored numbers, at the stored depth, with as many channels as the
// file has. EXIF orientation is applied; an ICC profile changes no number. Knows no path and no kernel.

import type { Metadata, SharpOptions } from 'sharp';
import { ImageError } from '../errors.js';
import { byVips, loadSharp, SharpUnavailable } from '../libvips.js';
import { decodePng } from '../png/decode.js';
import { type PngFacts, pngFacts } from '../png/facts.js';
import { inspectPng } from '../png/inspect.js';
import type { Samples } from '../samples.js';
import { readByCodec } from './by-codec.js';
import { checkShape, checkSize } from './check-size.js';
import type { Layout } from './codecs/codec.js';
import { CODECS } from './codecs/list.js';
import { inSharedMemory, LARGE_PIXELS } from './raw.js';
import { decoderWords } from './reason.js';
import { recognise } from './recognise.js';
import type { InputFormat } from './signature.js';
import { readTiff, tiffPage } from './tiff.js';
import { readSamples } from './vips-samples.js';

/** How damaged a picture may be. */
export type FailOn = 'none' | 'truncated' | 'error' | 'warning';

export interface DecodeOptions {
  readonly failOn: FailOn;
  readonly limitPixels: number;
  /** Axes of an NPY array of three dimensions; default hwc. */
  readonly layout?: Layout;
  /** Told the picture's size before its samples are decoded, which wait until it is done. */
  readonly onSize?: (size: PictureSize) => void | Promise<void>;
  /** Whether large samples end up in memory that threads share; default true. */
  readonly shared?: boolean;
  /** Told that a large picture's file, of so many bytes, is no longer held. */
  readonly onLetGo?: (bytes: number) => void;
}

/** How large a picture is. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** Bytes of its samples. */
  readonly bytes: number;
}

/** The bytes of a picture file; decoding lets them go as soon as it can. */
export interface PictureFile {
  bytes: Uint8Array;
}

export interface Decoded {
  readonly format: InputFormat;
  readonly samples: Samples;
  /** Whether the file holds more than what was read: other pages, or bytes behind the picture. */
  readonly hasMore?: boolean;
  /** What was done to the picture that its owner should know, one line each. */
  readonly notes: readonly string[];
  /** The same of what holds for all pictures of a kind, so that a run need not repeat it. */
  readonly general: readonly string[];
}

/**
 * Decodes a picture file. Large samples end up in memory that threads share, unless that is not asked for.
 * @param file emptied when its bytes are no longer needed: an array that a waiting function still names would stay.
 * @param label what errors call the picture.
 * @throws ImageError for other formats, damaged files, more pixels than allowed, or sample types that are
 *   not 8-bit, 16-bit or float32.
 */
export async function decode(file: PictureFile, label: string, options: DecodeOptions): Promise<Decoded> {
  const format = recognise(file.bytes, label, options.failOn);
  const whole = await decodeWhole(file, format, label, options);
  const isForArrays = options.layout === 'chw' && format !== 'npy';
  const hints = isForArrays ? [`a layout is for NPY arrays, and this is a ${format} file`] : [];
  const decoded = { ...whole, format, notes: [...whole.notes, ...hints] };
  const { samples } = decoded;
  const bytes = file.bytes.byteLength;
  file.bytes = new Uint8Array();
  if (samples.width * samples.height < LARGE_PIXELS) return decoded;
  options.onLetGo?.(bytes);
  if (samples.data.buffer instanceof SharedArrayBuffer || options.shared === false) return decoded;
  return { ...decoded, samples: { ...samples, data: await inSharedMemory(samples.data) } };
}

/** sharp, for the image that errors call `label`. @throws ImageError where it cannot be loaded. */
async function sharpFor(label: string): ReturnType<typeof loadSharp> {
  try {
    return await loadSharp();
  } catch (cause) {
    if (!(cause instanceof SharpUnavailable)) throw cause;
    throw new ImageError({ subject: label, problem: cause.message, advice: cause.advice }, { cause });
  }
}

async function decodeWhole(
  file: PictureFile,
  format: InputFormat,
  label: string,
  options: DecodeOptions,
): Promise<Omit<Decoded, 'format'>> {
  const codec = CODECS[format];
  if (codec) return readByCodec(codec, file.bytes, label, options);
  const plain = format === 'png' ? await readPlainPng(file, label, options) : null;
  if (plain) return { samples: plain, notes: [], general: [] };
  const page = format === 'tiff' ? tiffPage(file.bytes, label) : null;
  const tiff =
    page && (await readTiff(file.bytes, page, label, options, (about) => checkShape(about, label, options)));
  if (tiff) return tiff;
  const sharp = await sharpFor(label);
  const settings: SharpOptions = { failOn: options.failOn, limitInputPixels: false, ignoreIcc: true };
  try {
    const metadata = await byVips(() => sharp(file.bytes, settings).metadata());
    checkSize(metadata, label, options.limitPixels);
    await options.onSize?.(sizeOf(metadata));
    const notes: string[] = [];
    if ((metadata.pages ?? 1) > 1) notes.push(`the first of ${metadata.pages} pages is taken`);
    const open = () =>
      sharp(file.bytes, { ...settings, ignoreIcc: metadata.space !== 'cmyk', autoOrient: true });
    if (format === 'tiff' && !page)
      throw new ImageError({ subject: label, problem: 'is damaged: its directory points outside the file' });
    const samples = await readSamples(open, metadata, page?.layout ?? null, label, notes);
    return {
      samples: { ...samples, ...factsOf(file, format, metadata) },
      notes,
      general: [],
      hasMore: (metadata.pages ?? 1) > 1,
    };
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError({ subject: label, ...decoderWords(cause) }, { cause });
  }
}

/** The samples of a plain sound PNG, read without libvips; null for any other, which libvips reads or refuses. */
async function readPlainPng({ bytes }: PictureFile, label: string, options: DecodeOptions) {
  const png = inspectPng(bytes);
  if (!png) return null;
  const { width, height } = png.shape;
  await checkShape(png.shape, label, options);
  const isLarge = width * height >= LARGE_PIXELS;
  return decodePng(png, (length) => (isLarge ? new SharedArrayBuffer(length) : new ArrayBuffer(length)));
}

/** Gamma and resolution: of a PNG as it says them, of other formats what the decoder makes of theirs. */
function factsOf(
  { bytes }: PictureFile,
  format: InputFormat,
  { density, orientation = 1 }: Metadata,
): PngFacts {
  const facts = format === 'png' ? pngFacts(bytes) : density ? { resolution: square(density) } : {};
  // From 5 on, orientations swap rows and columns.
  if (!facts.resolution || orientation < 5) return facts;
  const [x, y] = facts.resolution;
  return { ...facts, resolution: [y, x] };
}

/** Pixels per inch as pixels per metre, along both axes. */
function square(density: number): [number, number] {
  return [density / 0.0254, density / 0.0254];
}

function sizeOf({ width, height, channels, depth }: Metadata): PictureSize {
  const each = depth === 'uchar' ? 1 : depth === 'ushort' ? 2 : 4;
  return { width, height, bytes: width * height * channels * each };
}
