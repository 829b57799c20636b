// Cuts a pair of images into tiles as tensors for layers: responses, and the samples they were computed from.
// Choice and order of tiles are drawn from a seed.

import { mulberry32 } from '../../kernels/generators/random.js';
import type { Tensor } from '../../nn/tensor.js';
import type { Equations } from './equations.js';
import { createRowReader } from './rows.js';

/** Maximum side of a tile in samples of the image after. */
const SIDE = 32;
/** Half a million samples; more would add little. */
const MAX_TILES = 512;

export interface Tile {
  /** One map of the samples before, larger by the kernel size − 1 along each axis. */
  readonly input: Tensor;
  /** Responses, one map; 0 if possibly clipped. */
  readonly target: Tensor;
  /** 1 if the response is usable, else 0. */
  readonly counts: Uint8Array;
  /** Number of usable responses. */
  readonly count: number;
}

/** Tiles of a pair in an order drawn from `seed`, at most MAX_TILES, without those that have no usable response. */
export function tilesOf(equations: Equations, seed: number): Tile[] {
  const { x, toX, y, toY, channels } = equations;
  const [tilesX, tilesY] = [Math.ceil((toX - x) / SIDE), Math.ceil((toY - y) / SIDE)];
  const tiles: Tile[] = [];
  for (const index of randomPermutation(tilesX * tilesY * channels.length, seed)) {
    const place = Math.floor(index / channels.length);
    const left = x + (place % tilesX) * SIDE;
    const top = y + Math.floor(place / tilesX) * SIDE;
    const tile = tileAt(equations, left, top, index % channels.length);
    if (tile.count > 0) tiles.push(tile);
    if (tiles.length === MAX_TILES) break;
  }
  return tiles;
}

function tileAt(equations: Equations, left: number, top: number, pair: number): Tile {
  const { toX, toY, width, height } = equations;
  const [columns, rows] = [Math.min(SIDE, toX - left), Math.min(SIDE, toY - top)];
  const reader = createRowReader({ ...equations, x: left, toX: left + columns }, rows + height - 1);
  const input = tensor(columns + width - 1, rows + height - 1);
  reader.readBefore(top, pair);
  reader.before.forEach((row, j) => {
    input.values.set(row, j * input.width);
  });
  const target = tensor(columns, rows);
  const counts = new Uint8Array(columns * rows);
  let count = 0;
  for (let j = 0; j < rows; j++) {
    const usable = reader.readResponses(top + j, pair);
    count += usable;
    for (let i = 0; i < usable; i++) {
      const at = j * columns + reader.columns[i]!;
      target.values[at] = reader.responses[i]!;
      counts[at] = 1;
    }
  }
  return { input, target, counts, count };
}

/** A random permutation of the numbers from 0 (Fisher–Yates). */
function randomPermutation(count: number, seed: number): Uint32Array {
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
