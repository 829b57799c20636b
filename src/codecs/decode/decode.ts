// File bytes → Samples, plain PNG by ourselves, all else through sharp: the stored numbers, at the stored depth, with as many channels as the
// file has. EXIF orientation is applied; an ICC profile changes no number. Knows no path and no kernel.

import type { Metadata, SharpOptions } from 'sharp';
import { ImageError } from '../../core/errors.js';
import type { Samples } from '../../core/image.js';
import { type RepairedJpeg, repairJpeg } from '../jpeg/flaws.js';
import { type PngFacts, pngFacts } from '../png/ancillary.js';
import { decodePng } from '../png/decode.js';
import { inspectPng } from '../png/parse.js';
import { inSharedMemory, LARGE_PIXELS } from '../sharp/decode.js';
import { decoderMessage } from '../sharp/decoder-errors.js';
import { byVips, loadSharp, SharpUnavailable } from '../sharp/libvips.js';
import { readSamples } from '../sharp/samples.js';
import { readTiff, type TiffPage, tiffPage } from '../tiff/read.js';
import { readByCodec } from './by-codec.js';
import { onCanvas } from './canvas.js';
import { checkDecoded } from './check-decoded.js';
import { checkShape, checkSize } from './check-size.js';
import { CODECS } from './codec-list.js';
import type { Decoded, DecodeOptions, FailOn, PictureSize } from './decode-options.js';
import { detectFormat } from './detect-format.js';
import { toFullRange } from './full-range.js';
import { avifFrames, countPictures, pngFrames } from './further-pictures.js';
import { headerOf } from './header.js';
import { foundMetadata, tiffMetadata } from './metadata.js';
import { jfifResolution, taggedResolution, turnedResolution } from './resolution.js';
import type { InputFormat } from './signature.js';

/** The bytes of a picture file; decoding lets them go as soon as it can. */
export interface PictureFile {
  bytes: Uint8Array;
}

/**
 * Decodes a picture file. Large samples end up in memory that threads share, unless that is not asked for.
 * @param file emptied when its bytes are no longer needed: an array that a waiting function still names would stay.
 * @param label what errors call the picture.
 * @throws ImageError for other formats, damaged files, more pixels than allowed, or sample types that are
 *   not 8-bit, 16-bit or float32.
 */
export async function decode(file: PictureFile, label: string, options: DecodeOptions): Promise<Decoded> {
  const format = detectFormat(file.bytes, label, options.failOn);
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
  return byLibvips(file, format, page, label, options);
}

/** A picture that libvips decodes. @param page of a TIFF. */
async function byLibvips(
  file: PictureFile,
  format: InputFormat,
  page: TiffPage | null,
  label: string,
  options: DecodeOptions,
): Promise<Omit<Decoded, 'format'>> {
  const sharp = await sharpFor(label);
  const settings: SharpOptions = { failOn: options.failOn, limitInputPixels: false, ignoreIcc: true };
  const { bytes, flaws } = mended(file.bytes, format, options.failOn);
  file.bytes = bytes;
  try {
    const metadata = await byVips(() => sharp(bytes, settings).metadata());
    checkSize(metadata, label, options.limitPixels);
    await options.onSize?.(sizeOf(metadata));
    const notes =
      flaws.length > 0 ? [`flaws that change no sample were passed over: ${flaws.join('; ')}`] : [];
    const more = picturesNote(bytes, format, page ? page.tags.pages : (metadata.pages ?? 1));
    if (more) notes.push(more);
    const open = () => sharp(bytes, { ...settings, ignoreIcc: metadata.space !== 'cmyk', autoOrient: true });
    if (format === 'tiff' && !page)
      throw new ImageError({ subject: label, problem: 'is damaged: its directory points outside the file' });
    const decoded = await readSamples(open, metadata, page?.layout ?? null, label, notes);
    const samples = asPromised(decoded, bytes, format, metadata, label, notes);
    return {
      samples: { ...samples, ...factsOf(bytes, format, page, metadata) },
      notes,
      general: [],
      hasMore: more !== null,
    };
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError({ subject: label, ...decoderMessage(cause) }, { cause });
  }
}

/** A JPEG without flaws that change no sample, where a decoder's warnings refuse a picture. */
function mended(bytes: Uint8Array, format: InputFormat, failOn: FailOn): RepairedJpeg {
  return format === 'jpeg' && failOn === 'warning' ? repairJpeg(bytes) : { bytes, flaws: [] };
}

/** What is said where a file holds more than one picture. */
function picturesNote(bytes: Uint8Array, format: InputFormat, pages: number): string | null {
  const frames = format === 'png' ? pngFrames(bytes) : format === 'avif' ? avifFrames(bytes) : 1;
  const inside = Math.max(pages, frames);
  if (inside > 1) return `the first of ${inside} pages is taken`;
  const pictures = countPictures(bytes, format);
  return pictures > 1 ? `the first of ${pictures} pictures is taken` : null;
}

/** Samples as the file's header promises them: on the whole canvas, over the full range. @throws ImageError where they are not. */
function asPromised(
  decoded: Samples,
  bytes: Uint8Array,
  format: InputFormat,
  { orientation = 1, autoOrient, bitsPerSample }: Metadata,
  label: string,
  notes: string[],
): Samples {
  if (format === 'avif' && decoded.data instanceof Uint16Array && bitsPerSample && bitsPerSample < 16)
    toFullRange(decoded.data, bitsPerSample);
  const header = headerOf(bytes, format);
  const sideways = header !== null && orientation >= 5;
  const isPart = header && (decoded.width < header.width || decoded.height < header.height);
  if (format !== 'gif' || !isPart) {
    checkDecoded(decoded, header ?? autoOrient, sideways, label);
    return decoded;
  }
  const { width, height } = header;
  notes.push(
    `its first frame covers ${decoded.width}×${decoded.height} of ${width}×${height}, the rest is 0`,
  );
  const whole = onCanvas(decoded, width, height);
  checkDecoded(whole, header, sideways, label);
  return whole;
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

/** Gamma, resolution, and the names of other metadata. */
function factsOf(bytes: Uint8Array, format: InputFormat, page: TiffPage | null, metadata: Metadata) {
  const { names, exif } = foundMetadata(metadata);
  const held = page ? tiffMetadata(page.tags) : names;
  const { gamma, ...png }: PngFacts = format === 'png' ? pngFacts(bytes) : {};
  const own = page ? taggedResolution(page.tags) : format === 'jpeg' ? jfifResolution(bytes) : png;
  const resolution = format === 'jpeg' && exif.resolution ? exif : own.resolution ? own : exif;
  // From 5 on, orientations swap rows and columns.
  return {
    ...(gamma === undefined ? {} : { gamma }),
    ...((metadata.orientation ?? 1) < 5 ? resolution : turnedResolution(resolution)),
    ...(held.length > 0 ? { metadata: held } : {}),
  };
}

function sizeOf({ width, height, channels, depth }: Metadata): PictureSize {
  const each = depth === 'uchar' ? 1 : depth === 'ushort' ? 2 : 4;
  return { width, height, bytes: width * height * channels * each };
}
