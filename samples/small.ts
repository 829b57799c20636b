// Three small pictures: one with transparency, one with 16 bits per pixel, one of a single dot.

import { greyPicture, type Picture } from './png.js';
import { clamp, fraction, mixVec, smoothstep, type Vec } from './vector.js';

/** A flower with soft edges; where it is fully transparent, magenta and green stripes lie hidden. */
export function drawAlpha(): Picture {
  const size = 128;
  const data = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const { colour, alpha } = flower((x - 63.5) / 64, (y - 63.5) / 64);
      const shown: Vec = alpha > 0 ? colour : fraction((x + y) / 16) < 0.5 ? [255, 0, 200] : [0, 220, 60];
      data.set([...shown.map(Math.round), alpha], (y * size + x) * 4);
    }
  }
  return { width: size, height: size, kind: 'rgba', data };
}

/** The flower's colour (0…255) and alpha at a place; the picture spans -1…1 in both directions. */
function flower(x: number, y: number): { colour: Vec; alpha: number } {
  const radius = Math.hypot(x, y);
  const petals = Math.cos(6 * Math.atan2(y, x));
  const outline = 0.66 + 0.16 * petals;
  const petal = mixVec([255, 196, 92], [214, 52, 70], smoothstep(0.15, 0.7, radius - 0.08 * petals));
  const shade = 1 - 0.25 * smoothstep(0.2, -0.9, petals) * smoothstep(0.15, 0.4, radius);
  const heart: Vec = [92, 54, 38];
  const colour = mixVec(
    [petal[0] * shade, petal[1] * shade, petal[2] * shade],
    heart,
    smoothstep(0.24, 0.2, radius),
  );
  return { colour, alpha: Math.round(255 * smoothstep(outline + 0.1, outline - 0.1, radius)) };
}

/** One bright sample in the middle of black: what a filter makes of it is the filter's impulse response. */
export function drawDot(): Picture {
  return greyPicture({ width: 31, height: 31, bits: 8 }, (x, y) => (x === 15 && y === 15 ? 255 : 0));
}

/** A ramp over all 16 bits; on it discs that differ from it by very little up to very much. */
export function drawGray16(): Picture {
  const width = 128;
  const height = 96;
  const discs = [
    { x: 22, y: 26, step: 60 },
    { x: 64, y: 26, step: 200 },
    { x: 106, y: 26, step: -600 },
    { x: 22, y: 70, step: 4000 },
    { x: 64, y: 70, step: 14000 },
    { x: 106, y: 70, step: -30000 },
  ];
  return greyPicture({ width, height, bits: 16 }, (x, y) => {
    let value = ((x * height + y) / (width * height - 1)) * 65535;
    for (const disc of discs) value += disc.step * clamp(15.5 - Math.hypot(x - disc.x, y - disc.y));
    return clamp(value, 0, 65535);
  });
}

/**
 * Upright bars 1, 2, 4, 8, 16 and 32 samples wide, each size on 64 rows; every 16 rows the bars move 4 samples to the
 * right, so that they meet a grid of 16×16 in four ways.
 */
export function drawSizes(): Picture {
  return greyPicture({ width: 384, height: 6 * 64, bits: 8 }, (x, y) => {
    const size = 2 ** Math.floor(y / 64);
    const moved = 4 * Math.floor((y % 64) / 16);
    return Math.floor((x - moved + 384) / size) % 2 === 0 ? 255 : 0;
  });
}
