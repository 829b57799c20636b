// Changes the support: adds or removes zeros around the anchor, which becomes the centre (right of and below
// it for even sizes), so that responses stay the same. Non-zero weights are removed only on request. Divisor
// and bias are kept.

import { choice, whole } from '../generators/generator.js';
import { defaultAnchor, forEachWeight } from '../kernel.js';
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
    const weights = new Float64Array(width * height * (kernel.inChannels ?? 1));
    let lost = 0;
    forEachWeight(kernel, (w, dx, dy, plane) => {
      const [x, y] = [dx + anchor[0], dy + anchor[1]];
      if (x >= 0 && x < width && y >= 0 && y < height) weights[(plane * height + y) * width + x] = w;
      else if (w !== 0) lost++;
    });
    if (lost === 0 || crop === 'any') return { ...kernel, width, height, weights, anchor };
    throw refuse({
      expected: 'a size that holds all weights other than 0',
      found: `${width}×${height}, which cuts off ${lost} of ${kernel.weights.filter((w) => w !== 0).length}`,
      advice: 'crop=any allows it',
    });
  },
});
