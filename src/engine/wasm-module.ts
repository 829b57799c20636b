// The compiled loops of engine/wasm and their memory, with the types of their exports.

import { instantiate, wasmModule } from '../io/wasm-file.js';

/** The exports of wasm/engine.ts. Pointers are byte addresses; `count` is in samples. */
export interface Loops {
  readonly memory: WebAssembly.Memory;
  correlateI16(
    src: number,
    taps: number,
    tapCount: number,
    dst: number,
    count: number,
    map: number,
    stats: number,
  ): void;
  correlatePairsI32(src: number, taps: number, tapCount: number, dst: number, count: number): void;
  correlateF32(src: number, taps: number, tapCount: number, dst: number, count: number): void;
  correlateTwoRowsF32(
    src: number,
    taps: number,
    alone: number,
    shared: number,
    upper: number,
    lower: number,
    count: number,
  ): void;
  correlateLongF32(
    src: number,
    taps: number,
    tapCount: number,
    dst: number,
    count: number,
    part: number,
    total: number,
  ): void;
  rowsFoldedF32(
    src: number,
    from: number,
    taps: number,
    sums: number,
    differences: number,
    singles: number,
    dst: number,
    to: number,
    rows: number,
    count: number,
  ): void;
  symmetricColumnsF32(
    src: number,
    from: number,
    taps: number,
    pairs: number,
    hasCentre: boolean,
    dst: number,
    to: number,
    rows: number,
    count: number,
  ): void;
  rowsF64(
    src: number,
    from: number,
    taps: number,
    tapCount: number,
    dst: number,
    to: number,
    rows: number,
    count: number,
  ): void;
  correlateF64(src: number, taps: number, tapCount: number, dst: number, count: number): void;
  widenU8(src: number, dst: number, count: number): void;
  widenI16(src: number, dst: number, count: number, signed: boolean): void;
  widenF32(src: number, dst: number, count: number): void;
  respondI16(sums: number, dst: number, count: number, signed: boolean, stats: number): void;
  hasNonFinite(sums: number, count: number): number;
  respondF32(sums: number, dst: number, count: number, divisor: number, bias: number, stats: number): void;
  combineRow(totals: number, responses: number, count: number, rule: number, first: boolean): void;
  combinedRow(totals: number, count: number, rule: number, kernels: number): void;
  finishF32(
    sums: number,
    dst: number,
    count: number,
    output: number,
    map: number,
    divisor: number,
    bias: number,
    gain: number,
    middle: number,
    multiplies: boolean,
    mayBeNaN: boolean,
    stats: number,
  ): void;
  finishF64(
    sums: number,
    dst: number,
    count: number,
    output: number,
    map: number,
    divisor: number,
    bias: number,
    gain: number,
    middle: number,
    stats: number,
  ): void;
  forwardColumns: Transform;
  inverseColumns: Transform;
  forwardRows: Transform;
  inverseRows: Transform;
  filterRows(
    re: number,
    im: number,
    pitch: number,
    rows: number,
    n: number,
    table: number,
    end: number,
    spectrum: number,
    next: number,
    apart: number,
  ): void;
  filterColumns(
    re: number,
    im: number,
    pitch: number,
    width: number,
    n: number,
    table: number,
    end: number,
    spectrum: number,
  ): void;
  multiplyColumns(
    dstRe: number,
    dstIm: number,
    srcRe: number,
    srcIm: number,
    pitch: number,
    width: number,
    n: number,
    spectrum: number,
    adds: boolean,
  ): void;
  multiplyRows(
    dstRe: number,
    dstIm: number,
    srcRe: number,
    srcIm: number,
    pitch: number,
    rows: number,
    n: number,
    spectrum: number,
    adds: boolean,
  ): void;
  selectRow(
    src: number,
    kind: number,
    step: number,
    dst: number,
    tile: number,
    next: number,
    count: number,
  ): void;
  lumaRow(
    src: number,
    kind: number,
    step: number,
    dst: number,
    tile: number,
    count: number,
    red: number,
    green: number,
    blue: number,
  ): void;
  pickRows(
    src: number,
    srcPitch: number,
    dst: number,
    dstPitch: number,
    rows: number,
    filled: number,
    count: number,
    width: number,
    step: number,
    bytes: boolean,
  ): void;
  placeRows(
    src: number,
    srcPitch: number,
    dst: number,
    dstPitch: number,
    rows: number,
    count: number,
    stride: number,
    step: number,
  ): void;
  runColumns(totals: number, enters: number, leaves: number, count: number, bytes: boolean): void;
  runRow(
    totals: number,
    dst: number,
    count: number,
    reach: number,
    step: number,
    last: number,
    weight: number,
  ): void;
  sumFirst(totals: number, width: number, step: number, last: number): void;
  narrowColumns(totals: number, enters: number, leaves: number, count: number): void;
  narrowFirst(totals: number, width: number, step: number, last: number): void;
  runBytes(
    totals: number,
    enters: number,
    leaves: number,
    dst: number,
    count: number,
    reach: number,
    step: number,
    last: number,
    weight: number,
    divisor: number,
    stats: number,
  ): void;
  scaleI32(sums: number, dst: number, count: number, weight: number, more: number, wide: boolean): void;
  gramF64(rows: number, pitch: number, count: number, length: number, sums: number): void;
  pairRows(first: number, second: number, dst: number, count: number, bytes: boolean): void;
  firstFreeByte(): number;
}

/**
 * `size`: bytes of a strip of columns, or number of rows; `table`: the start of the factors for forward transforms, the
 * end for inverse ones.
 */
type Transform = (re: number, im: number, pitch: number, size: number, n: number, table: number) => void;

/** The compiled module; workers get it by message. */
export function loopsModule(): WebAssembly.Module {
  return wasmModule('dist/engine/engine.wasm');
}

/** A new instance with its own memory. */
export function instantiateLoops(module: WebAssembly.Module): Loops {
  return instantiate<Loops>(module);
}
