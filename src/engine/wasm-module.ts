// The compiled loops of engine/wasm and their memory.

import type { Loops } from '../../dist/engine/engine.wasm.js';
import { instantiate, wasmModule } from '../io/wasm-file.js';

/** The exports of wasm/engine.ts. Pointers are byte addresses; `count` is in samples. */
export type { Loops };

/** The compiled module; workers get it by message. */
export function loopsModule(): WebAssembly.Module {
  return wasmModule('dist/engine/engine.wasm');
}

/** A new instance with its own memory. */
export function instantiateLoops(module: WebAssembly.Module): Loops {
  return instantiate<Loops>(module);
}
