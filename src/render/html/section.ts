// Renders the section of one kernel: verdict, figures, the place of the viewer, the kernel as applied,
// histogram and frequency response.

import type { Comparison } from '../../analysis/compare.js';
import { figuresList } from './figures.js';
import { frequencyResponse } from './frequency.js';
import { histogram } from './histogram.js';
import { type Html, html } from './html.js';
import { kernelGrids } from './kernel-grids.js';
import type { ChannelData, KernelData } from './page-data.js';

/** A kernel's section, except what depends on the shown part of the maps. */
export type KernelSection = (data: KernelData) => Html;

export async function kernelSection(
  comparison: Comparison,
  index: number,
  name: string,
  channels: readonly ChannelData[],
): Promise<KernelSection> {
  const { kernel, words, found } = comparison;
  const [grids, spectra] = await Promise.all([
    kernelGrids(kernel),
    frequencyResponse(kernel, name, `kernel-${index + 1}`),
  ]);
  const figures = figuresList(comparison, name);
  const histograms = histogramsOf(comparison, channels);
  const [verdict, ...reasons] = words;
  const explanation = [...reasons, `found: ${found}`].map(sentence).join(' ');
  return (data) => html`<section class="kernel" id="kernel-${index + 1}" aria-labelledby="name-${index + 1}">
<h2 id="name-${index + 1}">${name}</h2>
<div class="words"><p class="verdict">${sentence(verdict ?? '')}</p>
<p>${explanation}</p></div>
${figures}
<h3>Both maps</h3>
${shownPartNote(data)}
<div class="slot"></div>
<h3>The kernel as applied</h3>
${grids}
<div class="charts">
<figure>
<figcaption><h3>Responses</h3>
<p class="note"><span class="key plain"></span> no-flip <span class="key flipped"></span> flip. Share of samples, on a logarithmic scale, over the whole maps.</p></figcaption>
${histograms}
</figure>
<figure>
<figcaption><h3>Frequency response |H(u, v)|</h3>
<p class="note">The same with and without flip: a rotation by 180° conjugates H, which changes the phase but not the magnitude.</p></figcaption>
${spectra}
</figure>
</div>
</section>`;
}

/** One per channel. A separate function, so that its closure does not hold the maps until the page is rendered. */
function histogramsOf({ plain, flipped }: Comparison, channels: readonly ChannelData[]): Html[] {
  return channels.map(
    ({ name }, c) =>
      html`<div data-channel="${c}">${histogram(plain, flipped, c, `channel ${name}`)}</div>\n`,
  );
}

/** Makes a sentence: capital letter and full stop. */
function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** A note on the shown part of the maps, if it is not all. */
function shownPartNote({ map, region }: KernelData): Html | null {
  const { left, top, width, height } = region;
  if (width === map.width && height === map.height) return null;
  return html`<p class="note">The maps have ${map.width} × ${map.height} samples. To stay small this page holds their middle, at full resolution: x from ${left} to ${left + width - 1}, y from ${top} to ${top + height - 1}. Figures and histograms are of the whole maps.</p>`;
}
