// Converts an image to the input tensor of a layer stack: its colour channels as maps, without alpha.

import { colourChannels, fullScale, type Samples } from '../core/image.js';
import type { Stack } from './file/load-stack.js';
import { sharedFloats } from './run/buffer-pool.js';
import type { Shape, Tensor } from './tensor.js';

type Input = Pick<Stack, 'colours' | 'scale'>;

export function imageShape(
  { width, height, channels, hasAlpha }: Omit<Samples, 'data' | 'depth'>,
  { colours }: Input,
): Shape {
  const own = colourChannels({ channels, hasAlpha });
  return { channels: colours === null ? own : colours === 'gray' ? 1 : 3, height, width };
}

/**
 * The image as a tensor: samples as stored, or divided by full scale (255 or 65535; float samples are
 * unchanged). Colours are converted to grey as 0.299 R + 0.587 G + 0.114 B; grey is copied to three equal
 * maps.
 */
export function imageTensor(samples: Samples, input: Input): Tensor {
  const { width, height, channels, depth, data } = samples;
  const shape = imageShape(samples, input);
  const own = colourChannels(samples);
  const values = sharedFloats(shape.channels * height * width);
  const scale = input.scale === 'unit' ? fullScale(depth) : 1;
  const size = width * height;
  for (let c = 0; c < shape.channels; c++) {
    const to = values.subarray(c * size, (c + 1) * size);
    if (shape.channels === 1 && own >= 3) {
      for (let i = 0, at = 0; i < size; i++, at += channels)
        to[i] = (0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!) / scale;
      continue;
    }
    const from = own === 1 ? 0 : c;
    for (let i = 0, at = from; i < size; i++, at += channels) to[i] = data[at]! / scale;
  }
  return { ...shape, values };
}
