// The taps of many kernels over the same samples, packed for the loops: one list of byte offsets, and weights
// in blocks of four kernels. The offsets include strides and padding.

import type { LayerArena, LayerLoops } from '../wasm.js';

/** Outputs computed for all kernels before continuing: their samples stay in the L2 cache. */
const CHUNK = 128;

export interface Kernels {
  /** Byte offset of each tap's sample from its output's position. */
  readonly offsets: Uint32Array;
  readonly weights: Float32Array;
  /** Index of each tap's weight, counted from the first weight of its kernel. */
  readonly places: readonly number[];
  /** Index of the first weight of a kernel, numbered over all groups. */
  firstWeight(kernel: number): number;
  readonly bias: Float32Array | null;
  readonly groups: number;
  readonly kernelsPerGroup: number;
  /** Distance in bytes between the samples of consecutive groups. */
  readonly groupBytes: number;
}

/**
 * Computes a row of outputs of every kernel.
 * @param src address of the first output's position in the samples.
 * @param dst address of the first kernel's outputs; those of the next kernel are `plane` bytes further.
 */
export type ConvolveRow = (src: number, dst: number, plane: number, count: number) => void;

/** Kernels that are computed together: four, or one if a group has only one. */
interface Block {
  /** The first kernel, numbered over all groups, and the byte offset of its group's samples. */
  readonly first: number;
  readonly base: number;
  /** Addresses of the packed weights and biases. */
  readonly weightsAt: number;
  readonly biasesAt: number;
}

/** Packs the kernels into memory of the arena. @returns the function that computes a row, once the arena is committed. */
export function packWeights(
  { offsets, weights, places, firstWeight, bias, groups, kernelsPerGroup, groupBytes }: Kernels,
  loops: LayerLoops,
  arena: LayerArena,
): ConvolveRow {
  const taps = offsets.length;
  const offsetsAt = arena.takeFloats(taps, ({ buffer, byteOffset }) => {
    new Uint32Array(buffer, byteOffset, taps).set(offsets);
  });
  const blockSize = kernelsPerGroup === 1 ? 1 : 4;
  const blocks: Block[] = [];
  for (let group = 0; group < groups; group++) {
    for (let k = 0; k < kernelsPerGroup; k += blockSize) {
      const first = group * kernelsPerGroup + k;
      // The weights of missing kernels are 0.
      const count = Math.min(blockSize, kernelsPerGroup - k);
      const biasesAt = arena.takeFloats(4, (to) => {
        for (let i = 0; i < 4; i++) to[i] = i < count ? (bias?.[first + i] ?? 0) : 0;
      });
      const weightsAt = arena.takeFloats(taps * blockSize, (to) => {
        to.fill(0);
        for (let i = 0; i < count; i++) {
          const from = firstWeight(first + i);
          for (let tap = 0; tap < taps; tap++) to[tap * blockSize + i] = weights[from + places[tap]!]!;
        }
      });
      blocks.push({ first, base: group * groupBytes, weightsAt, biasesAt });
    }
  }
  return (src, dst, plane, count) => {
    for (let x = 0; x < count; x += CHUNK) {
      const some = Math.min(CHUNK, count - x);
      for (const { first, base, weightsAt, biasesAt } of blocks) {
        const from = src + base + 4 * x;
        const to = dst + first * plane + 4 * x;
        if (blockSize === 1) loops.convolveOne(from, offsetsAt, weightsAt, biasesAt, taps, to, some);
        else loops.convolveFour(from, offsetsAt, weightsAt, biasesAt, taps, to, plane, some);
      }
    }
  };
}
