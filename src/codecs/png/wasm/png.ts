// The exports of the module, and the address of the caller's memory. The module allocates nothing.

export { adler32, crc32, prepareCrc } from './checksums';
export { deflateRuns } from './deflate';
export { filterRows } from './filter-rows';
export { countZeros, swapBytes } from './filters';
export { inflate } from './inflate';
export { firstOfTwo, inflateTwo, secondOfTwo } from './inflate-two';
export { countRepeats } from './repeats';
export { unfilterRows } from './unfilter';

/** The first address that the module does not use. */
export function firstFreeByte(): usize {
  return __heap_base;
}
