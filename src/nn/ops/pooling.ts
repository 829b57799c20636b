// Max- and average-pools on bands: each output row accumulates the rows and columns of its window in turn.

import { type Pool, X, Y } from '../layer.js';
import { indicesInside, samplesUnder } from '../plan/geometry.js';
import { windowOf } from '../plan/shape-inference.js';
import { forEachRow, type LayerRunner } from '../run/band.js';
import type { LayerLoops } from '../wasm.js';

export function pooling(layer: Pool, loops: LayerLoops): LayerRunner {
  const { type, countPadding } = layer;
  const isMaximum = type === 'max-pool';
  const gather = isMaximum ? loops.gatherMax : loops.gatherSum;
  const [across, down] = [windowOf(layer, X), windowOf(layer, Y)];
  return {
    run(input, output, floats) {
      /** The samples under each column of the window, and the outputs that read them. */
      const reads = Array.from({ length: across.size }, (_, k) => {
        const left = k * across.dilation - across.before;
        const { from, to } = indicesInside(output.width, across.stride, left, input.width);
        return { first: left + from * across.stride, output: from, count: to - from };
      });
      const rows = Array.from({ length: output.rows }, (_, y) =>
        samplesUnder(down, output.top + y, input.height),
      );
      const columnCounts = Array.from({ length: output.width }, (_, x) =>
        countPadding ? across.size : samplesUnder(across, x, input.width).length,
      );
      forEachRow(output, (start, c, row) => {
        floats.fill(isMaximum ? -Infinity : 0, start, start + output.width);
        for (const y of rows[row]!) {
          const from = input.at + c * input.plane + (y - input.top) * input.pitch;
          for (const { first, output, count } of reads)
            gather(4 * (from + first), across.stride, 4 * (start + output), count);
        }
        if (isMaximum) return;
        const rowCount = countPadding ? down.size : rows[row]!.length;
        for (let x = 0; x < output.width; x++) floats[start + x]! /= rowCount * columnCounts[x]!;
      });
    },
  };
}
