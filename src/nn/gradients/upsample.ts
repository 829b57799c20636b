// The backward pass of upsampling: each output gradient is returned to the samples it was computed from, with
// their weights. Nearest neighbour, or bilinear between pixel centres (PyTorch's align_corners=False).

import { type Upsample, X, Y } from '../layer.js';
import { interpolations } from '../plan/geometry.js';
import { roundedTensor, type Shape, sizeOf, type Tensor } from '../tensor.js';

/** The gradient of the input, which has the shape `input`. */
export function upsampleGradient(input: Shape, outputGradient: Tensor, { scale, mode }: Upsample): Tensor {
  const { channels, height, width } = input;
  const columns = interpolations(0, outputGradient.width, scale[X], width, mode);
  const rows = interpolations(0, outputGradient.height, scale[Y], height, mode);
  const sums = new Float64Array(sizeOf(input));
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (const row of rows) {
      const upper = (c * height + row.first) * width;
      const lower = (c * height + row.second) * width;
      for (const column of columns) {
        const gradient = outputGradient.values[at++]!;
        const [above, below] = [gradient * (1 - row.share), gradient * row.share];
        sums[upper + column.first]! += above * (1 - column.share);
        sums[upper + column.second]! += above * column.share;
        sums[lower + column.first]! += below * (1 - column.share);
        sums[lower + column.second]! += below * column.share;
      }
    }
  }
  return roundedTensor(input, sums);
}
