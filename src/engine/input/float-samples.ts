// Converts an image to the float samples that are filtered: colour in linear light, multiplied by alpha, or both. Alpha
// itself is unchanged.

import {
  colourChannels,
  fullScale,
  type ImageInfo,
  type Rows,
  type SampleArray,
  type Samples,
} from '../../core/image.js';
import type { ToneCurve } from '../../core/tone-curve.js';
import { curvesOf } from './srgb.js';

/** What happens to samples before they are filtered. */
export interface Preprocessing {
  readonly linear: boolean;
  readonly premultiplies: boolean;
}

type Decode = (sample: number) => number;

/** Converts rows of an image. In both arrays, row y is at index y modulo the array's rows. */
export type ConvertRows = (source: SampleArray, rows: Rows, out: Float32Array) => void;

/** The conversion of images of one shape and colour. */
export function floatConverter(image: ImageInfo, { linear, premultiplies }: Preprocessing): ConvertRows {
  // Null leaves samples as they are.
  const decoders = linear ? decodersOf(image) : Array.from({ length: image.channels }, () => null);
  const convertRow = (source: SampleArray, from: number, out: Float32Array, to: number, row: number) => {
    // Local: variables of the enclosing function would be read again for every sample.
    const { channels } = image;
    const scale = fullScale(image.depth);
    for (const [c, decode] of decoders.entries()) {
      if (decode) for (let i = c; i < row; i += channels) out[to + i] = decode(source[from + i]!);
      else for (let i = c; i < row; i += channels) out[to + i] = source[from + i]!;
    }
    if (!premultiplies) return;
    for (let p = 0; p < row; p += channels) {
      const alpha = out[to + p + channels - 1]!;
      for (let c = 0; c < channels - 1; c++) out[to + p + c] = (out[to + p + c]! * alpha) / scale;
    }
  };
  return (source, { from, to }, out) => {
    const row = image.width * image.channels;
    const [sourceRows, outRows] = [source.length / row, out.length / row];
    for (let y = from; y < to; y++) convertRow(source, (y % sourceRows) * row, out, (y % outRows) * row, row);
  };
}

/** A whole image, converted. */
export function toFloatSamples(image: Samples, preprocessing: Preprocessing): Samples {
  const data = new Float32Array(image.data.length);
  floatConverter(image, preprocessing)(image.data, { from: 0, to: image.height }, data);
  return { ...image, depth: 'float', data };
}

/** Of curves and scales: 65536 powers take longer than a small image. */
const tables = new WeakMap<ToneCurve, Map<number, Float32Array>>();

/** The linear light of each stored value from 0 to `scale`, in that range. */
function tableOf(curve: ToneCurve, scale: number): Float32Array {
  const ofCurve = tables.get(curve) ?? new Map<number, Float32Array>();
  tables.set(curve, ofCurve);
  const known = ofCurve.get(scale);
  if (known) return known;
  const table = Float32Array.from({ length: scale + 1 }, (_, v) => curve.decode(v / scale) * scale);
  ofCurve.set(scale, table);
  return table;
}

/** The decoder of each channel to linear light in the samples' own range. */
function decodersOf(image: ImageInfo): (Decode | null)[] {
  const scale = fullScale(image.depth);
  const decoderOf = (curve: ToneCurve): Decode => {
    if (image.depth === 'float') return curve.decode;
    const table = tableOf(curve, scale);
    return (v) => table[v]!;
  };
  const decoders = curvesOf(image).map(decoderOf);
  const colours = colourChannels(image);
  return Array.from({ length: image.channels }, (_, c) => {
    if (image.hasAlpha && c === image.channels - 1) return null;
    return decoders[colours === decoders.length ? c : 1] ?? decoders[0]!;
  });
}
