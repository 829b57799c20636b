// The compiled loops of simd/ and the memory that a thread's bands lie in. Knows addresses; knows no layer.

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
  layRow(
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
  spreadRow(src: number, dst: number, count: number, stride: number): void;
  firstFreeByte(): number;
}

/** The module; threads are given it. */
export function layersModule(): WebAssembly.Module {
  return wasmModule('dist/nn/layers.wasm');
}

/** A fresh instance with a memory of its own. */
export function instantiateLayerLoops(module: WebAssembly.Module): LayerLoops {
  return instantiate<LayerLoops>(module);
}

const PAGE = 65536;

/** Hands out stretches of a memory one after the other, then makes the memory as large as they need. */
export class LayerArena {
  readonly #loops: LayerLoops;
  #next: number;

  constructor(loops: LayerLoops) {
    this.#loops = loops;
    this.#next = loops.firstFreeByte();
  }

  /** The address of `floats` numbers, at a multiple of 64. */
  take(floats: number): number {
    const at = Math.ceil(this.#next / 64) * 64;
    this.#next = at + floats * 4;
    return at;
  }

  /**
   * Makes the memory hold all that was taken, and some that loops over eight numbers read beyond it.
   * @throws RangeError where there is no such memory.
   */
  commit(): ArrayBuffer {
    const { memory } = this.#loops;
    const missing = Math.ceil((this.#next + 256) / PAGE) - memory.buffer.byteLength / PAGE;
    if (missing > 0) memory.grow(missing);
    return memory.buffer as ArrayBuffer;
  }
}
