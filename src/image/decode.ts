// File bytes → Samples, through sharp: the stored numbers, at the stored depth, with as many channels as the
// file has. EXIF orientation is applied; an ICC profile changes no number. Knows no path and no kernel.

import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { ImageError } from '../errors.js';
import type { SampleArray, Samples } from '../samples.js';
import { decoderWords } from './reason.js';
import { formatOf, type InputFormat, lacksEnd } from './signature.js';
import { type TiffTags, tiffTags } from './tiff-tags.js';

/** How damaged a picture may be. */
export type FailOn = 'none' | 'truncated' | 'error' | 'warning';

export interface DecodeOptions {
  readonly failOn: FailOn;
  readonly limitPixels: number;
  /** Told the picture's size before its samples are decoded, for whoever has something to prepare. */
  readonly onSize?: (width: number, height: number) => void;
}

export interface Decoded {
  readonly samples: Samples;
  /** What was done to the picture that its owner should know, one line each. */
  readonly notes: readonly string[];
}

const LOADERS: Record<InputFormat, string> = {
  png: 'VipsForeignLoadPngBuffer',
  jpeg: 'VipsForeignLoadJpegBuffer',
  gif: 'VipsForeignLoadNsgifBuffer',
  webp: 'VipsForeignLoadWebpBuffer',
  tiff: 'VipsForeignLoadTiffBuffer',
  avif: 'VipsForeignLoadHeifBuffer',
};

/** sharp takes long to load and is not needed by every command. */
async function loadSharp() {
  return (await import('sharp')).default;
}

/**
 * Shuts every decoder of libvips but those for the formats that convtool reads, for the whole process, and
 * keeps no cache of pictures. For a process of our own; a library leaves its host's sharp alone.
 */
export async function restrictDecoders(): Promise<void> {
  const sharp = await loadSharp();
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: Object.values(LOADERS) });
}

/**
 * Decodes the bytes of a picture file.
 * @param label what errors call the picture.
 * @throws ImageError for other formats, damaged files, more pixels than allowed, or sample types that are
 *   not 8-bit, 16-bit or float32.
 */
export async function decode(bytes: Uint8Array, label: string, options: DecodeOptions): Promise<Decoded> {
  const format = formatOf(bytes);
  if (!format) {
    throw new ImageError({
      subject: label,
      expected: 'a PNG, JPEG, WebP, TIFF, GIF or AVIF picture',
      found: bytes.length === 0 ? 'an empty file' : 'other content',
    });
  }
  if (options.failOn !== 'none' && lacksEnd(bytes, format)) {
    const advice = '--fail-on none reads it all the same';
    throw new ImageError({
      subject: label,
      problem: 'is damaged: the file ends before the picture does',
      advice,
    });
  }
  const sharp = await loadSharp();
  const settings: SharpOptions = { failOn: options.failOn, limitInputPixels: false, ignoreIcc: true };
  try {
    const metadata = await sharp(bytes, settings).metadata();
    checkSize(metadata, label, options.limitPixels);
    options.onSize?.(metadata.width, metadata.height);
    const notes: string[] = [];
    if ((metadata.pages ?? 1) > 1) notes.push(`the first of ${metadata.pages} pages is taken`);
    const open = () => sharp(bytes, { ...settings, ignoreIcc: metadata.space !== 'cmyk', autoOrient: true });
    const tags = format === 'tiff' ? tiffTags(bytes) : null;
    const samples = await readSamples(open, metadata, tags, label, notes);
    return { samples, notes };
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError({ subject: label, ...decoderWords(cause) }, { cause });
  }
}

function checkSize({ width, height }: Metadata, label: string, limitPixels: number): void {
  if (width * height <= limitPixels) return;
  throw new ImageError({
    subject: label,
    expected: `at most ${limitPixels} pixels`,
    found: `${width}×${height} = ${width * height}`,
    advice: 'a higher --limit-pixels allows it',
  });
}

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

interface Raw {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: SampleArray;
}

async function toRaw(picture: Sharp, depth: Samples['depth']): Promise<Raw> {
  const type = depth === 8 ? 'uchar' : depth === 16 ? 'ushort' : 'float';
  const { data, info } = await picture.raw({ depth: type }).toBuffer({ resolveWithObject: true });
  const count = info.width * info.height * info.channels;
  const bytes = data.byteOffset % 4 === 0 ? data : new Uint8Array(data);
  const { buffer, byteOffset } = bytes;
  const samples =
    depth === 8
      ? new Uint8Array(buffer, byteOffset, count)
      : depth === 16
        ? new Uint16Array(buffer, byteOffset, count)
        : new Float32Array(buffer, byteOffset, count);
  return { width: info.width, height: info.height, channels: info.channels, data: samples };
}

/** For numbers of channels that libvips has no colour space for: each is read as a grey picture. */
async function bandByBand(open: () => Sharp, channels: number, depth: Samples['depth']): Promise<Raw> {
  const bands: Raw[] = [];
  for (let c = 0; c < channels; c++) {
    bands.push(
      await toRaw(
        open()
          .extractChannel(c as 0 | 1 | 2 | 3)
          .toColourspace(depth === 16 ? 'grey16' : 'b-w'),
        depth,
      ),
    );
  }
  const { width, height, data: first } = bands[0]!;
  const data = new (first.constructor as Uint8ArrayConstructor)(width * height * channels);
  bands.forEach((band, c) => {
    const step = band.channels;
    for (let i = 0; i < width * height; i++) data[i * channels + c] = band.data[i * step]!;
  });
  return { width, height, channels, data };
}

/** The first and the last channel of each pixel: grey spread over three channels, and alpha. */
function grayAndAlpha({ width, height, channels, data }: Raw): SampleArray {
  const kept = new (data.constructor as Uint8ArrayConstructor)(width * height * 2);
  for (let i = 0; i < width * height; i++) {
    kept[2 * i] = data[i * channels]!;
    kept[2 * i + 1] = data[i * channels + channels - 1]!;
  }
  return kept;
}
