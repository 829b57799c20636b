// Runs fused layers over a band of rows in a thread's own memory, from the input rows that the band needs to
// its outputs. Results do not depend on the division into bands.

import { Arena } from '../../runtime/arena.js';
import { type Layer, Y } from '../layer.js';
import { Convolution } from '../ops/convolution.js';
import { normalising, pointwise } from '../ops/pointwise.js';
import { pooling } from '../ops/pooling.js';
import { TransposedConvolution } from '../ops/transposed.js';
import { upsampling } from '../ops/upsampling.js';
import type { Span } from '../plan/geometry.js';
import { inputsOf } from '../plan/shape-inference.js';
import type { Shape } from '../tensor.js';
import type { LayerLoops } from '../wasm.js';
import { type Band, bandFloats, forEachRow, type LayerRunner, pitchOf } from './band.js';

/** A group of fused layers, and how its outputs are divided into bands. */
export interface FusedGroup {
  readonly layers: readonly Layer[];
  /** Shapes of the input and of each layer's output. */
  readonly shapes: readonly Shape[];
  /** Rows per band of the last layer's output. */
  readonly bandRows: number;
}

export function bandCount({ shapes, bandRows }: FusedGroup): number {
  return Math.ceil(shapes.at(-1)!.height / bandRows);
}

/** The rows of the input and of each layer's output that a band needs, clipped to the maps. */
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

/** The maximum number of rows of the input and of each layer's output that any band needs. */
export function maxRows(group: FusedGroup): number[] {
  const most = group.shapes.map(() => 0);
  for (let band = 0; band < bandCount(group); band++) {
    for (const [i, { from, to }] of rowsOfBand(group, band).entries())
      most[i] = Math.max(most[i]!, to - from);
  }
  return most;
}

/** The memory and layer implementations for one group. */
export class BandRun {
  readonly #group: FusedGroup;
  readonly #runners: readonly LayerRunner[];
  /** Maximum number of rows per shape. */
  readonly #maxRows: readonly number[];
  readonly #buffers: readonly [number, number];
  readonly #scratch: number;
  readonly #floats: Float32Array;
  /** Milliseconds per layer so far. */
  readonly elapsedMs: number[];

  constructor(group: FusedGroup, loops: LayerLoops) {
    this.#group = group;
    const { layers, shapes } = group;
    this.#maxRows = maxRows(group);
    this.#runners = layers.map((layer, i) =>
      createLayerRunner(layer, shapes[i]!, shapes[i + 1]!, this.#maxRows[i + 1]!, loops),
    );
    this.elapsedMs = layers.map(() => 0);
    const arena = new Arena(loops);
    for (const runner of this.#runners) runner.allocate(arena);
    this.#scratch = arena.take(4 * Math.max(0, ...this.#runners.map(({ scratch }) => scratch)));
    const sizes = shapes.map(({ channels, width }, i) => bandFloats(channels, width, this.#maxRows[i]!));
    const largest = Math.max(...sizes);
    this.#buffers = [arena.take(4 * largest), arena.take(4 * largest)];
    // Loops over eight numbers read beyond the last one.
    arena.take(256);
    const memory = arena.commit();
    for (const runner of this.#runners) runner.initialize(memory);
    this.#floats = new Float32Array(memory);
  }

  /**
   * Computes the outputs of one band. @param source tensor of the first shape. @param target tensor of the
   * last one.
   */
  run(band: number, source: Float32Array, target: Float32Array): void {
    const { layers } = this.#group;
    const rows = rowsOfBand(this.#group, band);
    let place = 0;
    let input = this.#bandOf(0, rows[0]!, place);
    this.#copyIn(source, input);
    for (const i of layers.keys()) {
      const started = performance.now();
      const runner = this.#runners[i]!;
      if (!runner.inPlace) place = 1 - place;
      const output = this.#bandOf(i + 1, rows[i + 1]!, place);
      runner.run(input, output, this.#floats, this.#scratch);
      this.elapsedMs[i]! += performance.now() - started;
      input = output;
    }
    this.#copyOut(input, target);
  }

  #bandOf(i: number, { from, to }: Span, place: number): Band {
    const { channels, width, height } = this.#group.shapes[i]!;
    const pitch = pitchOf(width);
    const rows = to - from;
    const at = this.#buffers[place]! / 4;
    return { channels, width, height, top: from, rows, pitch, plane: rows * pitch, at };
  }

  #copyIn(source: Float32Array, band: Band): void {
    const { width, height, top } = band;
    forEachRow(band, (to, c, row) => {
      const from = (c * height + top + row) * width;
      this.#floats.set(source.subarray(from, from + width), to);
    });
  }

  #copyOut(band: Band, target: Float32Array): void {
    const { width, height, top } = band;
    forEachRow(band, (from, c, row) => {
      target.set(this.#floats.subarray(from, from + width), (c * height + top + row) * width);
    });
  }
}

function createLayerRunner(
  layer: Layer,
  input: Shape,
  output: Shape,
  rows: number,
  loops: LayerLoops,
): LayerRunner {
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
      throw new Error('mean and deviation are computed beforehand: it runs as normalise');
    default:
      return pointwise(layer, loops);
  }
}
