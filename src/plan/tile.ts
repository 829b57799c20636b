// The size of tiles: output rectangles whose input, laid out for the tap loop, fits the cache. Bytes never
// depend on it. Knows counts of slots only.

/** Scratch that a tile may take, so that it stays in a second-level cache beside its sums and outputs. */
const SCRATCH_BYTES = 640 * 1024;
/** Tiles of more rows gain nothing where the halo is small. */
const ROWS = 16;
/** Narrower tiles than this make rows too short for whole vectors. */
const NARROW = 64;
/** What taking over a row from the tile above costs, as a share of computing one. */
const MOVED_ROW = 0.15;
/** What starting a row costs, in slots. */
const ROW_START = 24;

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
  /** Rows that keep the halo above and below a small share. */
  readonly preferredRows: number;
  /** Terms of a separable kernel, each with a buffer of rows whose halo is taken over from the tile above; or 0. */
  readonly terms: number;
}

/** The tile that fits the cache with the smallest share of halo; the widest of equals. */
export function chooseTile(request: TileRequest): { width: number; height: number } {
  const { columns, rows, stride, bytesPerSlot, terms } = request;
  const tallest = Math.min(request.height, Math.max(ROWS, request.preferredRows));
  let best = { width: Math.min(request.width, NARROW), height: 1, share: Number.POSITIVE_INFINITY };
  for (let width = request.width; ; width = Math.ceil(width / 2 / NARROW) * NARROW) {
    const across = slotCount(columns, stride[0], width);
    for (let height = tallest; ; height = Math.ceil(height / 2)) {
      const down = slotCount(rows, stride[1], height);
      const halo = (down - height) * (terms > 0 ? MOVED_ROW : 1);
      const share = ((across + ROW_START) * (2 * height + halo)) / (width * height);
      const rowsTouched = terms > 0 ? terms * down + height : down;
      const fits = across * rowsTouched * bytesPerSlot <= SCRATCH_BYTES;
      if (fits && share < best.share) best = { width, height, share };
      if (fits || height === 1) break;
    }
    if (width <= NARROW) break;
  }
  return { width: best.width, height: best.height };
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
