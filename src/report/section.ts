// One kernel's part of a page: the verdict in words, the figures, the place for the viewer, the kernel both ways,
// the histogram and the frequency response.

import type { Comparison } from '../compare.js';
import { figuresList } from './figures.js';
import { frequencyResponse } from './frequency.js';
import { histogram } from './histogram.js';
import { type Html, html } from './html.js';
import { kernelGrids } from './kernel-grids.js';
import type { KernelData } from './page-data.js';

/** The first sentence of the words: what the kernel is under a flip and what that does. */
export function verdictOf({ words }: Comparison): string {
  return words[0] ?? '';
}

/** The section of kernel number `index` of the page. */
export async function kernelSection(
  comparison: Comparison,
  index: number,
  name: string,
  data: KernelData,
): Promise<Html> {
  const { kernel, plain, flipped, words } = comparison;
  const shown = shownWords(data);
  const [grids, spectra] = await Promise.all([
    kernelGrids(kernel),
    frequencyResponse(kernel, name, `kernel-${index + 1}`),
  ]);
  return html`<section class="kernel" id="kernel-${index + 1}" aria-labelledby="name-${index + 1}">
<h2 id="name-${index + 1}">${name}</h2>
<div class="words"><p class="verdict">${sentence(words[0] ?? '')}</p>
<p>${words.slice(1).map(sentence).join(' ')}</p></div>
${figuresList(comparison, name)}
<h3>Both maps</h3>
${shown === null ? null : html`<p class="note">${shown}</p>`}
<div class="slot"></div>
<h3>The kernel both ways</h3>
${grids}
<div class="charts">
<figure>
<figcaption><h3>Responses</h3>
<p class="note"><span class="key plain"></span> no-flip <span class="key flipped"></span> flip. Share of samples, on a logarithmic scale, over the whole maps.</p></figcaption>
${data.channels.map((channel, c) => html`<div data-channel="${c}">${histogram(plain, flipped, c, `channel ${channel.name}`)}</div>`)}
</figure>
<figure>
<figcaption><h3>Frequency response |H(u, v)|</h3>
<p class="note">The same for both ways: a rotation by 180° conjugates H, which changes the phase and no magnitude.</p></figcaption>
${spectra}
</figure>
</div>
</section>`;
}

/** Words as a sentence. */
function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Which part of the maps the page has, where it is not all. */
function shownWords({ map, region }: KernelData): string | null {
  const { left, top, width, height } = region;
  if (width === map.width && height === map.height) return null;
  return `The maps have ${map.width} × ${map.height} samples. To stay small this page holds their middle, at full resolution: x from ${left} to ${left + width - 1}, y from ${top} to ${top + height - 1}. Figures and histograms are of the whole maps.`;
}
