// The parts of an explanation that text and Markdown share: headings, the border rule, sum, response and stored value as
// equations, and for a kernel that is too large for grids, the largest products.

import type { ExplainedChannel, Explanation } from '../../analysis/explain.js';
import { printable } from '../../core/errors.js';
import { symmetry } from '../../kernels/analysis/symmetry.js';
import { BORDERS } from '../../plan/border.js';
import { type Page, shownName } from '../console/terminal.js';
import { numberText } from './columns.js';
import { isBorder } from './explain-grid.js';
import { decimalTexts } from './kernel-grid.js';

/** Longer sums are summarised. */
const MAX_TERMS = 16;

/** `sobel-x over img.png: sample (3, 4) of its map of 640×427 samples`. */
export function heading(input: string, { kernelAsWritten, at, mapSize }: Explanation, page: Page): string {
  return `${printable(kernelAsWritten.name)} over ${shownName(input, page)}: sample (${at.join(', ')}) of its map of ${mapSize.join('×')} samples`;
}

/** Whether the kernel is flipped, and where its anchor is. */
export function directionText(explanation: Explanation): string {
  const { convolution, position, columns, rows, kernelAsApplied } = explanation;
  const [column, row] = kernelAsApplied.anchor;
  const outside = columns.reads[column] !== position[0] || rows.reads[row] !== position[1];
  const where = `its anchor over (${position.join(', ')})${outside ? ', outside the image' : ' of the image'}`;
  return convolution.flip
    ? `Convolution (--flip): the kernel rotated by 180°, ${where}`
    : `Correlation (--no-flip): the kernel as it is written, ${where}`;
}

/** How samples outside the image are filled; null where all are inside. */
export function borderText({ columns, rows, convolution }: Explanation): string | null {
  const isInside = [columns, rows].every(({ at, reads }) => at.every((place, i) => reads[i] === place));
  if (isInside) return null;
  const { mode, value } = convolution.border;
  const { picture, rule } = BORDERS[mode];
  const filled = mode === 'constant' ? `${rule} ${value}` : rule;
  return `Samples in ( ) are outside the image: ${mode} (${picture}) ${filled}`;
}

/** Sum, response and stored value, each with the equation that yields it. */
export function valueLines(explanation: Explanation, channel: ExplainedChannel) {
  const { divisor, bias } = explanation.kernelAsWritten;
  const { sum, scale, alpha, exact, response, stored } = channel;
  const scaled = scale === 1 ? '' : ` × ${float32Text(scale)}`;
  const unpremultiplied = alpha === null ? '' : ` / average alpha ${float32Text(alpha)}`;
  // A response is a float32, so it is compared with the nearest float32 to the exact value.
  const differs = Math.fround(exact) !== response && !(Number.isNaN(exact) && Number.isNaN(response));
  const method = differs ? `; rounding in the method ${explanation.method}; the exact value is ${exact}` : '';
  return [
    { name: 'sum', value: float32Text(sum), how: sumText(channel, explanation.kernelAsWritten.width) },
    {
      name: 'response',
      value: float32Text(response),
      how: `sum${scaled} / divisor ${float32Text(divisor)}${unpremultiplied} + bias ${float32Text(bias)}${method}`,
    },
    { name: 'stored', value: float32Text(stored), how: storedText(explanation, channel) },
  ];
}

/** All terms where they are few, else the sum of each kernel row. */
function sumText({ products, patch }: ExplainedChannel, width: number): string {
  const kept = products.filter((_, i) => patch[i] !== null);
  if (kept.length === 0) return 'nothing: all samples are left out';
  if (kept.length <= MAX_TERMS) return sumOfTerms(kept);
  const rows = Float64Array.from({ length: products.length / width }, (_, y) =>
    products.subarray(y * width, (y + 1) * width).reduce((sum, product) => sum + product, 0),
  );
  return rows.length <= MAX_TERMS ? `${sumOfTerms(rows)}, row by row` : `${kept.length} products added`;
}

function sumOfTerms(terms: Float64Array): string {
  return decimalTexts(terms).reduce((text, term) =>
    term.startsWith('-') ? `${text} - ${term.slice(1)}` : `${text} + ${term}`,
  );
}

function storedText(explanation: Explanation, { response, start, steps, stored }: ExplainedChannel): string {
  const { depth, map, gain } = explanation.request;
  const kind = depth === 'float' ? 'float32' : `${depth} bits`;
  if (map === null && gain === 1) return `${kind}, the response itself`;
  const first = start === response ? float32Text(start) : String(start);
  let before = start;
  const parts = [first];
  const range = `${float32Text(explanation.range.min)} … ${float32Text(explanation.range.max)}`;
  for (const { name, by = 0, value } of steps) {
    const operation = {
      gain: ` × gain ${float32Text(by)}`,
      depth: `, × ${float32Text(by)} for the depth`,
      stretch: `, ${range} stretched to 0 … ${by}`,
      shift: `, + mid-grey ${float32Text(by)}`,
      round: ', rounded',
      abs: ', absolute',
      float32: null,
      limit: `, within 0 … ${by}`,
    }[name];
    const isIdle = (name === 'round' || name === 'limit') && value === before;
    if (operation !== null && !isIdle) parts.push(`${operation} → ${float32Text(value)}`);
    before = value;
  }
  const rounded = Object.is(before, stored)
    ? ''
    : `; ${float32Text(stored)} by rounding in the method ${explanation.method}`;
  return `${kind}, ${map === null ? 'no map' : `map ${map}`}: ${parts.join('')}${rounded}`;
}

/** How correlation and convolution relate by the kernel's symmetry; null without symmetry, or for only one of them. */
export function flipRelationText([first, second]: readonly Explanation[]): string | null {
  if (!first || !second) return null;
  const { kernelAsWritten: kernel } = first;
  const kind = symmetry(kernel);
  if (kind === 'neither') return null;
  const effect = kind === 'symmetric' ? 'changes nothing' : `only changes the sign of every sum`;
  return `${printable(kernel.name)} is ${kind} under rotation by 180° about its anchor: flipping ${effect}`;
}

/** A number with at most nine significant digits, enough to identify a float32. */
function float32Text(value: number): string {
  return numberText(value, 9);
}

/** Kernels with more columns or rows are shown by their largest products. */
const MAX_GRID_SIDE = 15;

export function isLarge({ kernelAsApplied: { width, height } }: Explanation): boolean {
  return Math.max(width, height) > MAX_GRID_SIDE;
}

/** The planes of the kernel, each with its name, empty for a single one, and its range among the weights. */
export function planesOf({ planes, kernelAsApplied: { width, height } }: Explanation) {
  const area = width * height;
  return (planes ?? ['']).map((name, plane) => {
    return { name, range: [plane * area, (plane + 1) * area] as const };
  });
}

/** Number of products shown. */
const MAX_TAPS = 12;

export const TAP_TITLES = ['from the anchor', 'reads', 'sample', 'weight', 'product'] as const;

/** Rows ordered by magnitude of the product, and a note on the rest. */
export function largestTaps(explanation: Explanation, { patch, products }: ExplainedChannel) {
  const { kernelAsApplied, columns, rows, planes, convolution } = explanation;
  const { width, height, weights, anchor } = kernelAsApplied;
  const order = Array.from(products.keys()).sort(
    (a, b) => Math.abs(products[b]!) - Math.abs(products[a]!) || a - b,
  );
  const shown = order.slice(0, MAX_TAPS);
  const rest = order.slice(MAX_TAPS).reduce((sum, i) => sum + products[i]!, 0);
  const area = width * height;
  const texts = shown.map((i) => {
    const x = i % width;
    const y = Math.floor((i % area) / width);
    const plane = planes === null ? '' : `${planes[Math.floor(i / area)]} `;
    const [readX, readY] = [columns.reads[x]!, rows.reads[y]!];
    const offset = [(x - anchor[0]) * convolution.dilation[0], (y - anchor[1]) * convolution.dilation[1]];
    const border = isBorder(explanation, i % area) ? ' border' : '';
    const place = readX === null || readY === null ? 'outside' : `(${readX}, ${readY})${border}`;
    const sample = patch[i] ?? null;
    return [
      `${plane}(${offset.map((d) => d + 0).join(', ')})`,
      place,
      sample === null ? '–' : float32Text(sample),
      float32Text(weights[i]!),
      float32Text(products[i]!),
    ];
  });
  const others = products.length - shown.length;
  return { rows: texts, note: `and ${others} more with a sum of ${float32Text(rest)}; --json lists all` };
}
