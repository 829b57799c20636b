// Draws panels of a picture: an image in its own colours, or a map on the diverging scale, each framed.

import { colourChannels, fullScale, type Samples } from '../../core/image.js';
import { Canvas } from './canvas.js';
import { diverging, INK, type Rgb } from './colours.js';
import { type Fit, finiteRange, type Limit, type Plate, shrinkToPlate } from './plate.js';

/** Width of the frame in pixels, on every side. */
const FRAME = 1;

/** Draws a map: blue below 0, white at 0, red above, with full colour at the limit. NaN is black. */
export function mapPanel({ width, means }: Plate, { end }: Limit, fit: Fit): Canvas {
  return drawFramed(width, means.length / width, fit, (i) => diverging(end === 0 ? 0 : means[i]! / end));
}

/**
 * Draws an image in grey or colour, over white where transparent. Float samples are scaled from their
 * smallest to their largest.
 */
export function imagePanel(image: Samples, fit: Fit): Canvas {
  const plate = shrinkToPlate(image, image.channels, fit);
  const { means, channels } = plate;
  const colours = colourChannels(image);
  const full = fullScale(image.depth);
  // Floats are scaled to 0…1, or beyond if samples are outside that range.
  const [least, most] = image.depth === 'float' ? finiteRange(means, channels, 0, colours) : [0, full];
  const [low, high] = [Math.min(0, least), Math.max(1, most)];
  const shown = colours >= 3 ? [0, 1, 2] : [0, 0, 0];
  return drawFramed(plate.width, plate.height, fit, (i) => {
    const opaque = image.hasAlpha ? Math.min(1, Math.max(0, means[i * channels + channels - 1]! / full)) : 1;
    const [red, green, blue] = shown.map((c) => {
      const share = (means[i * channels + c]! - low) / (high - low);
      return Math.round(255 * (opaque * Math.min(1, Math.max(0, share)) + 1 - opaque));
    });
    return [red!, green!, blue!];
  });
}

function drawFramed(width: number, height: number, { zoom }: Fit, colourOf: (i: number) => Rgb): Canvas {
  const canvas = new Canvas(width * zoom + 2 * FRAME, height * zoom + 2 * FRAME, INK);
  for (let i = 0; i < width * height; i++) {
    const x = FRAME + (i % width) * zoom;
    canvas.fill(x, FRAME + Math.floor(i / width) * zoom, zoom, zoom, colourOf(i));
  }
  return canvas;
}
