// Renders the figures of a comparison as an HTML list: the measures of the difference between both maps.

import type { Comparison } from '../../analysis/compare.js';
import { formatDigits, type Html, html } from './html.js';

export function figuresList({ figures, dataRange }: Comparison, kernel: string): Html {
  const { maxAbsDifference, meanAbsDifference, rmse, psnr, ssim, differingShare, correlation } = figures;
  const percent = (share: number) => `${formatDigits(share * 100)} %`;
  const decibels = (value: number) => `${formatDigits(value)} dB`;
  const rows: readonly Row[] = [
    ['largest |difference|', maxAbsDifference, 'at the same sample'],
    ['mean |difference|', meanAbsDifference, ''],
    ['RMSE', rmse, 'root of the mean square'],
    ['PSNR', psnr, `against a range of ${formatDigits(dataRange)}`, 'maps are the same', decibels],
    ['SSIM', ssim, 'structural similarity', 'maps are too small'],
    ['samples that differ', differingShare, '', 'none', percent],
    ['correlation', correlation, '1 alike, −1 negated', 'a map is constant'],
  ];
  return html`<dl class="figures" aria-label="How far both maps of ${kernel} lie apart">
${rows.map(([name, value, what, none = 'none', write = formatDigits]) => {
  const shown =
    value === null
      ? none
      : Number.isNaN(value)
        ? 'not a number'
        : html`<data value="${value}">${write(value)}</data>`;
  return html`<div><dt>${name}</dt><dd>${shown}</dd>${what === '' ? null : html`<dd class="what">${what}</dd>`}</div>\n`;
})}</dl>`;
}

type Row = readonly [
  name: string,
  value: number | null,
  what: string,
  none?: string,
  write?: (value: number) => string,
];
