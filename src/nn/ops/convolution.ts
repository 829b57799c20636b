// The convolution layer on bands: pads the input, then computes rows of sums. Sums start at the bias and are
// added by channel, then row, in float32.

import type { Arena } from '../../runtime/arena.js';
import { type Conv, X, Y } from '../layer.js';
import { supportOf } from '../plan/geometry.js';
import { windowOf } from '../plan/shape-inference.js';
import type { Band, LayerRunner } from '../run/band.js';
import type { Shape } from '../tensor.js';
import type { LayerLoops } from '../wasm.js';
import { TapBank } from './packed-weights.js';
import { PaddedInput } from './padded-input.js';

export class Convolution implements LayerRunner {
  readonly inPlace = false;
  readonly scratch: number;
  readonly #loops: LayerLoops;
  readonly #layer: Conv;
  readonly #padded: PaddedInput;
  readonly #bank: TapBank;

  /** @param rows maximum number of output rows per band. */
  constructor(layer: Conv, input: Shape, output: Shape, rows: number, loops: LayerLoops) {
    this.#loops = loops;
    this.#layer = layer;
    const [horizontal, vertical] = [windowOf(layer, X), windowOf(layer, Y)];
    const reading = {
      left: -horizontal.before,
      length: (output.width - 1) * horizontal.stride + supportOf(horizontal),
      stride: horizontal.stride,
      outputs: output.width,
    };
    const padded = new PaddedInput(
      reading,
      input.channels,
      (rows - 1) * vertical.stride + supportOf(vertical),
    );
    this.#padded = padded;
    this.scratch = padded.floats;
    const { shape, weights, bias, groups } = layer;
    const [kernels, channels, height, width] = shape;
    const offsets = new Uint32Array(channels * height * width);
    let tap = 0;
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          offsets[tap++] = padded.offset(c, y * vertical.dilation, x * horizontal.dilation);
    this.#bank = new TapBank({
      offsets,
      weight: (kernel, tap) => weights[kernel * offsets.length + tap]!,
      bias,
      groups,
      kernelsPerGroup: kernels / groups,
      groupBytes: channels * padded.plane,
    });
  }

  allocate(arena: Arena): void {
    this.#bank.allocate(arena);
  }

  initialize(memory: ArrayBuffer): void {
    this.#bank.initialize(memory);
  }

  run(input: Band, output: Band, _floats: Float32Array, scratch: number): void {
    const vertical = windowOf(this.#layer, Y);
    const padded = this.#padded;
    const top = output.top * vertical.stride - vertical.before;
    padded.copyFrom(
      this.#loops,
      input,
      top,
      (output.rows - 1) * vertical.stride + supportOf(vertical),
      scratch,
    );
    for (let y = 0; y < output.rows; y++) {
      const src = scratch + y * vertical.stride * padded.pitch;
      const dst = 4 * (output.at + y * output.pitch);
      this.#bank.row(this.#loops, src, dst, 4 * output.plane, output.width);
    }
  }
}
