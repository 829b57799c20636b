// Parses the layout of a TIFF from its directory: shape, sample type, colours, and the positions of its blocks
// (strips or tiles). Rejects colours other than grey, RGB, palette, CMYK and YCbCr.

import type { TiffDirectory } from './directory.js';
import { DamagedTiff, UnsupportedTiff } from './errors.js';

type SampleKind = 'uint' | 'int' | 'float';
export type Colours = 'grey' | 'white-is-zero' | 'rgb' | 'palette' | 'cmyk' | 'ycbcr' | 'mosaic';

/** The first page of a TIFF as stored. */
export interface TiffLayout {
  readonly tags: TiffDirectory;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bits: number;
  readonly kind: SampleKind;
  readonly colours: Colours;
  /** Meaning of each channel beyond the colours: 0 unspecified, 1 premultiplied alpha, 2 alpha. */
  readonly extraSamples: readonly number[];
  readonly hasAlpha: boolean;
  readonly compression: number;
  /** 1 none, 2 horizontal differencing, 3 floating-point differencing. */
  readonly predictor: number;
  /** Whether bits are stored least significant first. */
  readonly reversedBits: boolean;
  /** Whether each channel is stored as a separate plane. */
  readonly planar: boolean;
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** Channels of a block: 1 if each channel is stored as a separate plane. */
  readonly blockChannels: number;
  readonly tiled: boolean;
  /**
   * Byte offsets and lengths of the blocks as far as the file states them: left to right, top to bottom, plane by
   * plane.
   */
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
  readonly orientation: number;
}

const COLOURS: Readonly<Record<number, Colours>> = {
  ...{ 0: 'white-is-zero', 1: 'grey', 2: 'rgb', 3: 'palette', 4: 'grey', 5: 'cmyk', 6: 'ycbcr' },
  ...{ 32803: 'mosaic', 34892: 'grey', 51177: 'grey' },
};
const COLOUR_CHANNELS: Partial<Record<Colours, number>> = { rgb: 3, ycbcr: 3, cmyk: 4 };
const OTHER_COLOURS: Readonly<Record<number, string>> = {
  ...{ 8: 'CIELab', 9: 'ICC Lab', 10: 'ITU Lab', 32844: 'LogL', 32845: 'LogLuv' },
};
const KINDS: Readonly<Record<number, SampleKind>> = { 1: 'uint', 2: 'int', 3: 'float', 4: 'uint' };
const FLOAT_BITS = [16, 24, 32, 64];
const MAX_CHANNELS = 65_535;

export const TO_RGB = 'convert it to RGB, e.g. magick in.tif -colorspace sRGB out.tif';
const TO_FLOAT = 'convert to float32, e.g. gdal_translate -ot Float32 in.tif out.tif';

/** @throws UnsupportedTiff, DamagedTiff, and RangeError for tags outside the file. */
export function layoutOf(tags: TiffDirectory): TiffLayout {
  const value = (tag: number, fallback: number) => tags.numbers(tag)[0] ?? fallback;
  const [width, height, channels] = [value(256, 0), value(257, 0), value(277, 1)];
  if (width === 0 || height === 0) throw new DamagedTiff('it has no width or height');
  if (channels < 1 || channels > MAX_CHANNELS) throw new DamagedTiff(`it has ${channels} channels`);
  const { bits, kind } = sampleType(tags);
  const colours = coloursOf(tags, channels);
  const colourChannels = COLOUR_CHANNELS[colours] ?? 1;
  if (channels < colourChannels)
    throw new DamagedTiff(`it has ${channels} channels for ${colourChannels} of colour`);
  const extraSamples = tags.numbers(338);
  const planar = channels > 1 && value(284, 1) === 2;
  const tiled = tags.has(322);
  const blockWidth = tiled ? value(322, 0) : width;
  const blockHeight = tiled ? value(323, 0) : Math.min(height, Math.max(1, value(278, height)));
  if (blockWidth === 0 || blockHeight === 0) throw new DamagedTiff('its tiles have no width or height');
  // Without the tag, a single extra channel is alpha.
  const lastExtra =
    extraSamples.length > 0 ? (extraSamples.at(-1) ?? 0) : channels === colourChannels + 1 ? 2 : 0;
  return {
    ...{ tags, width, height, channels, bits, kind, colours, extraSamples, planar, tiled },
    ...{ blockWidth, blockHeight, blockChannels: planar ? 1 : channels },
    offsets: tags.numbers(tiled ? 324 : 273),
    lengths: tags.numbers(tiled ? 325 : 279),
    hasAlpha: channels > colourChannels && (lastExtra === 1 || lastExtra === 2),
    compression: value(259, 1),
    predictor: value(317, 1),
    reversedBits: value(266, 1) === 2,
    orientation: value(274, 1),
  };
}

function sampleType(tags: TiffDirectory): { bits: number; kind: SampleKind } {
  const [bits = 1, ...others] = tags.numbers(258);
  if (others.some((other) => other !== bits)) {
    const found = `channels of different depths (${[bits, ...others].join(', ')} bits)`;
    throw new UnsupportedTiff(found, 'convert it to 8 or 16 bits per sample');
  }
  const formats = tags.numbers(339);
  const [format = 1] = formats;
  if (formats.some((other) => other !== format))
    throw new UnsupportedTiff('channels of different sample types', TO_FLOAT);
  if (format === 5 || format === 6) {
    const found = `complex samples of two ${bits / 2}-bit ${format === 5 ? 'whole numbers' : 'floats'}`;
    throw new UnsupportedTiff(found, `take their real part or modulus: ${TO_FLOAT}`);
  }
  const kind = KINDS[format];
  if (kind === undefined) throw new UnsupportedTiff(`samples of the unknown type ${format}`, TO_FLOAT);
  const isRead = kind === 'float' ? FLOAT_BITS.includes(bits) : (bits >= 1 && bits <= 32) || bits === 64;
  if (!isRead) throw new UnsupportedTiff(typeName({ bits, kind }), TO_FLOAT);
  return { bits, kind };
}

function coloursOf(tags: TiffDirectory, channels: number): Colours {
  const [photometric = channels === 3 || channels === 4 ? 2 : 1] = tags.numbers(262);
  const colours = COLOURS[photometric];
  if (colours !== undefined) return colours;
  const name = OTHER_COLOURS[photometric];
  throw new UnsupportedTiff(name ? `${name} colours` : `the unknown colour space ${photometric}`, TO_RGB);
}

/** Describes a sample type: `signed 16-bit samples`. */
export function typeName({ bits, kind }: Pick<TiffLayout, 'bits' | 'kind'>): string {
  if (kind === 'float') return `${bits}-bit floats`;
  return `${kind === 'int' ? 'signed' : 'unsigned'} ${bits}-bit samples`;
}
