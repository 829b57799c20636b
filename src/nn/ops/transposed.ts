// Transposed convolution on bands. Outputs spaced by the stride use the same weights, so each such phase is a
// plain convolution with those weights, and its outputs are scattered to their positions.

import type { Arena } from '../../runtime/arena.js';
import { type ConvTranspose, X, Y } from '../layer.js';
import { supportOf, type Window } from '../plan/geometry.js';
import { windowOf } from '../plan/shape-inference.js';
import { type Band, type LayerRunner, pitchOf } from '../run/band.js';
import type { Shape } from '../tensor.js';
import type { LayerLoops } from '../wasm.js';
import { TapBank } from './packed-weights.js';
import { PaddedInput } from './padded-input.js';

/** The outputs `first`, `first + stride`, … along an axis, and their weights. */
interface Phase {
  readonly first: number;
  /** The input sample under weight 0 for the first output, even if that weight is not used. */
  readonly start: number;
  /** The weights used, and the distance of each one's sample before that sample. */
  readonly taps: readonly { readonly weight: number; readonly back: number }[];
}

function phasesOf({ size, stride, dilation, before }: Window): Phase[] {
  return Array.from({ length: stride }, (_, first) => {
    const place = first + before;
    const taps = [];
    for (let weight = 0; weight < size; weight++) {
      const rest = place - weight * dilation;
      if (rest % stride === 0) taps.push({ weight, back: Math.floor(place / stride) - rest / stride });
    }
    return { first, start: Math.floor(place / stride), taps };
  });
}

/** The largest distance of all phases. */
function depthOf(phases: readonly Phase[]): number {
  return phases.reduce((most, { taps }) => taps.reduce((far, { back }) => Math.max(far, back), most), 0);
}

export class TransposedConvolution implements LayerRunner {
  readonly inPlace = false;
  readonly scratch: number;
  readonly #loops: LayerLoops;
  readonly #layer: ConvTranspose;
  readonly #padded: PaddedInput;
  readonly #horizontal: Phase[];
  readonly #vertical: Phase[];
  readonly #depth: number;
  readonly #left: number;
  /** Banks by vertical, then horizontal phase. */
  readonly #banks: readonly (readonly TapBank[])[];
  /** Distance in numbers between the rows of consecutive kernels in one phase. */
  readonly #rowFloats: number;

  constructor(layer: ConvTranspose, input: Shape, output: Shape, rows: number, loops: LayerLoops) {
    this.#loops = loops;
    this.#layer = layer;
    const [horizontal, vertical] = [windowOf(layer, X), windowOf(layer, Y)];
    this.#horizontal = phasesOf(horizontal);
    this.#vertical = phasesOf(vertical);
    this.#depth = depthOf(this.#vertical);
    const outputs = Math.ceil(output.width / horizontal.stride);
    const starts = this.#horizontal.map(({ start }) => start);
    this.#left = starts.reduce((a, b) => Math.min(a, b)) - depthOf(this.#horizontal);
    const last = starts.reduce((a, b) => Math.max(a, b)) + outputs - 1;
    const reading = { left: this.#left, length: last - this.#left + 1, stride: 1, outputs };
    const read = Math.ceil(rows / vertical.stride) + 2 + Math.ceil(supportOf(vertical) / vertical.stride);
    this.#padded = new PaddedInput(reading, input.channels, read);
    this.#banks = this.#vertical.map((phase) => this.#horizontal.map((other) => this.#bankOf(phase, other)));
    this.#rowFloats = pitchOf(outputs);
    this.scratch = this.#padded.floats + 16 + (output.channels + 3) * this.#rowFloats;
  }

  #bankOf(vertical: Phase, horizontal: Phase): TapBank {
    const { shape, weights, bias, groups } = this.#layer;
    const [channels, kernelsPerGroup, height, width] = shape;
    const channelsPerGroup = channels / groups;
    const places: number[] = [];
    const offsets: number[] = [];
    for (let c = 0; c < channelsPerGroup; c++) {
      for (const y of vertical.taps) {
        for (const x of horizontal.taps) {
          offsets.push(this.#padded.offset(c, this.#depth - y.back, horizontal.start - x.back - this.#left));
          places.push((c * kernelsPerGroup * height + y.weight) * width + x.weight);
        }
      }
    }
    const groupWeights = channelsPerGroup * kernelsPerGroup * height * width;
    return new TapBank({
      offsets: Uint32Array.from(offsets),
      weight(kernel, tap) {
        const group = Math.floor(kernel / kernelsPerGroup);
        const inGroup = (kernel % kernelsPerGroup) * height * width;
        return weights[group * groupWeights + inGroup + places[tap]!]!;
      },
      bias,
      groups,
      kernelsPerGroup,
      groupBytes: channelsPerGroup * this.#padded.plane,
    });
  }

  allocate(arena: Arena): void {
    for (const bank of this.#banks.flat()) bank.allocate(arena);
  }

  initialize(memory: ArrayBuffer): void {
    for (const bank of this.#banks.flat()) bank.initialize(memory);
  }

  run(input: Band, output: Band, _floats: Float32Array, scratch: number): void {
    const loops = this.#loops;
    const [strideX, strideY] = this.#layer.stride;
    const padded = this.#padded;
    const end = output.top + output.rows;
    const top = this.#inputRow(output.top) - this.#depth;
    padded.copyFrom(loops, input, top, this.#inputRow(end - 1) - top + 1, scratch);
    const row = 4 * Math.ceil((scratch / 4 + padded.floats) / 16) * 16;
    for (let y = output.top; y < end; y++) {
      const banks = this.#banks[y % strideY]!;
      const src = scratch + (this.#inputRow(y) - this.#depth - top) * padded.pitch;
      const dst = 4 * (output.at + (y - output.top) * output.pitch);
      if (strideX === 1) {
        banks[0]!.row(loops, src, dst, 4 * output.plane, output.width);
        continue;
      }
      for (const [i, { first }] of this.#horizontal.entries()) {
        const count = Math.max(0, Math.ceil((output.width - first) / strideX));
        banks[i]!.row(loops, src, row, 4 * this.#rowFloats, count);
        for (let k = 0; k < output.channels; k++) {
          loops.scatterRow(
            row + 4 * k * this.#rowFloats,
            dst + 4 * (k * output.plane + first),
            count,
            strideX,
          );
        }
      }
    }
  }

  /** The input row under the first weight for an output row, even if that weight is not used. */
  #inputRow(y: number): number {
    const stride = this.#layer.stride[Y];
    return this.#vertical[y % stride]!.start + Math.floor(y / stride);
  }
}
