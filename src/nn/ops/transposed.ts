// A transposed convolution on bands. Outputs that are a stride apart meet the same weights: each of those phases is a
// plain convolution with the weights that it meets, and its outputs are spread to their places.

import { type ConvTranspose, X, Y } from '../layer.js';
import { supportOf, type Window } from '../plan/geometry.js';
import { windowOf } from '../plan/shape-inference.js';
import { type Band, pitchOf, type Work } from '../run/band.js';
import type { Shape } from '../tensor.js';
import type { LayerArena, LayerLoops } from '../wasm.js';
import { TapBank } from './packed-weights.js';
import { PaddedInput } from './padded-input.js';

/** Outputs `first`, `first + stride`, … along an axis, and the weights that they meet. */
interface Phase {
  readonly first: number;
  /** The input's sample that weight 0, or would, lie on for the first output. */
  readonly start: number;
  /** Weights, each with how many samples before that one its sample is. */
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

/** How far back the farthest tap of all phases lies. */
function depthOf(phases: readonly Phase[]): number {
  return phases.reduce((most, { taps }) => taps.reduce((far, { back }) => Math.max(far, back), most), 0);
}

export class TransposedConvolution implements Work {
  readonly inPlace = false;
  readonly scratch: number;
  readonly #loops: LayerLoops;
  readonly #layer: ConvTranspose;
  readonly #laidOut: PaddedInput;
  readonly #across: Phase[];
  readonly #down: Phase[];
  readonly #depth: number;
  readonly #left: number;
  /** The banks of a row of phases, for each phase down. */
  readonly #banks: readonly (readonly TapBank[])[];
  /** Numbers from a kernel's row of one phase to the next kernel's. */
  readonly #rowFloats: number;

  constructor(layer: ConvTranspose, input: Shape, output: Shape, rows: number, loops: LayerLoops) {
    this.#loops = loops;
    this.#layer = layer;
    const [across, down] = [windowOf(layer, X), windowOf(layer, Y)];
    this.#across = phasesOf(across);
    this.#down = phasesOf(down);
    this.#depth = depthOf(this.#down);
    const outputs = Math.ceil(output.width / across.stride);
    const starts = this.#across.map(({ start }) => start);
    this.#left = starts.reduce((a, b) => Math.min(a, b)) - depthOf(this.#across);
    const last = starts.reduce((a, b) => Math.max(a, b)) + outputs - 1;
    const reading = { left: this.#left, length: last - this.#left + 1, stride: 1, outputs };
    const read = Math.ceil(rows / down.stride) + 2 + Math.ceil(supportOf(down) / down.stride);
    this.#laidOut = new PaddedInput(reading, input.channels, read);
    this.#banks = this.#down.map((phase) => this.#across.map((other) => this.#bankOf(phase, other)));
    this.#rowFloats = pitchOf(outputs);
    this.scratch = this.#laidOut.floats + 16 + (output.channels + 3) * this.#rowFloats;
  }

  #bankOf(down: Phase, across: Phase): TapBank {
    const { shape, weights, bias, groups } = this.#layer;
    const [channels, kernelsEach, height, width] = shape;
    const channelsEach = channels / groups;
    const places: number[] = [];
    const offsets: number[] = [];
    for (let c = 0; c < channelsEach; c++) {
      for (const y of down.taps) {
        for (const x of across.taps) {
          offsets.push(this.#laidOut.offset(c, this.#depth - y.back, across.start - x.back - this.#left));
          places.push((c * kernelsEach * height + y.weight) * width + x.weight);
        }
      }
    }
    const groupWeights = channelsEach * kernelsEach * height * width;
    return new TapBank({
      offsets: Uint32Array.from(offsets),
      weight(kernel, tap) {
        const group = Math.floor(kernel / kernelsEach);
        const inGroup = (kernel % kernelsEach) * height * width;
        return weights[group * groupWeights + inGroup + places[tap]!]!;
      },
      bias,
      groups,
      kernelsEach,
      groupBytes: channelsEach * this.#laidOut.plane,
    });
  }

  claim(room: LayerArena): void {
    for (const bank of this.#banks.flat()) bank.claim(room);
  }

  fill(memory: ArrayBuffer): void {
    for (const bank of this.#banks.flat()) bank.fill(memory);
  }

  run(input: Band, output: Band, _floats: Float32Array, scratch: number): void {
    const loops = this.#loops;
    const [strideX, strideY] = this.#layer.stride;
    const laidOut = this.#laidOut;
    const end = output.top + output.rows;
    const top = this.#inputRow(output.top) - this.#depth;
    laidOut.lay(loops, input, top, this.#inputRow(end - 1) - top + 1, scratch);
    const row = 4 * Math.ceil((scratch / 4 + laidOut.floats) / 16) * 16;
    for (let y = output.top; y < end; y++) {
      const banks = this.#banks[y % strideY]!;
      const src = scratch + (this.#inputRow(y) - this.#depth - top) * laidOut.pitch;
      const dst = 4 * (output.at + (y - output.top) * output.pitch);
      if (strideX === 1) {
        banks[0]!.row(loops, src, dst, 4 * output.plane, output.width);
        continue;
      }
      for (const [i, { first }] of this.#across.entries()) {
        const count = Math.max(0, Math.ceil((output.width - first) / strideX));
        banks[i]!.row(loops, src, row, 4 * this.#rowFloats, count);
        for (let k = 0; k < output.channels; k++) {
          loops.spreadRow(
            row + 4 * k * this.#rowFloats,
            dst + 4 * (k * output.plane + first),
            count,
            strideX,
          );
        }
      }
    }
  }

  /** The input's row that the first weight, or would, lie on for a row of outputs. */
  #inputRow(y: number): number {
    const stride = this.#layer.stride[Y];
    return this.#down[y % stride]!.start + Math.floor(y / stride);
  }
}
