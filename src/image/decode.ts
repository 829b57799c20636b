// File bytes → Samples, plain PNG by ourselves, all else through sharp: the stored numbers, at the stored depth, with as many channels as the
// file has. EXIF orientation is applied; an ICC profile changes no number. Knows no path and no kernel.

import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { ImageError } from '../errors.js';
import { byVips, loadSharp } from '../libvips.js';
import { decodePng } from '../png/decode.js';
import { type PngFacts, pngFacts } from '../png/facts.js';
import { inspectPng } from '../png/inspect.js';
import { type Depth, LARGEST_ARRAY, type Samples } from '../samples.js';
import { bandByBand, grayAndAlpha, inSharedMemory, LARGE_PIXELS, toRaw } from './raw.js';
import { decoderWords } from './reason.js';
import { formatOf, type InputFormat, lacksEnd } from './signature.js';
import { type TiffTags, tiffTags } from './tiff-tags.js';

/** How damaged a picture may be. */
export type FailOn = 'none' | 'truncated' | 'error' | 'warning';

export interface DecodeOptions {
  readonly failOn: FailOn;
  readonly limitPixels: number;
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
  readonly samples: Samples;
  /** What was done to the picture that its owner should know, one line each. */
  readonly notes: readonly string[];
}

/**
 * Decodes a picture file. Large samples end up in memory that threads share, unless that is not asked for.
 * @param file emptied when its bytes are no longer needed: an array that a waiting function still names would stay.
 * @param label what errors call the picture.
 * @throws ImageError for other formats, damaged files, more pixels than allowed, or sample types that are
 *   not 8-bit, 16-bit or float32.
 */
export async function decode(file: PictureFile, label: string, options: DecodeOptions): Promise<Decoded> {
  const { samples, notes } = await decodeWhole(file, label, options);
  const bytes = file.bytes.byteLength;
  file.bytes = new Uint8Array();
  if (samples.width * samples.height < LARGE_PIXELS) return { samples, notes };
  options.onLetGo?.(bytes);
  if (samples.data.buffer instanceof SharedArrayBuffer || options.shared === false) return { samples, notes };
  return { samples: { ...samples, data: await inSharedMemory(samples.data) }, notes };
}

async function decodeWhole(file: PictureFile, label: string, options: DecodeOptions): Promise<Decoded> {
  const format = checkedFormat(file, label, options.failOn);
  const plain = format === 'png' ? await readPlainPng(file, label, options) : null;
  if (plain) return { samples: plain, notes: [] };
  const sharp = await loadSharp();
  const settings: SharpOptions = { failOn: options.failOn, limitInputPixels: false, ignoreIcc: true };
  try {
    const metadata = await byVips(() => sharp(file.bytes, settings).metadata());
    checkSize(metadata, label, options.limitPixels);
    await options.onSize?.(sizeOf(metadata));
    const notes: string[] = [];
    if ((metadata.pages ?? 1) > 1) notes.push(`the first of ${metadata.pages} pages is taken`);
    const open = () =>
      sharp(file.bytes, { ...settings, ignoreIcc: metadata.space !== 'cmyk', autoOrient: true });
    const tags = format === 'tiff' ? tiffTags(file.bytes) : null;
    const samples = await readSamples(open, metadata, tags, label, notes);
    return { samples: { ...samples, ...factsOf(file, format, metadata) }, notes };
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError({ subject: label, ...decoderWords(cause) }, { cause });
  }
}

/** The samples of a plain sound PNG, read without libvips; null for any other, which libvips reads or refuses. */
async function readPlainPng({ bytes }: PictureFile, label: string, options: DecodeOptions) {
  const png = inspectPng(bytes);
  if (!png) return null;
  const { width, height, channels, depth } = png.shape;
  checkSize(png.shape, label, options.limitPixels);
  checkBytes(png.shape, channels, depth, label);
  await options.onSize?.({ width, height, bytes: (width * height * channels * depth) / 8 });
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

function checkedFormat({ bytes }: PictureFile, label: string, failOn: FailOn): InputFormat {
  const format = formatOf(bytes);
  if (!format) {
    throw new ImageError({
      subject: label,
      expected: 'a PNG, JPEG, WebP, TIFF, GIF or AVIF picture',
      found: bytes.length === 0 ? 'an empty file' : 'other content',
    });
  }
  if (failOn !== 'none' && lacksEnd(bytes, format)) {
    const advice = '--fail-on none reads it all the same';
    throw new ImageError({
      subject: label,
      problem: 'is damaged: the file ends before the picture does',
      advice,
    });
  }
  return format;
}

function checkSize({ width, height, channels }: Shape, label: string, limitPixels: number): void {
  const pixels = width * height;
  if (pixels <= limitPixels) return;
  throw new ImageError({
    subject: label,
    expected: `at most ${limitPixels} pixels`,
    found: `${width}×${height} = ${pixels}`,
    // Each sample has a byte at least.
    advice:
      pixels * channels <= LARGEST_ARRAY
        ? `--limit-pixels ${pixels} allows it`
        : 'cut the picture into parts',
  });
}

function sizeOf({ width, height, channels, depth }: Metadata): PictureSize {
  const each = depth === 'uchar' ? 1 : depth === 'ushort' ? 2 : 4;
  return { width, height, bytes: width * height * channels * each };
}

type Size = Pick<Metadata, 'width' | 'height'>;
type Shape = Size & { readonly channels: number };

const DEPTHS = { uchar: 8, ushort: 16, float: 'float' } as const;

async function readSamples(
  open: () => Sharp,
  metadata: Metadata,
  tags: TiffTags | null,
  label: string,
  notes: string[],
): Promise<Samples> {
  const { channels, space, icc } = metadata;
  const depth = DEPTHS[metadata.depth as keyof typeof DEPTHS];
  const refuse = (expected: string, found: string) => new ImageError({ subject: label, expected, found });
  const counted = `${channels} channel${channels === 1 ? '' : 's'}`;
  if (depth === undefined || channels > 5) {
    throw refuse(
      'samples of 8 or 16 bits or float32, in at most 5 channels',
      `${metadata.depth} samples in ${counted}`,
    );
  }
  if (space === 'cmyk' && depth !== 8) throw refuse('CMYK of 8 bits', `${depth} bits`);
  if (tags?.planesInStrips && channels > 1 && isGray(space)) {
    throw refuse(
      'grey channels side by side, or planes with one row a strip',
      'planes with more rows a strip',
    );
  }
  const hasAlpha = tags?.extraSamples.length ? (tags.extraSamples.at(-1) ?? 0) > 0 : metadata.hasAlpha;
  // Grey of whole numbers with alpha comes as RGB with alpha.
  const decoded = isGray(space) && hasAlpha && depth !== 'float' ? Math.max(4, channels) : channels;
  checkBytes(metadata, decoded, depth, label);
  notes.push(...changes(space, depth, tags));
  const profile = icc && space !== 'cmyk' ? { icc: new Uint8Array(icc) } : {};
  const colours = hasAlpha ? channels - 1 : channels;
  if (isGray(space) && (colours > 1 || (hasAlpha && depth === 'float'))) {
    const raw = await bandByBand(open, channels, depth);
    return { ...raw, depth, hasAlpha, ...profile };
  }
  if (!isGray(space) && space !== 'cmyk' && channels > 4) {
    throw refuse('RGB with at most one channel more', `RGB in ${counted}`);
  }
  const gray = isGray(space);
  // Asked for one band, libvips drops alpha from 8-bit grey; as RGB it is kept.
  const wanted = {
    8: gray && !hasAlpha ? 'b-w' : 'srgb',
    16: gray ? 'grey16' : 'rgb16',
    float: gray ? 'b-w' : 'scrgb',
  };
  const raw = await toRaw(open().toColourspace(wanted[depth]), depth);
  const kept = gray ? colours + (hasAlpha ? 1 : 0) : raw.channels;
  const data = raw.channels === kept ? raw.data : grayAndAlpha(raw);
  return { width: raw.width, height: raw.height, channels: kept, depth, data, hasAlpha, ...profile };
}

/** What neither libvips nor we could hand over in one array. */
function checkBytes({ width, height }: Size, channels: number, depth: Depth, label: string): void {
  const bytes = width * height * channels * (depth === 'float' ? 4 : depth / 8);
  if (bytes <= LARGEST_ARRAY) return;
  throw new ImageError({
    subject: label,
    expected: `samples of at most ${LARGEST_ARRAY} bytes, the longest array of Node`,
    found: `${width}×${height}×${channels} samples in ${bytes} bytes`,
    advice: 'cut the picture into parts',
  });
}

function isGray(space: string | undefined): boolean {
  return space === 'b-w' || space === 'grey16' || space === 'multiband';
}

/** What the decoder does to the stored numbers, to be said. */
function changes(space: string | undefined, depth: Samples['depth'], tags: TiffTags | null): string[] {
  const notes: string[] = [];
  if (space === 'cmyk') notes.push('CMYK was turned to sRGB');
  else if (!isGray(space) && !['srgb', 'rgb16', 'scrgb', 'rgb'].includes(space ?? '')) {
    notes.push(`${space} was turned to sRGB`);
  }
  if (tags?.extraSamples.includes(1)) notes.push('colour stored times alpha was divided by alpha');
  if (tags?.photometric === 0 && depth !== 'float') notes.push('stored with white as 0, it was inverted');
  return notes;
}
