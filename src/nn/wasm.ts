// The compiled loops of simd/.

import type { LayerLoops } from '../../dist/nn/layers.wasm.js';
import { instantiate, wasmModule } from '../io/wasm-file.js';

/** The exports of simd/layers.ts: addresses are in bytes. */
export type { LayerLoops };

/** The compiled module, which threads receive. */
export function layersModule(): WebAssembly.Module {
  return wasmModule('dist/nn/layers.wasm');
}

/** A new instance with its own memory. */
export function instantiateLayerLoops(module: WebAssembly.Module): LayerLoops {
  return instantiate<LayerLoops>(module);
}
