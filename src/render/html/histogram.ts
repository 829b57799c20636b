// Draws the histograms of the responses of both maps on a common axis, as SVG. Shares have a logarithmic
// scale: most responses of most kernels are near 0, and the others would be invisible.

import type { FeatureMap } from '../../core/image.js';
import { finiteRange } from '../image/plate.js';
import { formatDigits, type Html, html } from './html.js';

const BINS = 65;
const [WIDTH, HEIGHT] = [640, 220];
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 12, 10, 40];
/** The shares (0…1) at the ends of the vertical scale. */
const [LEAST, MOST] = [1e-5, 1];

type Range = readonly [low: number, high: number];

/** `BINS` equal intervals of a range, with the share (0…1) of finite responses in each. */
function shares({ data, channels }: FeatureMap, channel: number, [low, high]: Range): Float64Array {
  const counts = new Float64Array(BINS);
  let all = 0;
  for (let i = channel; i < data.length; i += channels) {
    if (!Number.isFinite(data[i]!)) continue;
    all++;
    const bin = Math.min(BINS - 1, Math.floor(placeIn(data[i]!, low, high) * BINS));
    counts[bin] = counts[bin]! + 1;
  }
  return counts.map((count) => (all === 0 ? 0 : count / all));
}

/** The place of a value in a range, 0…1; in the middle of a range of one value. */
function placeIn(value: number, low: number, high: number): number {
  return high === low ? 0.5 : (value - low) / (high - low);
}

/** The drawing of one channel. `name` makes its ids unique. */
export function histogram(plain: FeatureMap, flipped: FeatureMap, channel: number, name: string): Html {
  const [one, other] = [plain, flipped].map(({ data, channels }) => finiteRange(data, channels, channel, 1));
  const [low, high] = [Math.min(one![0], other![0]), Math.max(one![1], other![1])];
  const range: Range = low <= high ? [low, high] : [0, 0];
  const ticks = range[0] === range[1] ? [range[0]] : ticksIn(range);
  const x = (value: number) =>
    roundedTick(LEFT + placeIn(value, range[0], range[1]) * (WIDTH - LEFT - RIGHT));
  const title = `Histogram of responses, ${name}: from ${formatDigits(range[0])} to ${formatDigits(range[1])}`;
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
<g class="axis">
${[1, 0.01, 0.0001].map((share) => html`<path d="M${LEFT} ${positionOf(share)}H${WIDTH - RIGHT}"/><text x="${LEFT - 6}" y="${positionOf(share) + 4}" text-anchor="end">${formatDigits(share * 100)} %</text>\n`)}
${ticks.map((tick) => html`<path d="M${x(tick)} ${HEIGHT - BOTTOM}v5"/><text x="${x(tick)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${formatDigits(tick)}</text>\n`)}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 4}" text-anchor="middle">response</text></g>
<path class="plain" d="${outlinePath(shares(plain, channel, range))}"/>
<path class="flipped" d="${outlinePath(shares(flipped, channel, range))}"/>
</svg>`;
}

/** The vertical position of a share. */
function positionOf(share: number): number {
  const place = Math.log10(Math.max(share, LEAST) / LEAST) / Math.log10(MOST / LEAST);
  return roundedTick(HEIGHT - BOTTOM - place * (HEIGHT - TOP - BOTTOM));
}

/** The outline of a histogram as an SVG path. */
function outlinePath(bins: Float64Array): string {
  const wide = (WIDTH - LEFT - RIGHT) / bins.length;
  const steps = [...bins].map((share, i) => `V${positionOf(share)}H${roundedTick(LEFT + (i + 1) * wide)}`);
  return `M${LEFT} ${HEIGHT - BOTTOM}${steps.join('')}V${HEIGHT - BOTTOM}Z`;
}

/** Four to nine round numbers within a range. */
function ticksIn([low, high]: Range): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? 10 * power;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

function roundedTick(v: number): number {
  return Math.round(v * 10) / 10;
}
