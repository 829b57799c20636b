// The exports of the module. The module allocates nothing itself; the caller's memory begins at `firstFreeByte`.

export { combinedRow, combineRow } from './combine';
export { filterColumns, forwardColumns, inverseColumns, multiplyColumns } from './fft/columns';
export { filterRows, forwardRows, inverseRows, multiplyRows } from './fft/rows';
export { finishF32 } from './finish';
export { finishF64 } from './finish-f64';
export { hasNonFinite } from './finite';
export { rowsF64, rowsFoldedF32, symmetricColumnsF32 } from './folded';
export { pairRows, pickRows, placeRows } from './gather';
export { gramF64 } from './gram';
export { respondF32, respondI16 } from './respond';
export { runColumns, runRow, scaleI32, sumFirst } from './running';
export { narrowColumns, narrowFirst, runBytes } from './running-bytes';
export { lumaRow, selectRow } from './select';
export {
  correlateF32,
  correlateF64,
  correlateLongF32,
  correlatePairsI32,
  correlateTwoRowsF32,
} from './taps';
export { correlateI16 } from './taps-i16';
export { widenF32, widenI16, widenU8 } from './widen';

/** The first byte after the module's own data. */
export function firstFreeByte(): usize {
  return __heap_base;
}
