// Decodes image files to Samples: plain PNG and some formats by codecs of convtool, everything else through sharp.
// Samples keep their stored values, depth and number of channels. EXIF orientation is applied; ICC profiles change no
// sample.

import type { SharpOptions } from 'sharp';
import { ImageError } from '../../core/errors.js';
import type { Samples } from '../../core/image.js';
import { LARGE_PIXELS } from '../../core/limits.js';
import { repairJpeg } from '../jpeg/repair.js';
import { endOfPng, hasProfile, pngFrames } from '../png/ancillary.js';
import { decodePng } from '../png/decode.js';
import { inspectPng } from '../png/parse.js';
import { decoderMessage } from '../sharp/decoder-errors.js';
import { loadSharp, runVips, SharpUnavailable } from '../sharp/libvips.js';
import { inSharedMemory, readSamples } from '../sharp/samples.js';
import { partReader } from '../tiff/directory.js';
import { DamagedTiff } from '../tiff/errors.js';
import type { TiffLayout } from '../tiff/layout.js';
import { damagedError, factsInTags, readTiff, tiffPage } from '../tiff/read.js';
import { checkShape, checkSize } from './check-size.js';
import { avifFrames, countPictures } from './count-pictures.js';
import { CODECS, decodeByCodec } from './decode-by-codec.js';
import {
  type Decoded,
  type DecodeJob,
  type DecodeOptions,
  imageArray,
  type PictureFile,
} from './decode-options.js';
import { matchHeader } from './match-header.js';
import { factsOf } from './metadata.js';
import { formatOf, type InputFormat } from './signature.js';
import { unsupportedFormat } from './unsupported-formats.js';

/**
 * Decodes an image file. Large images are decoded into shared memory, unless `shared` is false.
 * @param file its `bytes` are emptied when no longer needed; a reference held by a suspended function would keep them
 *   alive.
 * @param label the name of the image in errors.
 * @throws ImageError for unsupported formats, damaged files, more pixels than the limit, and sample types other than
 *   8-bit, 16-bit and float32.
 */
export async function decode(file: PictureFile, label: string, options: DecodeOptions): Promise<Decoded> {
  const format = detectFormat(file.bytes, label, options);
  const result = await decodeWhole({ file, format, label, options });
  const isLayoutUnused = options.layout === 'chw' && format !== 'npy';
  const hints = isLayoutUnused ? [`a layout is for NPY arrays, and this is a ${format} file`] : [];
  const decoded = { ...result, notes: [...result.notes, ...hints] };
  const { samples } = decoded;
  const bytes = file.bytes.byteLength;
  file.bytes = new Uint8Array();
  if (samples.width * samples.height < LARGE_PIXELS) return decoded;
  options.onFileReleased?.(bytes);
  if (samples.data.buffer instanceof SharedArrayBuffer || options.shared === false) return decoded;
  return { ...decoded, samples: { ...samples, data: await inSharedMemory(samples.data) } };
}

async function decodeWhole(job: DecodeJob): Promise<Decoded> {
  const { file, format, label } = job;
  const codec = CODECS[format];
  if (codec) return decodeByCodec(codec, job);
  const plain = format === 'png' ? await readPlainPng(job) : null;
  if (plain) return { format, samples: plain, notes: [], generalNotes: [] };
  const page = format === 'tiff' ? tiffPage(file.bytes, label) : null;
  return (page && (await readTiff(job, page))) ?? byLibvips(job, page);
}

/**
 * Decodes an image through libvips. @param page the first page of a TIFF; null for other formats and damaged TIFFs.
 */
async function byLibvips(job: DecodeJob, page: TiffLayout | null): Promise<Decoded> {
  const { file, format, label, options } = job;
  const sharp = await loadSharp().catch((cause) => {
    if (!(cause instanceof SharpUnavailable)) throw cause;
    throw new ImageError({ subject: label, problem: cause.message, advice: cause.advice }, { cause });
  });
  const settings: SharpOptions = { failOn: options.failOn, limitInputPixels: false, ignoreIcc: true };
  // Harmless flaws of a JPEG are repaired if warnings of the decoder would reject it.
  const isRepaired = format === 'jpeg' && options.failOn === 'warning';
  const { bytes, flaws } = isRepaired ? repairJpeg(file.bytes) : { bytes: file.bytes, flaws: [] };
  file.bytes = bytes;
  const notes = flaws.length > 0 ? [`flaws that change no sample were ignored: ${flaws.join('; ')}`] : [];
  try {
    // libvips does not notice when these tags are outside the file.
    const tagged = page && factsInTags(page, partReader(options.failOn === 'none', notes));
    const metadata = await runVips(() => sharp(bytes, settings).metadata());
    checkSize(metadata, label, options.limitPixels);
    const { width, height, channels, depth } = metadata;
    const sampleBytes = depth === 'uchar' ? 1 : depth === 'ushort' ? 2 : 4;
    await options.onSize?.({ width, height, bytes: width * height * channels * sampleBytes });
    const more = picturesNote(bytes, format, page ? page.tags.pages : (metadata.pages ?? 1));
    if (more) notes.push(more);
    const open = () => sharp(bytes, { ...settings, ignoreIcc: metadata.space !== 'cmyk', autoOrient: true });
    if (format === 'tiff' && !page)
      throw new ImageError({ subject: label, problem: 'is damaged: its directory points outside the file' });
    const decoded = await readSamples(open, metadata, page, label, notes);
    const matched = matchHeader(decoded, job, metadata, notes);
    if (format === 'png' && !matched.icc && hasProfile(bytes))
      notes.push(
        'its ICC profile is damaged or does not fit its colours, and is left out: its values will be read as sRGB',
      );
    const samples = { ...matched, ...(tagged?.facts ?? factsOf(bytes, format, metadata)) };
    return { format, samples, notes, generalNotes: [], hasMore: more !== null };
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    if (cause instanceof DamagedTiff) throw damagedError(cause, label);
    throw new ImageError({ subject: label, ...decoderMessage(cause) }, { cause });
  }
}

/** The note for a file with more than one image or page. */
function picturesNote(bytes: Uint8Array, format: InputFormat, pages: number): string | null {
  const frames = format === 'png' ? pngFrames(bytes) : format === 'avif' ? avifFrames(bytes) : 1;
  const count = Math.max(pages, frames);
  if (count > 1) return `the first of ${count} pages is used`;
  const pictures = countPictures(bytes, format);
  return pictures > 1 ? `the first of ${pictures} pictures is used` : null;
}

/** Decodes a plain, valid PNG without libvips; null for any other, which libvips decodes or rejects. */
async function readPlainPng(job: DecodeJob): Promise<Samples | null> {
  const png = inspectPng(job.file.bytes);
  if (!png) return null;
  await checkShape(png.about, job);
  return decodePng(png, imageArray(png.about, job.options));
}

/**
 * Detects the format of a file.
 * @throws ImageError for an unsupported format, and for a truncated PNG unless damage is tolerated.
 */
function detectFormat(bytes: Uint8Array, label: string, { failOn }: DecodeOptions): InputFormat {
  const format = formatOf(bytes);
  // Raw files of many cameras are TIFFs.
  const foreign = format === undefined || format === 'tiff' ? unsupportedFormat(bytes) : null;
  if (foreign) {
    const problem = `is ${foreign.name}, which convtool does not read`;
    throw new ImageError({ subject: label, problem, advice: foreign.advice });
  }
  if (!format) {
    throw new ImageError({
      subject: label,
      expected: 'a PNG, JPEG, WebP, TIFF, GIF, AVIF, BMP, PNM, PAM, PFM or NPY file',
      found: bytes.length === 0 ? 'an empty file' : 'other content',
    });
  }
  // Decoders accept a PNG without its IEND chunk once they have all samples.
  if (failOn !== 'none' && format === 'png' && endOfPng(bytes) === null) {
    const advice = '--fail-on none reads it anyway';
    throw new ImageError({ subject: label, problem: 'is damaged: the file is truncated', advice });
  }
  return format;
}
