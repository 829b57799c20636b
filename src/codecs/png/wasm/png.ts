// The module's exports, and where the caller's memory begins. The module allocates nothing itself.

export { adler32, crc32, prepareCrc } from './checksums';
export { filterRows } from './choose';
export { deflateRuns } from './deflate';
export { countZeros, swapBytes } from './filters';
export { inflate } from './inflate';
export { firstOfTwo, inflateTwo, secondOfTwo } from './inflate-two';
export { countRepeats } from './repeats';
export { unfilterRows } from './unfilter';

/** The first byte that the module does not use itself. */
export function firstFreeByte(): usize {
  return __heap_base;
}
