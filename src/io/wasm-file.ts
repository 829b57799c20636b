// Loads WebAssembly modules of the package, and instantiates them with memory within the address space limit.

import { memoryMaximum } from '../runtime/address-space.js';
import { readPackageFile } from './package-files.js';

const PAGE = 65536;
/** Enough for the static data of every module. */
const INITIAL_PAGES = 16;

const compiled = new Map<string, WebAssembly.Module>();

/** A module of the package, such as `dist/codecs/png/png.wasm`. Compiled once per process and passed to workers. */
export function wasmModule(name: string): WebAssembly.Module {
  const module = compiled.get(name) ?? new WebAssembly.Module(readPackageFile(name));
  compiled.set(name, module);
  return module;
}

/** The exports of a new instance with its own memory. @throws RangeError if memory cannot be allocated. */
export function instantiate<Loops>(module: WebAssembly.Module): Loops {
  const memory = new WebAssembly.Memory({
    initial: INITIAL_PAGES,
    maximum: Math.floor(memoryMaximum() / PAGE),
  });
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Loops;
}
