// The compiled loops of simd/, and the allocation of a thread's memory for bands.

import { instantiate, wasmModule } from '../io/wasm-file.js';

/** The exports of simd/layers.ts: addresses are in bytes. */
export interface LayerLoops {
  readonly memory: WebAssembly.Memory;
  convolveFour(
    src: number,
    offsets: number,
    weights: number,
    biases: number,
    taps: number,
    dst: number,
    plane: number,
    count: number,
  ): void;
  convolveOne(
    src: number,
    offsets: number,
    weights: number,
    biases: number,
    taps: number,
    dst: number,
    count: number,
  ): void;
  padRow(
    src: number,
    count: number,
    dst: number,
    from: number,
    length: number,
    stride: number,
    phase: number,
  ): void;
  rectify(at: number, count: number): void;
  gatherMax(src: number, step: number, dst: number, count: number): void;
  gatherSum(src: number, step: number, dst: number, count: number): void;
  scatterRow(src: number, dst: number, count: number, stride: number): void;
  firstFreeByte(): number;
}

/** The compiled module, which threads receive. */
export function layersModule(): WebAssembly.Module {
  return wasmModule('dist/nn/layers.wasm');
}

/** A new instance with its own memory. */
export function instantiateLayerLoops(module: WebAssembly.Module): LayerLoops {
  return instantiate<LayerLoops>(module);
}

const PAGE = 65536;

/** Allocates regions of a memory one after the other, then grows the memory to hold them. */
export class LayerArena {
  readonly #loops: LayerLoops;
  #next: number;

  constructor(loops: LayerLoops) {
    this.#loops = loops;
    this.#next = loops.firstFreeByte();
  }

  /** Allocates `floats` numbers and returns their address, a multiple of 64. */
  take(floats: number): number {
    const at = Math.ceil(this.#next / 64) * 64;
    this.#next = at + floats * 4;
    return at;
  }

  /**
   * Grows the memory to hold everything allocated, plus what loops over eight numbers read beyond it.
   * @throws RangeError if memory is insufficient.
   */
  commit(): ArrayBuffer {
    const { memory } = this.#loops;
    const missing = Math.ceil((this.#next + 256) / PAGE) - memory.buffer.byteLength / PAGE;
    if (missing > 0) memory.grow(missing);
    return memory.buffer as ArrayBuffer;
  }
}
