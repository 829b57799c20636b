// The taps of many kernels over the same samples, packed for the loops: one list of offsets, and weights for four
// kernels at a time. Knows neither strides nor padding, which the offsets hold.

import type { LayerArena, LayerLoops } from '../wasm.js';

/** So many outputs are made for all kernels before the next ones: their samples stay in the second-level cache. */
const CHUNK = 128;

export interface Kernels {
  /** Byte offset of each tap's sample from its output's place. */
  readonly offsets: Uint32Array;
  /** The weight of a kernel (counted over all groups) for a tap. */
  weight(kernel: number, tap: number): number;
  readonly bias: Float32Array | null;
  readonly groups: number;
  readonly kernelsEach: number;
  /** Bytes from a group's samples to the next one's. */
  readonly groupBytes: number;
}

interface Block {
  readonly first: number;
  /** How many of its kernels are there; the others' weights are 0. */
  readonly count: number;
  /** Bytes to its group's samples. */
  readonly base: number;
  weights: number;
  biases: number;
}

export class TapBank {
  readonly #kernels: Kernels;
  readonly #blocks: Block[] = [];
  /** Kernels in a block: one, where each group has no more. */
  readonly #together: number;
  #offsets = 0;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    const { groups, kernelsEach, groupBytes } = kernels;
    this.#together = kernelsEach === 1 ? 1 : 4;
    for (let group = 0; group < groups; group++) {
      for (let k = 0; k < kernelsEach; k += this.#together) {
        const count = Math.min(this.#together, kernelsEach - k);
        const first = group * kernelsEach + k;
        this.#blocks.push({ first, count, base: group * groupBytes, weights: 0, biases: 0 });
      }
    }
  }

  claim(room: LayerArena): void {
    const taps = this.#kernels.offsets.length;
    this.#offsets = room.take(taps);
    for (const block of this.#blocks) {
      block.biases = room.take(4);
      block.weights = room.take(taps * this.#together);
    }
  }

  fill(memory: ArrayBuffer): void {
    const { offsets, bias } = this.#kernels;
    const together = this.#together;
    new Uint32Array(memory, this.#offsets, offsets.length).set(offsets);
    for (const { first, count, weights, biases } of this.#blocks) {
      const to = new Float32Array(memory, weights, offsets.length * together);
      to.fill(0);
      new Float32Array(memory, biases, 4).fill(0);
      for (let k = 0; k < count; k++) {
        new Float32Array(memory, biases, 4)[k] = bias?.[first + k] ?? 0;
        for (let tap = 0; tap < offsets.length; tap++)
          to[tap * together + k] = this.#kernels.weight(first + k, tap);
      }
    }
  }

  /**
   * A row of outputs of every kernel.
   * @param src address of the place of the first output.
   * @param dst address of its outputs of the first kernel; the next one's are `plane` bytes on.
   */
  row(loops: LayerLoops, src: number, dst: number, plane: number, count: number): void {
    const taps = this.#kernels.offsets.length;
    for (let x = 0; x < count; x += CHUNK) {
      const some = Math.min(CHUNK, count - x);
      for (const { first, base, weights, biases } of this.#blocks) {
        const from = src + base + 4 * x;
        const to = dst + first * plane + 4 * x;
        if (this.#together === 1) loops.convolveOne(from, this.#offsets, weights, biases, taps, to, some);
        else loops.convolveFour(from, this.#offsets, weights, biases, taps, to, plane, some);
      }
    }
  }
}
