// What an explanation says in words, the same for text and Markdown: headings, the border's rule, and the sum, the
// response and the stored value as equations. Lays nothing out.

import type { ExplainedChannel, Explanation } from '../../analysis/explain.js';
import { printable } from '../../core/errors.js';
import { symmetry } from '../../kernels/analysis/symmetry.js';
import { BORDERS } from '../../plan/border.js';
import type { BorderMode } from '../../plan/convolution-options.js';
import { type Page, shownName } from '../console/terminal.js';
import { isBorder } from './explain-grid.js';
import { decimals } from './kernel-grid.js';

/** A sum of more terms is not written out. */
const MOST_TERMS = 16;

/** What a value is called, its number, and how it came about. */
export interface Line {
  readonly name: 'sum' | 'response' | 'stored';
  readonly value: string;
  readonly how: string;
}

export function heading(
  input: string,
  { kernelAsWritten, at, mapSize }: Explanation,
  page: Pick<Page, 'isTerminal'>,
): string {
  return `${printable(kernelAsWritten.name)} over ${shownName(input, page)}: sample (${at.join(', ')}) of its map of ${mapSize.join('×')} samples`;
}

/** Which way the kernel is slid, and where it lies. */
export function directionText({
  convolution: { flip },
  position,
  columns,
  rows,
  kernelAsApplied,
}: Explanation): string {
  const [column, row] = kernelAsApplied.anchor;
  const outside = columns.reads[column] !== position[0] || rows.reads[row] !== position[1];
  const where = `its anchor over (${position.join(', ')})${outside ? ', outside the image' : ' of the image'}`;
  return flip
    ? `Convolution (--flip): the kernel rotated by 180°, ${where}`
    : `Correlation (--no-flip): the kernel as it is written, ${where}`;
}

const RULES: Readonly<Record<BorderMode, string>> = {
  replicate: 'gives the nearest sample inside',
  symmetric: 'mirrors the image, its edge with it',
  reflect101: 'mirrors the image about its edge',
  wrap: 'goes on at the other side',
  constant: 'gives',
  renormalize: 'leaves them out and multiplies the sum by all weights / weights inside',
};

/** How the samples outside came about; null where all lie inside. */
export function borderText(explanation: Explanation): string | null {
  const { mode, value } = explanation.convolution.border;
  const area = explanation.kernelAsApplied.width * explanation.kernelAsApplied.height;
  if (!Array.from({ length: area }, (_, i) => i).some((i) => isBorder(explanation, i))) return null;
  const rule = mode === 'constant' ? `${RULES.constant} ${value}` : RULES[mode];
  return `( ) lies outside the image: ${mode} (${BORDERS[mode].picture}) ${rule}`;
}

/** The last steps as equations. */
export function valueLines(explanation: Explanation, channel: ExplainedChannel): Line[] {
  const { divisor, bias } = explanation.kernelAsWritten;
  const { sum, scale, alpha, exact, response, stored } = channel;
  const scaled = scale === 1 ? '' : ` × ${digits(scale)}`;
  const undone = alpha === null ? '' : ` / average alpha ${digits(alpha)}`;
  // The nearest float32 is all that can be asked for.
  const differs = Math.fround(exact) !== response && !(Number.isNaN(exact) && Number.isNaN(response));
  const method = differs
    ? `; the method ${explanation.method} rounds on the way, exactly it is ${exact}`
    : '';
  return [
    { name: 'sum', value: digits(sum), how: sumText(channel, explanation.kernelAsWritten.width) },
    {
      name: 'response',
      value: digits(response),
      how: `sum${scaled} / divisor ${digits(divisor)}${undone} + bias ${digits(bias)}${method}`,
    },
    { name: 'stored', value: digits(stored), how: storedText(explanation, channel) },
  ];
}

/** All terms where they are few, else the sum of each row of the kernel. */
function sumText({ products, patch }: ExplainedChannel, width: number): string {
  const kept = products.filter((_, i) => patch[i] !== null);
  if (kept.length === 0) return 'nothing: all samples are left out';
  if (kept.length <= MOST_TERMS) return added(kept);
  const rows = Float64Array.from({ length: products.length / width }, (_, y) =>
    products.subarray(y * width, (y + 1) * width).reduce((sum, product) => sum + product, 0),
  );
  return rows.length <= MOST_TERMS ? `${added(rows)}, row by row` : `${kept.length} products added`;
}

function added(terms: Float64Array): string {
  return decimals(terms).reduce((text, term) =>
    term.startsWith('-') ? `${text} - ${term.slice(1)}` : `${text} + ${term}`,
  );
}

function storedText(explanation: Explanation, { response, start, steps, stored }: ExplainedChannel): string {
  const { depth, map, gain } = explanation.request;
  const kind = depth === 'float' ? 'float32' : `${depth} bits`;
  if (map === null && gain === 1) return `${kind}, the response itself`;
  const begin = start === response ? digits(start) : String(start);
  let before = start;
  const words = [begin];
  for (const step of steps) {
    const { name, by = 0, value } = step;
    const result = digits(value);
    if (name === 'gain') words.push(` × gain ${digits(by)} → ${result}`);
    if (name === 'depth') words.push(`, × ${digits(by)} for the depth → ${result}`);
    if (name === 'stretch')
      words.push(
        `, ${digits(explanation.range.min)} … ${digits(explanation.range.max)} stretched to 0 … ${by} → ${result}`,
      );
    if (name === 'shift') words.push(`, + mid-grey ${digits(by)} → ${result}`);
    if (name === 'round' && value !== before) words.push(`, rounded → ${result}`);
    if (name === 'abs') words.push(`, absolute → ${result}`);
    if (name === 'limit' && value !== before) words.push(`, within 0 … ${by} → ${result}`);
    before = value;
  }
  const rounded = Object.is(before, stored)
    ? ''
    : `; ${digits(stored)} by the rounding of the method ${explanation.method}`;
  return `${kind}, ${map === null ? 'no map' : `map ${map}`}: ${words.join('')}${rounded}`;
}

/** What both ways have to do with each other; null where the kernel's symmetry says nothing. */
export function flipRelationText({ kernelAsWritten: kernel }: Explanation): string | null {
  const kind = symmetry(kernel);
  if (kind === 'neither') return null;
  const effect = kind === 'symmetric' ? 'changes nothing' : `only changes the sign of every sum`;
  return `${printable(kernel.name)} is ${kind} under rotation by 180° about its anchor: flipping ${effect}`;
}

/** A number in at most nine digits, as many as a float32 has. */
export function digits(value: number): string {
  return String(Number(value.toPrecision(9)) + 0);
}
