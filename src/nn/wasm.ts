// The compiled loops of simd/, and the memory of a thread for bands.

import type { LayerLoops } from '../../dist/nn/layers.wasm.js';
import { wasmModule } from '../io/wasm-file.js';
import { Arena } from '../runtime/arena.js';

/** The exports of simd/layers.ts: addresses are in bytes. */
export type { LayerLoops };

/** The compiled module, which threads receive. */
export function layersModule(): WebAssembly.Module {
  return wasmModule('dist/nn/layers.wasm');
}

/** Allocates memory for bands and weights. */
export class LayerArena extends Arena {
  readonly #initializers: ((memory: ArrayBuffer) => void)[] = [];

  /** Reserves memory for numbers and returns its address; `commit` calls `initialize` to write them. */
  takeFloats(count: number, initialize?: (floats: Float32Array<ArrayBuffer>) => void): number {
    const at = this.take(4 * count);
    if (initialize) this.#initializers.push((memory) => initialize(new Float32Array(memory, at, count)));
    return at;
  }

  override commit(): ArrayBuffer {
    // Loops over eight numbers read beyond the last one.
    this.take(256);
    const memory = super.commit();
    for (const initialize of this.#initializers) initialize(memory);
    return memory;
  }
}
