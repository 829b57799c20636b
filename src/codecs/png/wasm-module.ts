// The compiled loops of simd/ and the memory they work in. Knows addresses; knows no chunk.

import { instantiate, wasmModule } from '../../io/wasm-file.js';

/** The exports of simd/png.ts: addresses and lengths in bytes, checksums with or without their sign. */
export interface PngLoops {
  readonly memory: WebAssembly.Memory;
  filterRows(type: number, src: number, dst: number, rows: number, bytes: number, bpp: number): void;
  countZeros(at: number, bytes: number): number;
  countRepeats(at: number, bytes: number): number;
  swapBytes(at: number, bytes: number): void;
  unfilterRows(src: number, dst: number, rows: number, bytes: number, bpp: number): number;
  inflate(src: number, srcBytes: number, dst: number, wanted: number): number;
  firstOfTwo(src: number, srcBytes: number, dst: number, wanted: number): number;
  secondOfTwo(src: number, srcBytes: number, dst: number, wanted: number): number;
  inflateTwo(): number;
  deflateRuns(src: number, bytes: number, dst: number, isLast: number): number;
  adler32(adler: number, at: number, bytes: number): number;
  crc32(crc: number, at: number, bytes: number): number;
  prepareCrc(): void;
  firstFreeByte(): number;
}

let instance: PngLoops | undefined;

/** The module; threads are given it. */
export function pngModule(): WebAssembly.Module {
  return wasmModule('dist/codecs/png/png.wasm');
}

/** A fresh instance with a memory of its own. */
export function instantiatePngLoops(module: WebAssembly.Module): PngLoops {
  const loops = instantiate<PngLoops>(module);
  loops.prepareCrc();
  return loops;
}

/** This thread's loops for what is done at one go. */
export function threadLoops(): PngLoops {
  instance ??= instantiatePngLoops(pngModule());
  return instance;
}

const unused: PngLoops[] = [];

/** Loops of one's own, for work that is waited for in between; what lies in their memory stays. */
export async function withLoops<Result>(work: (loops: PngLoops) => Promise<Result>): Promise<Result> {
  const loops = unused.pop() ?? instantiatePngLoops(pngModule());
  try {
    return await work(loops);
  } finally {
    unused.push(loops);
  }
}

const PAGE = 65536;

/** The memory, grown where it has not `bytes` behind what the loops use themselves, and where those begin. */
export function scratchFor(
  bytes: number,
  { memory, firstFreeByte }: PngLoops,
): { all: Uint8Array; at: number } {
  const at = Math.ceil(firstFreeByte() / 64) * 64;
  const missing = Math.ceil((at + bytes - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
  return { all: new Uint8Array(memory.buffer), at };
}
