// Instantiates the WebAssembly code of wasm/ and provides its memory.

import type { PngLoops } from '../../../dist/codecs/png/png.wasm.js';
import { instantiate, wasmModule } from '../../io/wasm-file.js';
import { Arena } from '../../runtime/arena.js';

/** The exports of wasm/png.ts. Addresses and lengths are in bytes; checksums may be signed or unsigned. */
export type { PngLoops };

let instance: PngLoops | undefined;

/** The compiled module, which is passed to workers. */
export function pngModule(): WebAssembly.Module {
  return wasmModule('dist/codecs/png/png.wasm');
}

/** A new instance with its own memory. */
export function instantiatePngLoops(module: WebAssembly.Module): PngLoops {
  const loops = instantiate<PngLoops>(module);
  loops.prepareCrc();
  return loops;
}

/** This thread's instance, for synchronous work. */
export function threadLoops(): PngLoops {
  instance ??= instantiatePngLoops(pngModule());
  return instance;
}

const idleInstances: PngLoops[] = [];

/** An instance for asynchronous work, that nothing else uses until it is returned by `returnLoops`. */
export function takeLoops(): PngLoops {
  return idleInstances.pop() ?? instantiatePngLoops(pngModule());
}

export function returnLoops(loops: PngLoops): void {
  idleInstances.push(loops);
}

/** Grows the memory so that `bytes` are free. @returns the memory and the address of the free part. */
export function scratchFor(bytes: number, loops: PngLoops): { heap: Uint8Array; at: number } {
  const arena = new Arena(loops);
  const at = arena.take(bytes);
  return { heap: new Uint8Array(arena.commit()), at };
}
