// Renders an explained response as elements: patch × kernel = products, and the line from their sum to the
// response. Runs in a browser.

import { diverging, inkOn, type Rgb } from '../../image/colours.js';
import { formatDigits } from '../html.js';
import type { KernelData } from '../page-data.js';
import type { WorkedCell, WorkedResponse } from '../worked.js';

/** Larger kernels are shown without tables. */
const MAX_CELLS = 1024;

type Kind = 'sample' | 'weight' | 'product';
type Rows = WorkedResponse['planes'][number];

/** Fills `place` with the computation of one response. `full` is the value of a white sample. */
export function showEquation(
  place: HTMLElement,
  title: string,
  worked: WorkedResponse,
  stored: number,
  kernel: KernelData,
  channel: number,
  full: number,
): void {
  const { divisor, bias, weights } = kernel;
  const parts: Node[] = [element('h4', '', title)];
  if (weights.length > MAX_CELLS)
    parts.push(element('p', 'note', `${weights.length} products: too many to show individually.`));
  else
    worked.planes.forEach((rows, plane) => {
      const name =
        kernel.inChannels === null ? '' : ` of ${kernel.channels[channel]!.name.split('+')[plane]}`;
      parts.push(equation(rows, name, title, full));
    });
  const line = element('p', 'result', 'sum ', number(worked.sum, 'sum'));
  if (worked.scale !== 1) line.append(' × ', number(worked.scale, 'scale'), ' for the weights left out');
  if (divisor !== 1) line.append(' / ', number(divisor, 'divisor'));
  if (bias !== 0) line.append(' + ', number(bias, 'bias'));
  line.append(' = response ', number(worked.response, 'response'), '; the map holds ');
  line.append(element('strong', '', number(stored, 'stored')));
  place.replaceChildren(...parts, line);
}

/** A number as text: nine digits distinguish all float32, and often fewer suffice. */
export function text(value: number, digits = 9): string {
  for (let few = 6; few < digits; few++) {
    const short = Number(value.toPrecision(few));
    if (short === value || (Math.fround(value) === value && Math.fround(short) === value))
      return formatDigits(value, few);
  }
  return formatDigits(value, digits);
}

function equation(rows: Rows, name: string, title: string, full: number): HTMLElement {
  const all = rows.flat();
  const most = (kind: 'weight' | 'product') => Math.max(...all.map((cell) => Math.abs(cell[kind]))) || 1;
  const [heaviest, largest] = [most('weight'), most('product')];
  const grey = (sample: number): Rgb => {
    const level = Math.round(255 * Math.min(1, Math.max(0, sample / full)));
    return [level, level, level];
  };
  const box = element(
    'div',
    'equation',
    table(rows, `patch${name}`, 'sample', grey),
    element('span', 'sign', '×'),
    table(rows, 'kernel', 'weight', (v) => diverging(v / heaviest)),
    element('span', 'sign', '='),
    table(rows, 'products', 'product', (v) => diverging(v / largest)),
  );
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', `${title}: patch times kernel${name}`);
  return box;
}

function table(rows: Rows, caption: string, kind: Kind, colourOf: (value: number) => Rgb): HTMLElement {
  const lines = rows.map((row) => element('tr', '', ...row.map((cell) => tableCell(cell, kind, colourOf))));
  const body = element('tbody', '', ...lines);
  return element('table', `weights ${kind}`, element('caption', '', caption), body);
}

function tableCell(cell: WorkedCell, kind: Kind, colourOf: (value: number) => Rgb): HTMLElement {
  const { isBorder, isAnchor, [kind]: value } = cell;
  const result = element('td', '', value === null ? '–' : number(value, kind, 6));
  if (kind === 'sample' && isBorder) {
    result.classList.add('border');
    result.append(element('span', 'unseen', value === null ? ' left out' : ' outside'));
  }
  if (kind === 'weight' && isAnchor) {
    result.classList.add('anchor');
    result.append(element('span', 'unseen', ' (anchor)'));
  }
  if (value !== null && Number.isFinite(value)) {
    const colour = colourOf(value);
    result.style.background = `rgb(${colour.join(' ')})`;
    result.style.color = `rgb(${inkOn(colour).join(' ')})`;
  }
  return result;
}

/** A number with its full value in an attribute for scripts. */
function number(value: number, name: string, digits = 9): HTMLElement {
  const result = element('data', name, text(value, digits));
  result.setAttribute('value', String(value));
  return result;
}

function element(name: string, className: string, ...content: readonly (Node | string)[]): HTMLElement {
  const result = document.createElement(name);
  if (className !== '') result.className = className;
  result.append(...content);
  return result;
}
