// The module's exports, and where the caller's memory begins. The module allocates nothing itself.

export { finishF32, finishF64, finishI16 } from './finish';
export { correlateF32, correlateF64, correlateI16, correlateLongF32 } from './taps';
export { widenF32, widenI16, widenU8 } from './widen';

/** The first byte that the module does not use itself. */
export function firstFreeByte(): usize {
  return __heap_base;
}
