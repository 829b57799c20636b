// Renders a kernel as applied by correlation and by convolution: two tables of weights with the anchor
// marked, or pictures of coloured cells for large kernels.

import { type Kernel, type Plane, planesOf, rotate180 } from '../../kernels/kernel.js';
import { diverging, inkOn } from '../image/colours.js';
import { rgbDataUrl } from './embed.js';
import { formatDigits, type Html, html } from './html.js';

/** Wider or higher kernels are shown without numbers. */
const MAX_SIDE_WITH_NUMBERS = 11;

/** The kernel as written and rotated, side by side. */
export async function kernelGrids(kernel: Kernel): Promise<Html> {
  const { divisor, bias } = kernel;
  const after = `response = sum${divisor === 1 ? '' : ` / ${divisor}`}${bias === 0 ? '' : ` + ${bias}`}`;
  return html`<div class="pair">
${await kernelAsApplied(kernel, 'plain', 'As written: applied without flip (correlation)')}
${await kernelAsApplied(rotate180(kernel), 'flipped', 'Rotated by 180°: applied with flip (convolution)')}
</div>
<p class="note">The framed weight is the anchor: it lies over the sample whose response is computed; ${after}.</p>`;
}

async function kernelAsApplied(kernel: Kernel, className: 'plain' | 'flipped', title: string): Promise<Html> {
  const grids = await Promise.all(
    planesOf(kernel).map((plane, c) => {
      return planeGrid(kernel, plane, kernel.inChannels === null ? title : `${title}, plane ${c}`);
    }),
  );
  return html`<div class="way ${className}"><h4>${title}</h4>${grids}</div>`;
}

async function planeGrid(kernel: Kernel, { weights, width, height }: Plane, name: string): Promise<Html> {
  const { anchor } = kernel;
  const largest = kernel.weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const colourOf = (weight: number) => diverging(largest === 0 ? 0 : weight / largest);
  if (Math.max(width, height) > MAX_SIDE_WITH_NUMBERS) {
    const address = await rgbDataUrl({ width, height }, Array.from(weights, colourOf));
    const alt = `${name}: ${width} by ${height} weights from ${formatDigits(-largest)} (blue) to ${formatDigits(largest)} (red), anchor at ${anchor.join(', ')}`;
    return html`<figure class="cells"><img src="${address}" alt="${alt}" width="${width}" height="${height}">
<figcaption>${width} × ${height} weights, blue ${formatDigits(-largest)}, red ${formatDigits(largest)}; anchor at ${anchor.join(', ')}</figcaption></figure>`;
  }
  const rows = Array.from({ length: height }, (_, y) => {
    const cells = Array.from(weights.subarray(y * width, (y + 1) * width), (weight, x) => {
      const colour = colourOf(weight);
      const style = `background:rgb(${colour.join(' ')});color:rgb(${inkOn(colour).join(' ')})`;
      const isAnchor = x === anchor[0] && y === anchor[1];
      const mark = isAnchor ? html`<span class="unseen"> (anchor)</span>` : null;
      return html`<td style="${style}"${isAnchor ? html` class="anchor"` : null}><data value="${weight}">${formatDigits(weight)}</data>${mark}</td>`;
    });
    return html`<tr>${cells}</tr>\n`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table class="weights"><caption class="unseen">${name}</caption>
<tbody>
${rows}</tbody></table></div>`;
}
