// Draws many maps as one grey picture, in rows, each scaled from its smallest value (black) to its largest
// (white).

import type { Samples } from '../../core/image.js';
import type { Tensor } from '../../nn/tensor.js';
import { shrinkToPlate } from './plate.js';

/** Width in pixels and grey value of the gaps between maps. */
const GAP = 2;
const GREY = 128;
/** If the sheet would be larger, maps are reduced by a whole factor, each pixel being a mean. */
const MAX_SIDE = 4096;

/** The sheet, approximately square. A constant map is black, as is NaN. */
export function mapSheet({ channels, height, width, values }: Tensor): Samples {
  const columns = Math.max(1, Math.min(channels, Math.round(Math.sqrt((channels * height) / width))));
  const rows = Math.ceil(channels / columns);
  const factor = Math.max(1, Math.ceil(Math.max(columns * width, rows * height) / MAX_SIDE));
  const across = Math.max(1, Math.floor(width / factor));
  const down = Math.max(1, Math.floor(height / factor));
  const sheetWidth = columns * (across + GAP) - GAP;
  const sheetHeight = rows * (down + GAP) - GAP;
  const data = new Uint8Array(sheetWidth * sheetHeight).fill(GREY);
  for (let c = 0; c < channels; c++) {
    const map = values.subarray(c * height * width, (c + 1) * height * width);
    const plate = shrinkToPlate({ width, height, channels: 1, data: map }, 1, { shrink: factor, zoom: 1 });
    const [low, high] = extremes(map);
    const scale = high > low ? 255 / (high - low) : 0;
    const left = (c % columns) * (across + GAP);
    const top = Math.floor(c / columns) * (down + GAP);
    for (let y = 0; y < down; y++) {
      for (let x = 0; x < across; x++) {
        const mean = plate.means[y * plate.width + x]!;
        data[(top + y) * sheetWidth + left + x] = Math.round((mean - low) * scale);
      }
    }
  }
  return { width: sheetWidth, height: sheetHeight, channels: 1, depth: 8, hasAlpha: false, data };
}

function extremes(map: Float32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of map) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
