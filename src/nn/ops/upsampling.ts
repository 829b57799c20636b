// Upsampling on bands: repeats samples, or interpolates between them with the positions of geometry.ts.

import { type Upsample, X, Y } from '../layer.js';
import { type Interpolation, interpolationAt } from '../plan/geometry.js';
import { type LayerRunner, STATELESS } from '../run/band.js';

export function upsampling({ scale, mode }: Upsample): LayerRunner {
  return {
    ...STATELESS,
    inPlace: false,
    run(input, output, floats) {
      const horizontal = interpolations(mode, scale[X], 0, output.width, input.width);
      const vertical = interpolations(mode, scale[Y], output.top, output.rows, input.height);
      for (let c = 0; c < output.channels; c++) {
        const plane = input.at + c * input.plane;
        for (let row = 0; row < output.rows; row++) {
          const { first: top, second: bottom, share } = vertical[row]!;
          const above = plane + (top - input.top) * input.pitch;
          const below = plane + (bottom - input.top) * input.pitch;
          const to = output.at + c * output.plane + row * output.pitch;
          for (let x = 0; x < output.width; x++) {
            const { first: left, second: right, share: part } = horizontal[x]!;
            const upper = (1 - part) * floats[above + left]! + part * floats[above + right]!;
            const lower = (1 - part) * floats[below + left]! + part * floats[below + right]!;
            floats[to + x] = mode === 'nearest' ? floats[above + left]! : (1 - share) * upper + share * lower;
          }
        }
      }
    },
  };
}

function interpolations(
  mode: Upsample['mode'],
  scale: number,
  from: number,
  count: number,
  length: number,
): Interpolation[] {
  return Array.from({ length: count }, (_, i) => {
    if (mode === 'bilinear') return interpolationAt(from + i, scale, length);
    const nearest = Math.floor((from + i) / scale);
    return { first: nearest, second: nearest, share: 0.5 };
  });
}
