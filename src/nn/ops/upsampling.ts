// Upsampling on bands: repeats samples, or interpolates between them with the positions of geometry.ts.

import { type Upsample, X, Y } from '../layer.js';
import { interpolations } from '../plan/geometry.js';
import { forEachRow, type LayerRunner } from '../run/band.js';

export function upsampling({ scale, mode }: Upsample): LayerRunner {
  return {
    run(input, output, floats) {
      const horizontal = interpolations(0, output.width, scale[X], input.width, mode);
      const vertical = interpolations(output.top, output.rows, scale[Y], input.height, mode);
      forEachRow(output, (to, c, row) => {
        const { first: top, second: bottom, share } = vertical[row]!;
        const plane = input.at + c * input.plane;
        const above = plane + (top - input.top) * input.pitch;
        const below = plane + (bottom - input.top) * input.pitch;
        for (let x = 0; x < output.width; x++) {
          const { first: left, second: right, share: part } = horizontal[x]!;
          const upper = (1 - part) * floats[above + left]! + part * floats[above + right]!;
          const lower = (1 - part) * floats[below + left]! + part * floats[below + right]!;
          floats[to + x] = mode === 'nearest' ? floats[above + left]! : (1 - share) * upper + share * lower;
        }
      });
    },
  };
}
