// The module's exports, and where the caller's memory begins. The module allocates nothing itself.

export { convolveFour, convolveOne } from './convolve';
export { gatherMax, gatherSum, rectify } from './gather';
export { layRow, spreadRow } from './rows';

/** The first byte that the module does not use itself. */
export function firstFreeByte(): usize {
  return __heap_base;
}
