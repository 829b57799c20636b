// Lays out one axis of a tile in the scratch: which input coordinates are kept, in which order, so that for every tap
// the samples of neighbouring outputs are contiguous. Strides become phases and wide dilations become separate runs, so
// the tap loop sees neither.

export interface AxisLayout {
  /** Input coordinate of each slot, relative to the position of the tile's first output. */
  readonly coordinates: readonly number[];
  /**
   * For each tap distance, the slot of its sample for the tile's first output; the next output's sample is in the next
   * slot.
   */
  readonly slotOf: ReadonlyMap<number, number>;
}

/**
 * Lays out the samples that `count` outputs, `stride` apart, need for taps at the given distances. Distances of one
 * phase share a run of slots if their ranges touch.
 */
export function layoutAxis(distances: readonly number[], stride: number, count: number): AxisLayout {
  const coordinates: number[] = [];
  const slotOf = new Map<number, number>();
  const phases = new Map<number, number[]>();
  for (const distance of new Set(distances)) {
    const step = Math.floor(distance / stride);
    const phase = distance - step * stride;
    const steps = phases.get(phase);
    if (steps) steps.push(step);
    else phases.set(phase, [step]);
  }
  for (const [phase, steps] of [...phases].sort(([a], [b]) => a - b)) {
    steps.sort((a, b) => a - b);
    let next = Number.NEGATIVE_INFINITY;
    for (const step of steps) {
      const end = step + count;
      for (let s = Math.max(step, next); s < end; s++) coordinates.push(s * stride + phase);
      next = end;
      slotOf.set(step * stride + phase, coordinates.length - count);
    }
  }
  return { coordinates, slotOf };
}
