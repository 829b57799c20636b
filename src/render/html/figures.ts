// Renders the figures of a comparison as an HTML list: the measures of the difference between both maps.

import type { Comparison } from '../../analysis/compare.js';
import { type Html, html } from './html.js';

export function figuresList({ figures, dataRange }: Comparison, kernel: string): Html {
  const rows: readonly (readonly [name: string, value: number | null, text: string, what: string])[] = [
    row('largest |difference|', figures.maxAbsDifference, 'at the same sample'),
    row('mean |difference|', figures.meanAbsDifference, ''),
    row('RMSE', figures.rmse, 'root of the mean square'),
    row(
      'PSNR',
      figures.psnr,
      `against a range of ${formatDigits(dataRange)}`,
      (v) => `${formatDigits(v)} dB`,
      'maps are the same',
    ),
    row('SSIM', figures.ssim, 'structural similarity', formatDigits, 'maps are too small'),
    row('samples that differ', figures.differingShare, '', percent),
    row('correlation', figures.correlation, '1 alike, −1 negated', formatDigits, 'a map is constant'),
  ];
  return html`<dl class="figures" aria-label="How far both maps of ${kernel} lie apart">
${rows.map(
  ([name, value, text, what]) =>
    html`<div><dt>${name}</dt><dd>${value === null ? text : html`<data value="${value}">${text}</data>`}</dd>${
      what === '' ? null : html`<dd class="what">${what}</dd>`
    }</div>\n`,
)}</dl>`;
}

function row(
  name: string,
  value: number | null,
  what: string,
  write: (value: number) => string = (v) => formatDigits(v),
  none = 'none',
): readonly [string, number | null, string, string] {
  return [name, value, value === null ? none : write(value), what];
}

/** A few significant digits, with true minus signs. */
export function formatDigits(value: number, precision = 5): string {
  return String(Number(value.toPrecision(precision)) + 0).replaceAll('-', '−');
}

function percent(share: number): string {
  return `${formatDigits(share * 100)} %`;
}
