// Decodes an image through libvips with its stored values, depth and channels.

import type { Metadata, Sharp } from 'sharp';
import { ImageError } from '../../core/errors.js';
import { arrayOf, arrayOver, type Depth, depthOf, type SampleArray, type Samples } from '../../core/image.js';
import { checkBytes } from '../decode/check-size.js';
import type { TiffLayout } from '../tiff/layout.js';
import { runVips } from './libvips.js';

/** Samples copied between two event loop turns; takes about 10 ms. */
const SAMPLES_PER_TURN = 16 * 2 ** 20;
const DEPTHS = { uchar: 8, ushort: 16, float: 'float' } as const;

/**
 * @param layout the layout of a TIFF, else null.
 * @param notes receives notes about changed values.
 * @throws ImageError for unsupported sample types and numbers of channels.
 */
export async function readSamples(
  open: () => Sharp,
  metadata: Metadata,
  layout: TiffLayout | null,
  label: string,
  notes: string[],
): Promise<Samples> {
  const { channels, space, icc } = metadata;
  const depth = DEPTHS[metadata.depth as keyof typeof DEPTHS];
  const refuse = (expected: string, found: string) => new ImageError({ subject: label, expected, found });
  const channelText = `${channels} channel${channels === 1 ? '' : 's'}`;
  if (depth === undefined || channels > 5) {
    const expected = 'samples of 8 or 16 bits or float32, in at most 5 channels';
    throw refuse(expected, `${metadata.depth} samples in ${channelText}`);
  }
  if (space === 'cmyk' && depth !== 8) throw refuse('CMYK of 8 bits', `${depth} bits`);
  const gray = isGray(space);
  if (layout?.planar && layout.blockHeight > 1 && gray) {
    const expected = 'interleaved grey channels, or planes with one row per strip';
    throw refuse(expected, 'planes with several rows per strip');
  }
  const hasAlpha = layout?.hasAlpha ?? metadata.hasAlpha;
  // libvips returns integer grey with alpha as RGB with alpha.
  const decodedChannels = gray && hasAlpha && depth !== 'float' ? Math.max(4, channels) : channels;
  checkBytes({ ...metadata, channels: decodedChannels, depth }, label);
  noteChanges(space, depth, layout, notes);
  const profile = space === 'cmyk' ? { srgb: 0 } : icc ? { icc: new Uint8Array(icc) } : {};
  const colours = hasAlpha ? channels - 1 : channels;
  if (gray && (colours > 1 || (hasAlpha && depth === 'float'))) {
    const raw = await readByChannel(open, channels, depth);
    return { ...raw, depth, hasAlpha, ...profile };
  }
  if (!gray && space !== 'cmyk' && channels > 4)
    throw refuse('RGB with at most one extra channel', `RGB in ${channelText}`);
  // When converting to one band, libvips drops alpha from 8-bit grey; as RGB it is kept.
  const spaces = {
    8: gray && !hasAlpha ? 'b-w' : 'srgb',
    16: gray ? 'grey16' : 'rgb16',
    float: gray ? 'b-w' : 'scrgb',
  };
  const raw = await toRaw(open().toColourspace(spaces[depth]), depth);
  const outChannels = gray ? colours + (hasAlpha ? 1 : 0) : raw.channels;
  const data = raw.channels === outChannels ? raw.data : grayAndAlpha(raw);
  return { width: raw.width, height: raw.height, channels: outChannels, depth, data, hasAlpha, ...profile };
}

function isGray(space: string): boolean {
  return space === 'b-w' || space === 'grey16' || space === 'multiband';
}

/** Notes what the decoder changes. */
function noteChanges(space: string, depth: Depth, layout: TiffLayout | null, notes: string[]): void {
  if (space === 'cmyk') notes.push('CMYK was converted to sRGB');
  else if (!isGray(space) && !['srgb', 'rgb16', 'scrgb', 'rgb'].includes(space)) {
    notes.push(`${space} was converted to sRGB`);
  }
  if (layout?.extraSamples.includes(1)) notes.push('premultiplied colour was divided by alpha');
  if (layout?.colours === 'white-is-zero' && depth !== 'float')
    notes.push('stored with white as 0: samples were inverted');
}

type Raw = Pick<Samples, 'width' | 'height' | 'channels' | 'data'>;

/** Runs a pipeline to samples of the given depth. */
async function toRaw(picture: Sharp, depth: Depth): Promise<Raw> {
  const type = depth === 8 ? 'uchar' : depth === 16 ? 'ushort' : 'float';
  const { data, info } = await runVips(() =>
    picture.raw({ depth: type }).toBuffer({ resolveWithObject: true }),
  );
  const { width, height, channels } = info;
  const bytes = data.byteOffset % 4 === 0 ? data : new Uint8Array(data);
  const samples = arrayOver(bytes.buffer, depth, bytes.byteOffset, width * height * channels);
  return { width, height, channels, data: samples };
}

/** Reads channel by channel, each as grey, for numbers of channels without a colour space in libvips. */
async function readByChannel(open: () => Sharp, channels: number, depth: Depth): Promise<Raw> {
  const planes: Raw[] = [];
  for (let c = 0; c < channels; c++) {
    const plane = open().extractChannel(c as 0 | 1 | 2 | 3);
    planes.push(await toRaw(plane.toColourspace(depth === 16 ? 'grey16' : 'b-w'), depth));
  }
  const { width, height } = planes[0]!;
  const data = arrayOf(depth, width * height * channels);
  planes.forEach((plane, c) => {
    const step = plane.channels;
    for (let i = 0; i < width * height; i++) data[i * channels + c] = plane.data[i * step]!;
  });
  return { width, height, channels, data };
}

/** The first and the last channel of each pixel: grey that libvips expanded to RGB, and alpha. */
function grayAndAlpha({ width, height, channels, data }: Raw): SampleArray {
  const result = arrayOf(depthOf(data), width * height * 2);
  for (let i = 0; i < width * height; i++) {
    result[2 * i] = data[i * channels]!;
    result[2 * i + 1] = data[i * channels + channels - 1]!;
  }
  return result;
}

/** Copies samples to shared memory in parts, so that signals are handled in between. */
export async function inSharedMemory(data: SampleArray): Promise<SampleArray> {
  const copy = arrayOver(new SharedArrayBuffer(data.byteLength), depthOf(data));
  for (let from = 0; from < data.length; from += SAMPLES_PER_TURN) {
    copy.set(data.subarray(from, from + SAMPLES_PER_TURN), from);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return copy;
}
