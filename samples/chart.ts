// The grey test chart: 13 panels, each with one kind of detail, with a margin of mid-grey around them.
// A panel returns the value (0…255) of each of its pixels, counted from its own top left corner.

import { greyPicture, type Picture } from './png.js';
import { clamp, mix, smoothstep } from './vector.js';

type Panel = (x: number, y: number) => number;

interface Placed {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly panel: Panel;
}

const ground = 128;
const black = 16;
const white = 240;

export function drawChart(): Picture {
  return greyPicture({ width: 256, height: 256, bits: 8 }, (x, y) => {
    const found = layout.find(
      ({ left, top, width, height }) => x >= left && x < left + width && y >= top && y < top + height,
    );
    return found === undefined ? ground : found.panel(x - found.left, y - found.top);
  });
}

/** A panel 56 pixels wide and high, in a 4 × 4 table of places. */
const small = (column: number, row: number, panel: Panel): Placed => ({
  left: 4 + column * 64,
  top: 4 + row * 64,
  width: 56,
  height: 56,
  panel,
});

const layout: readonly Placed[] = [
  // Steps from dark to light whose edge runs at 0°, 45°, 90° and 135°.
  small(0, 0, (_x, y) => (y < 28 ? black : white)),
  small(1, 0, (x, y) => (x + y < 56 ? black : white)),
  small(2, 0, (x) => (x < 28 ? black : white)),
  small(3, 0, (x, y) => (y < x ? white : black)),
  { left: 4, top: 68, width: 120, height: 120, panel: zonePlate },
  { left: 132, top: 68, width: 120, height: 24, panel: (x) => (x / 119) * 255 },
  { left: 132, top: 100, width: 120, height: 24, panel: lettering },
  small(2, 2, discAndRing),
  small(3, 2, checkers),
  small(0, 3, dots),
  small(1, 3, lines),
  small(2, 3, star),
  small(3, 3, softSpot),
];

/** Rings that get finer outwards, up to the finest that pixels can show at the panel's sides. */
function zonePlate(x: number, y: number): number {
  const squared = (x - 59.5) ** 2 + (y - 59.5) ** 2;
  const fading = smoothstep(60, 54, Math.sqrt(squared));
  return ground + 112 * fading * Math.cos((Math.PI * squared) / 120);
}

// Letters five pixels wide and seven high, one string per row.
const letters = {
  E: ['#####', '#....', '#....', '####.', '#....', '#....', '#####'],
  D: ['####.', '#...#', '#...#', '#...#', '#...#', '#...#', '####.'],
  G: ['.####', '#....', '#....', '#..##', '#...#', '#...#', '.####'],
  S: ['.####', '#....', '#....', '.###.', '....#', '....#', '####.'],
  ' ': [],
  X: ['#...#', '#...#', '.#.#.', '..#..', '.#.#.', '#...#', '#...#'],
  '3': ['####.', '....#', '....#', '.###.', '....#', '....#', '####.'],
} as const;
const words: readonly (keyof typeof letters)[] = ['E', 'D', 'G', 'E', 'S', ' ', '3', 'X', '3'];

/** Light letters on black above, the same in dark on white below. */
function lettering(x: number, y: number): number {
  const isLower = y >= 12;
  const letter = words[Math.floor((x - 7) / 12)];
  const column = (x - 7) % 12;
  const row = (isLower ? y - 12 : y) - 2;
  const isInk = x >= 7 && letter !== undefined && letters[letter][row]?.[column] === '#';
  return isInk !== isLower ? white : black;
}

/** How much of a pixel lies inside a circle about the panel's middle. */
const inCircle = (x: number, y: number, radius: number): number =>
  clamp(radius + 0.5 - Math.hypot(x - 27.5, y - 27.5));

function discAndRing(x: number, y: number): number {
  const ring = inCircle(x, y, 26) - inCircle(x, y, 22);
  return mix(black, white, clamp(ring + inCircle(x, y, 14)));
}

/** Four checkerboards, with squares of 1, 2, 4 and 7 pixels. */
function checkers(x: number, y: number): number {
  const size = y < 28 ? (x < 28 ? 1 : 2) : x < 28 ? 4 : 7;
  return (Math.floor(x / size) + Math.floor(y / size)) % 2 === 0 ? black : white;
}

/** Single pixels: light on dark on the left, dark on light on the right. */
function dots(x: number, y: number): number {
  const isDot = x % 14 === 7 && y % 14 === 7;
  return x < 28 ? (isDot ? white : black) : isDot ? black : white;
}

/** Lines one pixel wide: a frame and its two diagonals. */
function lines(x: number, y: number): number {
  const fromSide = Math.min(x, y, 55 - x, 55 - y);
  const isDiagonal = fromSide > 6 && (x === y || x + y === 55);
  return fromSide === 6 || isDiagonal ? white : black;
}

/** Twelve dark and twelve light wedges that meet in the middle, smoothed by 8 × 8 spots per pixel. */
function star(x: number, y: number): number {
  let light = 0;
  for (let spot = 0; spot < 64; spot++) {
    const across = x - 28 + ((spot % 8) + 0.5) / 8;
    const down = y - 28 + (Math.floor(spot / 8) + 0.5) / 8;
    if (Math.sin(Math.atan2(down, across) * 12) > 0) light += 1 / 64;
  }
  return mix(black, white, light);
}

/** A bell-shaped spot: no edge at all. */
function softSpot(x: number, y: number): number {
  return mix(black, white, Math.exp(-((x - 27.5) ** 2 + (y - 27.5) ** 2) / 200));
}
