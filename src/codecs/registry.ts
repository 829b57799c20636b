// The output formats and what each can hold. A new format is its encoder and one entry here.

import { OutputError, UsageError } from '../core/errors.js';
import { colourChannels, type Depth, type ImageInfo, type Samples } from '../core/image.js';
import { encodingError } from './encoding-error.js';
import { jpegSink } from './jpeg/encode.js';
import type { LossyOptions } from './lossy-options.js';
import { encodePfm, pamRows, pnmRows, ppmRows } from './netpbm/encode-pnm.js';
import { npyRows } from './npy/encode.js';
import { PictureSink } from './picture-sink.js';
import { type PngOptions, pngSink } from './png/encode.js';
import { rawRows } from './row-encoder.js';
import { encodeAvif, encodeWebp } from './sharp/encode.js';
import type { StripSink } from './strip-sink.js';
import { tiffRows } from './tiff/encode.js';

export interface Format {
  /** The default extension, then others that select the format. */
  readonly endings: readonly [string, ...string[]];
  readonly depths: readonly [Depth, ...Depth[]];
  /** Maximum number of channels, and whether one of them may be alpha. */
  readonly channels: number;
  readonly alpha: boolean;
  /** Creates the encoder. @param spare as for PictureSink. */
  sink(picture: ImageInfo, options: EncodeOptions, path: string, spare?: Samples): StripSink;
}

/** All encoding options. Compression and text apply to PNG, the others to lossy formats. */
export type EncodeOptions = PngOptions & LossyOptions;

const ANY = Number.POSITIVE_INFINITY;

const TABLE = {
  png: { endings: ['png'], depths: [8, 16], channels: 4, alpha: true, sink: pngSink },
  tiff: { endings: ['tiff', 'tif'], depths: [8, 16, 'float'], channels: 65535, alpha: true, sink: tiffRows },
  npy: { endings: ['npy'], depths: ['float'], channels: ANY, alpha: false, sink: npyRows },
  jpeg: { endings: ['jpg', 'jpeg'], depths: [8], channels: 3, alpha: false, sink: jpegSink },
  webp: { endings: ['webp'], depths: [8], channels: 4, alpha: true, sink: whole('webp', encodeWebp) },
  avif: { endings: ['avif'], depths: [8], channels: 4, alpha: true, sink: whole('avif', encodeAvif) },
  pnm: { endings: ['pnm'], depths: [8, 16], channels: 4, alpha: true, sink: pnmRows },
  pgm: { endings: ['pgm'], depths: [8, 16], channels: 1, alpha: false, sink: pnmRows },
  ppm: { endings: ['ppm'], depths: [8, 16], channels: 3, alpha: false, sink: ppmRows },
  pam: { endings: ['pam'], depths: [8, 16], channels: 4, alpha: true, sink: pamRows },
  pfm: { endings: ['pfm'], depths: ['float'], channels: 3, alpha: false, sink: whole('pfm', encodePfm) },
  raw: { endings: ['raw'], depths: [8, 16, 'float'], channels: ANY, alpha: true, sink: rawRows },
} satisfies Record<string, Format>;

/** The sink of a format whose encoder needs the whole image. */
function whole(
  format: string,
  encode: (picture: Samples, options: EncodeOptions) => Uint8Array[] | Promise<Uint8Array[]>,
): Format['sink'] {
  return (picture, options, path, spare) => {
    const encodeAll = async (all: Samples) => {
      try {
        return await encode(all, options);
      } catch (cause) {
        throw encodingError(cause, format, path);
      }
    };
    return new PictureSink(picture, encodeAll, spare);
  };
}

export type FormatName = keyof typeof TABLE;

export const FORMATS: Readonly<Record<FormatName, Format>> = TABLE;

/** The format of a path by its extension; undefined if there is none. */
export function formatOfEnding(path: string): FormatName | undefined {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  const names = Object.keys(FORMATS) as FormatName[];
  return names.find((name) => ending !== undefined && FORMATS[name].endings.includes(ending));
}

/**
 * The depth to encode with: `requested` if given, else the input's depth if the format has it, else the deepest of the
 * format.
 * @throws UsageError if the format does not have the requested depth.
 */
export function depthFor(format: FormatName, requested: Depth | undefined, input: Depth): Depth {
  const { depths } = FORMATS[format];
  if (requested === undefined) return depths.includes(input) ? input : depths[depths.length - 1]!;
  if (depths.includes(requested)) return requested;
  const expected = `${depths.join(' or ')} for ${format}`;
  const advice = requested === 'float' ? 'use --format npy or tiff' : 'use --format tiff or png';
  throw new UsageError({ subject: `--depth ${requested}`, expected, found: String(requested), advice });
}

/** @throws UsageError if --compression is given for a format other than PNG. */
export function checkCompression(format: FormatName, requested: string | undefined): void {
  if (requested === undefined || format === 'png') return;
  const subject = `--compression ${requested}`;
  const advice = 'leave it out, or use --format png';
  throw new UsageError({ subject, expected: 'png', found: `--format ${format}`, advice });
}

/**
 * Encodes an image.
 * @returns the chunks of the file in order.
 * @throws OutputError if the format cannot hold it, or the encoder fails.
 */
export async function encode(
  picture: Samples,
  format: FormatName,
  path: string,
  options: EncodeOptions = {},
): Promise<Uint8Array[]> {
  try {
    const sink = stripSinkFor(picture, format, path, options, picture);
    const head = await sink.head();
    return [...head, ...sink.chunksOf(await sink.encode(picture.data, 0)), ...(await sink.end())];
  } catch (cause) {
    throw encodingError(cause, format, path);
  }
}

/**
 * Creates the encoder for an image that arrives in strips. The bytes equal those of `encode`.
 * @param spare as for PictureSink.
 * @throws OutputError if the format cannot hold the image.
 */
export function stripSinkFor(
  picture: ImageInfo,
  format: FormatName,
  path: string,
  options: EncodeOptions,
  spare?: Samples,
): StripSink {
  checkPicture(picture, format, path);
  return FORMATS[format].sink(picture, options, path, spare);
}

/** @throws OutputError if the format does not have the image's depth or channels. */
function checkPicture(picture: ImageInfo, format: FormatName, path: string): void {
  const { channels, alpha, depths } = FORMATS[format];
  const refuse = (expected: string, found: string, advice: string) =>
    new OutputError({ subject: path, expected, found, advice });
  if (!depths.includes(picture.depth)) {
    const expected = `samples of depth ${depths.join(' or ')} for ${format}`;
    throw refuse(expected, String(picture.depth), 'map them first');
  }
  if (picture.hasAlpha && !alpha && format !== 'npy') {
    const expected = `no alpha, which ${format} cannot hold`;
    throw refuse(expected, 'an alpha channel', 'use --alpha drop or --format png');
  }
  const isColour = [1, 3].includes(colourChannels(picture));
  if (picture.channels > channels || (channels <= 4 && !isColour)) {
    const isGreyOnly = channels === 1;
    const expected = isGreyOnly
      ? `grey for ${format}`
      : `grey or colour in at most ${channels} channels for ${format}`;
    const advice =
      isGreyOnly && isColour ? 'use --format ppm, or --channels gray' : 'use --format tiff or npy';
    throw refuse(expected, `${picture.channels} channels`, advice);
  }
}
