// One half of a Gaussian, starting at its anchor: the simplest kernel that is neither symmetric nor
// antisymmetric, so that flipping it is visible.

import { sumOf } from '../sampling/plane.js';
import { choice, defineGenerator, real, whole } from './generator.js';

export const comet = defineGenerator({
  name: 'comet',
  group: 'motion',
  description:
    'One half of a Gaussian, on one side of the anchor; correlation smears a dot to the opposite side. Sum 1.',
  source: "e^(-x^2/(2 sigma^2)) for x >= 0 over its sum; with three samples per weight, ImageMagick's Comet",
  parameters: {
    sigma: real([0.01, 1000], 'standard deviation in samples'),
    towards: choice(['right', 'down', 'left', 'up'], 'side of the anchor that it extends to'),
    oversample: whole(
      [1, 16],
      'samples of the Gaussian that are added for each weight, from its position outwards',
      3,
    ),
    radius: whole([0, 8000], 'samples on one side of the anchor; default floor(4 sigma + 0.5)', ({ sigma }) =>
      Math.floor(4 * sigma! + 0.5),
    ),
  },
  size: ({ radius }) => radius + 1,
  make({ sigma, towards, oversample, radius }) {
    const weightsOutward = Float64Array.from({ length: radius + 1 }, (_, x) => {
      let weight = 0;
      for (let i = 0; i < oversample; i++)
        weight += Math.exp(-((x + i / oversample) ** 2) / (2 * sigma ** 2));
      return weight;
    });
    const sum = sumOf(weightsOutward);
    const outwards = weightsOutward.map((weight) => weight / sum);
    const backwards = towards === 'left' || towards === 'up';
    const weights = backwards ? outwards.toReversed() : outwards;
    const at = backwards ? radius : 0;
    return towards === 'right' || towards === 'left'
      ? [{ width: radius + 1, height: 1, weights, anchor: [at, 0] }]
      : [{ width: 1, height: radius + 1, weights, anchor: [0, at] }];
  },
});
