// Runs fused layers over a band of rows in a thread's own memory, from the input rows that the band needs to
// its outputs. Results do not depend on the division into bands.

import { type Layer, Y } from '../layer.js';
import { convolution } from '../ops/convolution.js';
import { normalising, pointwise } from '../ops/pointwise.js';
import { pooling } from '../ops/pooling.js';
import { upsampling } from '../ops/upsampling.js';
import type { Span } from '../plan/geometry.js';
import { inputsOf } from '../plan/shape-inference.js';
import type { Shape } from '../tensor.js';
import { LayerArena, type LayerLoops } from '../wasm.js';
import { type Band, bandFloats, forEachRow, type LayerRunner, pitchOf, type RunnerSetup } from './band.js';

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

/** Prepares the memory and the layers of a group for bands of it. */
export function createBandRun(group: FusedGroup, loops: LayerLoops) {
  const { layers, shapes } = group;
  const most = maxRows(group);
  const arena = new LayerArena(loops);
  const runners = layers.map((layer, i) => {
    const [input, output] = [shapes[i]!, shapes[i + 1]!];
    return createLayerRunner(layer, { input, output, rows: most[i + 1]!, loops, arena });
  });
  const scratch = arena.takeFloats(Math.max(0, ...runners.map(({ scratch = 0 }) => scratch)));
  const sizes = shapes.map(({ channels, width }, i) => bandFloats(channels, width, most[i]!));
  const largest = Math.max(...sizes);
  const buffers = [arena.takeFloats(largest), arena.takeFloats(largest)] as const;
  const floats = new Float32Array(arena.commit());
  /** Milliseconds per layer so far. */
  const elapsedMs = layers.map(() => 0);
  const bandOf = (i: number, { from, to }: Span, place: number): Band => {
    const { channels, width, height } = shapes[i]!;
    const pitch = pitchOf(width);
    const rows = to - from;
    return { channels, width, height, top: from, rows, pitch, plane: rows * pitch, at: buffers[place]! / 4 };
  };
  /** Computes the outputs of one band. @param source tensor of the first shape. @param target of the last one. */
  const run = (band: number, source: Float32Array, target: Float32Array) => {
    const rows = rowsOfBand(group, band);
    let place = 0;
    let input = bandOf(0, rows[0]!, place);
    forEachRow(input, (to, c, row) => {
      const from = (c * input.height + input.top + row) * input.width;
      floats.set(source.subarray(from, from + input.width), to);
    });
    for (const [i, runner] of runners.entries()) {
      const started = performance.now();
      if (!runner.inPlace) place = 1 - place;
      const output = bandOf(i + 1, rows[i + 1]!, place);
      runner.run(input, output, floats, scratch);
      elapsedMs[i]! += performance.now() - started;
      input = output;
    }
    forEachRow(input, (from, c, row) => {
      const to = (c * input.height + input.top + row) * input.width;
      target.set(floats.subarray(from, from + input.width), to);
    });
  };
  return { run, elapsedMs };
}

function createLayerRunner(layer: Layer, setup: RunnerSetup): LayerRunner {
  switch (layer.type) {
    case 'conv':
    case 'conv-transpose':
      return convolution(layer, setup);
    case 'max-pool':
    case 'average-pool':
      return pooling(layer, setup.loops);
    case 'upsample':
      return upsampling(layer);
    case 'normalise':
      return normalising(layer);
    case 'normalise-over':
      throw new Error('mean and deviation are computed beforehand: it runs as normalise');
    default:
      return pointwise(layer, setup.loops);
  }
}
