// Upsampling on bands: each sample repeated, or numbers between the samples. Samples and outputs cover the same area, so
// that an output's middle lies at (o + ½) / scale − ½ samples (PyTorch's align_corners=False).

import { KEEPS_NOTHING, type Work } from './band.js';
import { type Upsample, X, Y } from './layer.js';

export function upsampling({ scale, mode }: Upsample): Work {
  return {
    ...KEEPS_NOTHING,
    inPlace: false,
    run(input, output, floats) {
      const across = sources(mode, scale[X], 0, output.width, input.width);
      const down = sources(mode, scale[Y], output.top, output.rows, input.height);
      for (let c = 0; c < output.channels; c++) {
        const plane = input.at + c * input.plane;
        for (let row = 0; row < output.rows; row++) {
          const { low, high, share } = down[row]!;
          const above = plane + (low - input.top) * input.pitch;
          const below = plane + (high - input.top) * input.pitch;
          const to = output.at + c * output.plane + row * output.pitch;
          for (let x = 0; x < output.width; x++) {
            const { low: left, high: right, share: part } = across[x]!;
            const upper = (1 - part) * floats[above + left]! + part * floats[above + right]!;
            const lower = (1 - part) * floats[below + left]! + part * floats[below + right]!;
            floats[to + x] = mode === 'nearest' ? floats[above + left]! : (1 - share) * upper + share * lower;
          }
        }
      }
    },
  };
}

/** The two samples that an output lies between, and the share of the second one. */
interface Source {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

function sources(
  mode: Upsample['mode'],
  scale: number,
  first: number,
  count: number,
  length: number,
): Source[] {
  return Array.from({ length: count }, (_, i) => {
    if (mode === 'nearest') {
      const low = Math.floor((first + i) / scale);
      return { low, high: low, share: 0 };
    }
    const place = Math.max(0, (first + i + 0.5) / scale - 0.5);
    const low = Math.floor(place);
    const share = place - low;
    // On a sample, or beyond the last one, only that one is read.
    return { low, high: share === 0 ? low : Math.min(low + 1, length - 1), share };
  });
}
