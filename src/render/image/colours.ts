// Colour scales that map a number to red, green and blue, each 0…255.

export type Rgb = readonly [number, number, number];

export const WHITE: Rgb = [255, 255, 255];
export const INK: Rgb = [24, 24, 27];
export const FAINT: Rgb = [160, 160, 168];

const BLUE: Rgb = [33, 74, 178];
const RED: Rgb = [178, 24, 43];

/** Stops of the sequential scale, from dark to light, equally spaced; lightness increases evenly. */
const STOPS: readonly Rgb[] = [
  [13, 8, 36],
  [62, 28, 100],
  [128, 40, 112],
  [194, 62, 92],
  [238, 112, 62],
  [250, 178, 76],
  [252, 244, 190],
];

/** The diverging scale: −1 blue, 0 white, 1 red; clamped beyond. */
export function diverging(value: number): Rgb {
  const share = Math.min(1, Math.abs(value));
  return blend(WHITE, value < 0 ? BLUE : RED, share);
}

/** The sequential scale: 0 nearly black, over violet, red and orange to 1, pale yellow; clamped beyond. */
export function sequential(value: number): Rgb {
  const place = Math.min(1, Math.max(0, value)) * (STOPS.length - 1);
  const below = Math.min(STOPS.length - 2, Math.floor(place));
  return blend(STOPS[below]!, STOPS[below + 1]!, place - below);
}

/** The text colour that is legible on a background. */
export function inkOn([red, green, blue]: Rgb): Rgb {
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? WHITE : INK;
}

function blend(from: Rgb, to: Rgb, share: number): Rgb {
  const mix = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * share);
  return [mix(0), mix(1), mix(2)];
}
