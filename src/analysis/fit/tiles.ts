// Parts of a pair as tensors, for layers: some samples of the image after, and those of the image before that they are made
// of. Which parts, and in what order, is drawn from a seed.

import { mulberry32 } from '../../kernels/generators/random.js';
import type { Tensor } from '../../nn/tensor.js';
import type { Equations } from './equations.js';
import { Rows } from './rows.js';

/** Samples of the image after along a side of a tile, at most. */
const SIDE = 32;
/** Half a million samples; more would say little more. */
const MOST_TILES = 512;

export interface Tile {
  /** One map of the samples before, as many more along each side as the kernel has weights beside one. */
  readonly input: Tensor;
  /** Responses, one map; 0 where they may have been cut off. */
  readonly target: Tensor;
  /** 1 where the response tells something, else 0. */
  readonly counts: Uint8Array;
  /** Samples whose response tells something. */
  readonly count: number;
}

/** Tiles of a pair in an order that `seed` chooses: all, or so many as are enough; without those that tell nothing. */
export function tilesOf(equations: Equations, seed: number): Tile[] {
  const { x, toX, y, toY, channels } = equations;
  const [across, down] = [Math.ceil((toX - x) / SIDE), Math.ceil((toY - y) / SIDE)];
  const tiles: Tile[] = [];
  for (const index of shuffled(across * down * channels.length, seed)) {
    const place = Math.floor(index / channels.length);
    const left = x + (place % across) * SIDE;
    const top = y + Math.floor(place / across) * SIDE;
    const tile = tileAt(equations, left, top, index % channels.length);
    if (tile.count > 0) tiles.push(tile);
    if (tiles.length === MOST_TILES) break;
  }
  return tiles;
}

function tileAt(equations: Equations, left: number, top: number, pair: number): Tile {
  const { toX, toY, width, height } = equations;
  const [columns, rows] = [Math.min(SIDE, toX - left), Math.min(SIDE, toY - top)];
  const reader = new Rows({ ...equations, x: left, toX: left + columns }, rows + height - 1);
  const input = tensor(columns + width - 1, rows + height - 1);
  reader.readBefore(top, pair);
  reader.before.forEach((row, j) => {
    input.values.set(row, j * input.width);
  });
  const target = tensor(columns, rows);
  const counts = new Uint8Array(columns * rows);
  let count = 0;
  for (let j = 0; j < rows; j++) {
    const kept = reader.readResponses(top + j, pair);
    count += kept;
    for (let i = 0; i < kept; i++) {
      const at = j * columns + reader.places[i]!;
      target.values[at] = reader.responses[i]!;
      counts[at] = 1;
    }
  }
  return { input, target, counts, count };
}

/** The numbers from 0 in an order that is drawn, by Fisher and Yates' way. */
function shuffled(count: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const random = mulberry32(seed);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((random() / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function tensor(width: number, height: number): Tensor {
  return { channels: 1, height, width, values: new Float32Array(width * height) };
}
