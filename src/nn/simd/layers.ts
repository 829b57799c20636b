// The module's exports, and the start of the caller's memory. The module allocates nothing itself.

export { convolveFour, convolveOne } from './convolve';
export { gatherMax, gatherSum, rectify } from './gather';
export { padRow, scatterRow } from './rows';

/** The first byte not used by the module. */
export function firstFreeByte(): usize {
  return __heap_base;
}
