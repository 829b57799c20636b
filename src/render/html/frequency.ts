// Renders the frequency response |H(u, v)| of a kernel as a picture with axes and colour scale. It is the
// same with and without flip: rotating a kernel by 180° conjugates H.

import { magnitudeResponse } from '../../kernels/analysis/frequency-response.js';
import { type Kernel, type Plane, planesOf } from '../../kernels/kernel.js';
import { sequential } from '../image/colours.js';
import { rgbDataUrl } from './embed.js';
import { formatDigits, type Html, html } from './html.js';

/** Number of frequencies along an axis; odd, so that 0 is one of them. */
const SIZE = 129;
const SIDE = 258;
const [LEFT, TOP] = [44, 8];
const ENDS = [-0.5, 0, 0.5];
const STOPS = [0, 1, 2, 3, 4, 5, 6].map(
  (i) => html`<stop offset="${formatDigits(i / 6)}" stop-color="rgb(${sequential(i / 6).join(' ')})"/>`,
);

/** One picture per plane of weights. `id` is the kernel's id in the page. */
export async function frequencyResponse(kernel: Kernel, name: string, id: string): Promise<Html> {
  const planes = planesOf(kernel).map((plane, c) => {
    const title = kernel.inChannels === null ? name : `${name}, plane ${c}`;
    return planeResponse(plane, kernel.divisor, title, `${id}-scale-${c}`);
  });
  return html`<div class="spectra">${await Promise.all(planes)}</div>`;
}

async function planeResponse(plane: Plane, divisor: number, name: string, id: string): Promise<Html> {
  const magnitudes = magnitudeResponse(plane, divisor, SIZE);
  const largest = magnitudes.reduce((most, magnitude) => Math.max(most, magnitude), 0);
  const colours = Array.from(magnitudes, (v) => sequential(largest === 0 ? 0 : v / largest));
  const address = await rgbDataUrl({ width: SIZE, height: SIZE }, colours);
  const middle = magnitudes[(SIZE * SIZE - 1) / 2]!;
  const title = `Frequency response of ${name}: largest ${formatDigits(largest)}, at frequency 0 ${formatDigits(middle)}`;
  const at = (place: number) => (place + 0.5) * SIDE;
  return html`<svg class="chart spectrum" viewBox="0 0 ${LEFT + SIDE + 96} ${TOP + SIDE + 46}" role="img" aria-label="${title}">
<image href="${address}" x="${LEFT}" y="${TOP}" width="${SIDE}" height="${SIDE}" preserveAspectRatio="none"/>
<g class="axis"><rect x="${LEFT}" y="${TOP}" width="${SIDE}" height="${SIDE}"/>
${ENDS.map(
  (end) => html`<path d="M${LEFT + at(end)} ${TOP + SIDE}v5M${LEFT} ${TOP + at(end)}h-5"/>
<text x="${LEFT + at(end)}" y="${TOP + SIDE + 18}" text-anchor="middle">${formatDigits(end)}</text>
<text x="${LEFT - 8}" y="${TOP + at(end) + 4}" text-anchor="end">${formatDigits(end)}</text>\n`,
)}
<text x="${LEFT + SIDE / 2}" y="${TOP + SIDE + 38}" text-anchor="middle">u, cycles a sample</text>
<text x="12" y="${TOP + SIDE / 4}" text-anchor="middle">v</text></g>
<linearGradient id="${id}" x1="0" y1="1" x2="0" y2="0">${STOPS}</linearGradient>
<rect x="${LEFT + SIDE + 16}" y="${TOP}" width="14" height="${SIDE}" fill="url(#${id})"/>
<g class="axis">${[0, 0.5, 1].map((share) => html`<text x="${LEFT + SIDE + 36}" y="${TOP + (1 - share) * (SIDE - 10) + 9}">${formatDigits(share * largest, 4)}</text>`)}</g>
</svg>`;
}
