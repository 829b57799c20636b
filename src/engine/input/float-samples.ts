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

/** Converts rows of images of one shape and colour. */
export class FloatSamples {
  readonly #channels: number;
  readonly #scale: number;
  readonly #premultiplies: boolean;
  /** Per channel; null leaves samples as they are. */
  readonly #decoders: readonly (Decode | null)[];

  constructor(image: ImageInfo, { linear, premultiplies }: Preprocessing) {
    this.#channels = image.channels;
    this.#scale = fullScale(image.depth);
    this.#premultiplies = premultiplies;
    this.#decoders = linear ? decodersOf(image) : Array.from({ length: image.channels }, () => null);
  }

  /**
   * Converts rows. In both arrays, row y is at index y modulo the array's rows.
   * @param width of the image.
   */
  convert(source: SampleArray, { from, to }: Rows, width: number, out: Float32Array): void {
    const row = width * this.#channels;
    const [sourceRows, outRows] = [source.length / row, out.length / row];
    for (let y = from; y < to; y++)
      this.#convertRow(source, (y % sourceRows) * row, out, (y % outRows) * row, row);
  }

  #convertRow(source: SampleArray, from: number, out: Float32Array, to: number, count: number): void {
    const channels = this.#channels;
    for (const [c, decode] of this.#decoders.entries()) {
      if (decode) for (let i = c; i < count; i += channels) out[to + i] = decode(source[from + i]!);
      else for (let i = c; i < count; i += channels) out[to + i] = source[from + i]!;
    }
    if (!this.#premultiplies) return;
    for (let p = 0; p < count; p += channels) {
      const alpha = out[to + p + channels - 1]!;
      for (let c = 0; c < channels - 1; c++) out[to + p + c] = (out[to + p + c]! * alpha) / this.#scale;
    }
  }
}

/** A whole image, converted. */
export function toFloatSamples(image: Samples, preprocessing: Preprocessing): Samples {
  const data = new Float32Array(image.data.length);
  const rows = { from: 0, to: image.height };
  new FloatSamples(image, preprocessing).convert(image.data, rows, image.width, data);
  return { ...image, depth: 'float', data };
}

/** Per curve and full scale: computing 65536 powers takes longer than filtering a small image. */
const tables = new WeakMap<ToneCurve, Map<number, Float32Array>>();

/** The linear light of each stored value from 0 to `scale`, also from 0 to `scale`; cached. */
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
