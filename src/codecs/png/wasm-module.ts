// Instantiates the WebAssembly code of wasm/ and provides its memory.

import { instantiate, wasmModule } from '../../io/wasm-file.js';

/** The exports of wasm/png.ts. Addresses and lengths are in bytes; checksums may be signed or unsigned. */
export interface PngLoops {
  readonly memory: WebAssembly.Memory;
  filterRows(type: number, src: number, dst: number, rows: number, bytes: number, bpp: number): void;
  countZeros(at: number, bytes: number): number;
  countRepeats(at: number, bytes: number): number;
  swapBytes(at: number, bytes: number): void;
  unfilterRows(src: number, dst: number, rows: number, bytes: number, bpp: number): number;
  inflate(src: number, srcBytes: number, dst: number, dstBytes: number): number;
  firstOfTwo(src: number, srcBytes: number, dst: number, dstBytes: number): number;
  secondOfTwo(src: number, srcBytes: number, dst: number, dstBytes: number): number;
  inflateTwo(): number;
  deflateRuns(src: number, bytes: number, dst: number, isLast: number): number;
  adler32(adler: number, at: number, bytes: number): number;
  crc32(crc: number, at: number, bytes: number): number;
  prepareCrc(): void;
  firstFreeByte(): number;
}

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

const PAGE = 65536;

/**
 * Grows the memory so that `bytes` are free.
 * @returns the memory and the address of the free part.
 */
export function scratchFor(
  bytes: number,
  { memory, firstFreeByte }: PngLoops,
): { heap: Uint8Array; at: number } {
  const at = Math.ceil(firstFreeByte() / 64) * 64;
  const missing = Math.ceil((at + bytes - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
  return { heap: new Uint8Array(memory.buffer), at };
}
