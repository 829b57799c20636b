// The size of tiles: output rectangles whose input, laid out for the tap loop, fits the cache. Bytes never
// depend on it. Knows counts of slots only.

/** Scratch that a tile may take, so that it stays in a second-level cache beside its sums and outputs. */
const SCRATCH_BYTES = 640 * 1024;
/** Rows fewer than this make the halo above and below too large a share. */
const ROWS = 16;
/** Narrower tiles than this make rows too short for whole vectors. */
const NARROW = 64;

export interface TileRequest {
  /** Size of the whole output. */
  readonly width: number;
  readonly height: number;
  /** Bytes of one input position in the scratch: its lane's size times the channels kept. */
  readonly bytesPerSlot: number;
  /** Distinct tap distances of each axis. */
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  readonly stride: readonly [number, number];
}

/** The tile for a request: whole rows where enough of them fit, else as wide as the cache allows. */
export function chooseTile(request: TileRequest): { width: number; height: number } {
  const { columns, rows, stride, bytesPerSlot } = request;
  let width = request.width;
  let height = Math.min(request.height, Math.max(ROWS, rows.length));
  const bytes = () =>
    slotCount(columns, stride[0], width) * slotCount(rows, stride[1], height) * bytesPerSlot;
  while (bytes() > SCRATCH_BYTES && (width > NARROW || height > 1)) {
    if (width > 4 * NARROW || height === 1) width = Math.max(NARROW, Math.ceil(width / 2 / NARROW) * NARROW);
    else height = Math.ceil(height / 2);
  }
  return { width, height };
}

/** How many slots an axis takes for `count` outputs: the sum over phases of the stretches' union. */
export function slotCount(distances: readonly number[], stride: number, count: number): number {
  const lastOfPhase = new Map<number, number>();
  let slots = 0;
  for (const distance of [...new Set(distances)].sort((a, b) => a - b)) {
    const step = Math.floor(distance / stride);
    const phase = distance - step * stride;
    const last = lastOfPhase.get(phase);
    slots += last === undefined ? count : Math.min(count, step - last);
    lastOfPhase.set(phase, step);
  }
  return slots;
}
