// Max- and average-pools on bands: each output row accumulates the rows and columns of its window one after
// the other.

import { type Pool, X, Y } from '../layer.js';
import { indicesInside, samplesUnder, type Window } from '../plan/geometry.js';
import { windowOf } from '../plan/shape-inference.js';
import { forEachRow, type LayerRunner } from '../run/band.js';
import type { LayerLoops } from '../wasm.js';

export function pooling(layer: Pool, loops: LayerLoops): LayerRunner {
  const isMaximum = layer.type === 'max-pool';
  const gather = isMaximum ? loops.gatherMax : loops.gatherSum;
  const [across, down] = [windowOf(layer, X), windowOf(layer, Y)];
  /** The number of positions that an average counts along an axis. */
  const countOf = (window: Window, output: number, length: number) =>
    layer.countPadding ? window.size : samplesUnder(window, output, length).length;
  return {
    run(input, output, floats) {
      const columns = Array.from({ length: output.width }, (_, x) => countOf(across, x, input.width));
      forEachRow(output, (to, c, row) => {
        floats.fill(isMaximum ? -Infinity : 0, to, to + output.width);
        for (const y of samplesUnder(down, output.top + row, input.height)) {
          const from = input.at + c * input.plane + (y - input.top) * input.pitch;
          for (let k = 0; k < across.size; k++) {
            const left = k * across.dilation - across.before;
            const inside = indicesInside(output.width, across.stride, left, input.width);
            const src = 4 * (from + left + inside.from * across.stride);
            gather(src, across.stride, 4 * (to + inside.from), inside.to - inside.from);
          }
        }
        if (isMaximum) return;
        const rows = countOf(down, output.top + row, input.height);
        for (let x = 0; x < output.width; x++) floats[to + x]! /= rows * columns[x]!;
      });
    },
  };
}
