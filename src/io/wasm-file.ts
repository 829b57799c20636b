// The package's WebAssembly modules, and instances of them whose memory fits the limit on address space.

import { memoryMaximum } from '../runtime/address-space.js';
import { readPackageFile } from './package-files.js';

const PAGE = 65536;
/** Enough for the tables of every module. */
const INITIAL_PAGES = 16;

const compiled = new Map<string, WebAssembly.Module>();

/** A module of the package, such as `dist/png/png.wasm`, compiled once a process; threads are given it. */
export function wasmModule(name: string): WebAssembly.Module {
  const module = compiled.get(name) ?? new WebAssembly.Module(readPackageFile(name));
  compiled.set(name, module);
  return module;
}

/** The exports of a fresh instance with a memory of its own. @throws RangeError where there is no room for that. */
export function instantiate<Loops>(module: WebAssembly.Module): Loops {
  const memory = new WebAssembly.Memory({
    initial: INITIAL_PAGES,
    maximum: Math.floor(memoryMaximum() / PAGE),
  });
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Loops;
}
