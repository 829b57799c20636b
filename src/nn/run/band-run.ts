// Layers one after the other over a band of rows, in a thread's own memory: from the rows of the input that the band's
// outputs need to the outputs. The same numbers come out whichever bands there are.

import { type Layer, Y } from '../layer.js';
import { Convolution } from '../ops/convolution.js';
import { normalising, pointwise } from '../ops/pointwise.js';
import { pooling } from '../ops/pooling.js';
import { TransposedConvolution } from '../ops/transposed.js';
import { upsampling } from '../ops/upsampling.js';
import type { Span } from '../plan/geometry.js';
import { inputsOf } from '../plan/shape-inference.js';
import type { Shape } from '../tensor.js';
import { LayerArena, type LayerLoops } from '../wasm.js';
import { type Band, bandFloats, pitchOf, type Work } from './band.js';

/** Some layers of a stack, and how their outputs are cut into bands. */
export interface FusedGroup {
  readonly layers: readonly Layer[];
  /** Of the input, and of each layer's output. */
  readonly shapes: readonly Shape[];
  /** Rows of the last layer's output that are made at a time. */
  readonly bandRows: number;
}

/** How many bands there are. */
export function bandCount({ shapes, bandRows }: FusedGroup): number {
  return Math.ceil(shapes.at(-1)!.height / bandRows);
}

/** Rows of the input and of each layer's output that a band needs, inside of what there is. */
export function rowsOfBand({ layers, shapes, bandRows }: FusedGroup, band: number): Span[] {
  const { height } = shapes.at(-1)!;
  let span: Span = { from: band * bandRows, to: Math.min(height, (band + 1) * bandRows) };
  const spans = [span];
  for (let i = layers.length - 1; i >= 0; i--) {
    const { from, to } = inputsOf(layers[i]!, Y, span);
    const first = Math.min(Math.max(from, 0), shapes[i]!.height);
    span = { from: first, to: Math.max(first, Math.min(to, shapes[i]!.height)) };
    spans.unshift(span);
  }
  return spans;
}

/** The most rows of the input and of each layer's output that any band needs. */
export function mostRows(stretch: FusedGroup): number[] {
  const most = stretch.shapes.map(() => 0);
  for (let band = 0; band < bandCount(stretch); band++) {
    for (const [i, { from, to }] of rowsOfBand(stretch, band).entries())
      most[i] = Math.max(most[i]!, to - from);
  }
  return most;
}

/** Memory for one stretch, and what carries it out. */
export class BandRun {
  readonly #stretch: FusedGroup;
  readonly #works: readonly Work[];
  /** The most rows of each. */
  readonly #most: readonly number[];
  readonly #buffers: readonly [number, number];
  readonly #scratch: number;
  readonly #floats: Float32Array;
  /** Milliseconds of each layer so far. */
  readonly took: number[];

  constructor(stretch: FusedGroup, loops: LayerLoops) {
    this.#stretch = stretch;
    const { layers, shapes } = stretch;
    this.#most = mostRows(stretch);
    this.#works = layers.map((layer, i) =>
      workOf(layer, shapes[i]!, shapes[i + 1]!, this.#most[i + 1]!, loops),
    );
    this.took = layers.map(() => 0);
    const room = new LayerArena(loops);
    for (const work of this.#works) work.claim(room);
    this.#scratch = room.take(Math.max(0, ...this.#works.map(({ scratch }) => scratch)));
    const sizes = shapes.map(({ channels, width }, i) => bandFloats(channels, width, this.#most[i]!));
    const largest = Math.max(...sizes);
    this.#buffers = [room.take(largest), room.take(largest)];
    const memory = room.commit();
    for (const work of this.#works) work.fill(memory);
    this.#floats = new Float32Array(memory);
  }

  /** Makes the outputs of one band. @param source of the first shape. @param target of the last one. */
  run(band: number, source: Float32Array, target: Float32Array): void {
    const { layers, shapes } = this.#stretch;
    const rows = rowsOfBand(this.#stretch, band);
    let place = 0;
    let input = this.#bandOf(0, rows[0]!, place);
    this.#copyIn(source, input);
    for (const i of layers.keys()) {
      const started = performance.now();
      const work = this.#works[i]!;
      if (!work.inPlace) place = 1 - place;
      const output = this.#bandOf(i + 1, rows[i + 1]!, place);
      work.run(input, output, this.#floats, this.#scratch);
      this.took[i]! += performance.now() - started;
      input = output;
    }
    this.#copyOut(input, target, shapes.at(-1)!);
  }

  #bandOf(i: number, { from, to }: Span, place: number): Band {
    const { channels, width, height } = this.#stretch.shapes[i]!;
    const pitch = pitchOf(width);
    const rows = to - from;
    const at = this.#buffers[place]! / 4;
    return { channels, width, height, top: from, rows, pitch, plane: rows * pitch, at };
  }

  #copyIn(source: Float32Array, { channels, width, height, top, rows, pitch, plane, at }: Band): void {
    for (let c = 0; c < channels; c++) {
      for (let row = 0; row < rows; row++) {
        const from = (c * height + top + row) * width;
        this.#floats.set(source.subarray(from, from + width), at + c * plane + row * pitch);
      }
    }
  }

  #copyOut(
    { channels, width, top, rows, pitch, plane, at }: Band,
    target: Float32Array,
    { height }: Shape,
  ): void {
    for (let c = 0; c < channels; c++) {
      for (let row = 0; row < rows; row++) {
        const from = at + c * plane + row * pitch;
        target.set(this.#floats.subarray(from, from + width), (c * height + top + row) * width);
      }
    }
  }
}

/** What carries out a layer. */
function workOf(layer: Layer, input: Shape, output: Shape, rows: number, loops: LayerLoops): Work {
  switch (layer.type) {
    case 'conv':
      return new Convolution(layer, input, output, rows, loops);
    case 'conv-transpose':
      return new TransposedConvolution(layer, input, output, rows, loops);
    case 'max-pool':
    case 'average-pool':
      return pooling(layer, loops);
    case 'upsample':
      return upsampling(layer);
    case 'normalise':
      return normalising(layer);
    case 'normalise-over':
      throw new Error('its mean and deviation are those of whole maps: it runs as normalise');
    default:
      return pointwise(layer, loops);
  }
}
