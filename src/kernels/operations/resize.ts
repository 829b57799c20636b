// Changes the support: adds or removes zeros around the anchor, which becomes the centre (right of and below
// it for even sizes), so that responses stay the same. Non-zero weights are removed only on request. Divisor
// and bias are kept.

import { choice, whole } from '../generators/generator.js';
import { defaultAnchor, type Kernel } from '../kernel.js';
import { defineOperation } from './operation.js';

export const resize = defineOperation({
  name: 'resize',
  description: 'Adds or removes zeros around the anchor, which becomes the centre.',
  parameters: {
    width: whole([1, 65535], 'columns of the new kernel'),
    height: whole([1, 65535], 'rows of the new kernel; default width', ({ width }) => width!),
    crop: choice(['zeros', 'any'], 'what may be removed'),
  },
  size: ({ inChannels }, { width, height }) => width * height * (inChannels ?? 1),
  apply(kernel, { width, height, crop }, refuse) {
    const anchor = defaultAnchor(width, height);
    const left = anchor[0] - kernel.anchor[0];
    const top = anchor[1] - kernel.anchor[1];
    const weights = new Float64Array(width * height * (kernel.inChannels ?? 1));
    let lost = 0;
    kernel.weights.forEach((w, i) => {
      const row = Math.floor(i / kernel.width);
      const x = (i % kernel.width) + left;
      const y = (row % kernel.height) + top;
      if (x >= 0 && x < width && y >= 0 && y < height) {
        weights[(Math.floor(row / kernel.height) * height + y) * width + x] = w;
      } else if (w !== 0) lost++;
    });
    if (lost === 0 || crop === 'any') return { ...kernel, width, height, weights, anchor };
    throw refuse({
      expected: 'a size that holds all weights other than 0',
      found: `${width}×${height}, which cuts off ${lost} of ${nonZero(kernel)}`,
      advice: 'crop=any allows it',
    });
  },
});

function nonZero({ weights }: Kernel): number {
  return weights.reduce((count, w) => count + (w === 0 ? 0 : 1), 0);
}
