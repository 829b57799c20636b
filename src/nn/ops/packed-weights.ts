// The taps of many kernels over the same samples, packed for the loops: one list of byte offsets, and weights
// in blocks of four kernels. The offsets include strides and padding.

import type { Arena } from '../../runtime/arena.js';
import type { LayerLoops } from '../wasm.js';

/** Outputs computed for all kernels before continuing: their samples stay in the L2 cache. */
const CHUNK = 128;

export interface Kernels {
  /** Byte offset of each tap's sample from its output's position. */
  readonly offsets: Uint32Array;
  /** The weight of a kernel (numbered over all groups) for a tap. */
  weight(kernel: number, tap: number): number;
  readonly bias: Float32Array | null;
  readonly groups: number;
  readonly kernelsPerGroup: number;
  /** Distance in bytes between the samples of consecutive groups. */
  readonly groupBytes: number;
}

interface Block {
  readonly first: number;
  /** Number of kernels in the block; the remaining weights are 0. */
  readonly count: number;
  /** Byte offset of its group's samples. */
  readonly base: number;
  weights: number;
  biases: number;
}

export class TapBank {
  readonly #kernels: Kernels;
  readonly #blocks: Block[] = [];
  /** Kernels per block: one, if groups have one kernel each. */
  readonly #blockSize: number;
  #offsets = 0;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    const { groups, kernelsPerGroup, groupBytes } = kernels;
    this.#blockSize = kernelsPerGroup === 1 ? 1 : 4;
    for (let group = 0; group < groups; group++) {
      for (let k = 0; k < kernelsPerGroup; k += this.#blockSize) {
        const count = Math.min(this.#blockSize, kernelsPerGroup - k);
        const first = group * kernelsPerGroup + k;
        this.#blocks.push({ first, count, base: group * groupBytes, weights: 0, biases: 0 });
      }
    }
  }

  allocate(arena: Arena): void {
    const taps = this.#kernels.offsets.length;
    this.#offsets = arena.take(4 * taps);
    for (const block of this.#blocks) {
      block.biases = arena.take(4 * 4);
      block.weights = arena.take(4 * taps * this.#blockSize);
    }
  }

  initialize(memory: ArrayBuffer): void {
    const { offsets, bias } = this.#kernels;
    const blockSize = this.#blockSize;
    new Uint32Array(memory, this.#offsets, offsets.length).set(offsets);
    for (const { first, count, weights, biases } of this.#blocks) {
      const to = new Float32Array(memory, weights, offsets.length * blockSize);
      to.fill(0);
      new Float32Array(memory, biases, 4).fill(0);
      for (let k = 0; k < count; k++) {
        new Float32Array(memory, biases, 4)[k] = bias?.[first + k] ?? 0;
        for (let tap = 0; tap < offsets.length; tap++)
          to[tap * blockSize + k] = this.#kernels.weight(first + k, tap);
      }
    }
  }

  /**
   * Computes a row of outputs of every kernel.
   * @param src address of the first output's position in the samples.
   * @param dst address of the first kernel's outputs; those of the next kernel are `plane` bytes further.
   */
  row(loops: LayerLoops, src: number, dst: number, plane: number, count: number): void {
    const taps = this.#kernels.offsets.length;
    for (let x = 0; x < count; x += CHUNK) {
      const some = Math.min(CHUNK, count - x);
      for (const { first, base, weights, biases } of this.#blocks) {
        const from = src + base + 4 * x;
        const to = dst + first * plane + 4 * x;
        if (this.#blockSize === 1) loops.convolveOne(from, this.#offsets, weights, biases, taps, to, some);
        else loops.convolveFour(from, this.#offsets, weights, biases, taps, to, plane, some);
      }
    }
  }
}
