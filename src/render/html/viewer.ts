// The markup of the interactive viewer: both maps with a divider between them, the image, the difference, and
// one explained sample. The page's script fills it.

import type { Size } from '../../core/image.js';
import { diverging } from '../image/colours.js';
import type { Thumbnail } from './embed.js';
import { type Html, html } from './html.js';

/** The markup of the viewer; there is one per page, which moves to the selected kernel. */
export function viewerMarkup(small: Thumbnail, { width, height }: Size, notOneSum: string | null): Html {
  const reduced = small.factor === 1 ? '' : `, drawn at 1 : ${small.factor}`;
  return html`<div id="viewer" class="viewer" hidden>
<div class="controls">
<label hidden>Channel <select id="channel"></select></label>
<label><input type="checkbox" id="magnitude"> Show |response|, without signs</label>
</div>
<div class="views">
<figure class="maps">
<div id="stage" class="stage" tabindex="0" role="application" aria-label="Both maps, no-flip left of the divider, flip right of it. Arrow keys move the crosshair by one sample, with Shift by ten." aria-describedby="said">
<canvas id="plain" role="img" aria-label="Map without flip (correlation)"></canvas>
<canvas id="flipped" role="img" aria-label="Map with flip (convolution)"></canvas>
<span class="tag plain" aria-hidden="true">no-flip</span><span class="tag flipped" aria-hidden="true">flip</span>
<div id="divider" class="divider" aria-hidden="true"></div>
<div class="cross" aria-hidden="true"></div>
</div>
<input type="range" id="split" min="0" max="100" step="0.5" value="50" aria-label="Divider between both maps: share of the no-flip map that is shown, in percent">
<figcaption>Responses: no-flip on the left, flip on the right ${scale('maps', 'signed')}${scale('maps', 'grey')}</figcaption>
</figure>
<figure class="image">
<div class="stage small"><img id="image" src="${small.address}" width="${small.width}" height="${small.height}" alt="The image that was filtered"><div id="frame" class="frame" aria-hidden="true" hidden></div><div class="cross" aria-hidden="true"></div></div>
<figcaption>Image, ${width} × ${height}${reduced}</figcaption>
</figure>
<figure class="difference">
<div class="stage small"><canvas id="difference" role="img" aria-label="Difference, no-flip less flip"></canvas><div class="cross" aria-hidden="true"></div></div>
<figcaption>Difference: <span id="difference-name">no-flip less flip</span> ${scale('difference', 'signed')}</figcaption>
</figure>
</div>
<section class="sample" aria-labelledby="sample-title">
<h3 id="sample-title">One sample: patch × kernel = response</h3>
<p class="note">Point at the maps. Click or tap to hold the position; press Esc or click it again to release it. Move it with the arrow keys or here:</p>
<div class="controls">
<label>x <input type="number" id="x" inputmode="numeric" step="1"></label>
<label>y <input type="number" id="y" inputmode="numeric" step="1"></label>
<span class="nudges" role="group" aria-label="Move the crosshair">
<button type="button" data-step="-1,0" aria-label="One to the left">←</button><button type="button" data-step="1,0" aria-label="One to the right">→</button><button type="button" data-step="0,-1" aria-label="One up">↑</button><button type="button" data-step="0,1" aria-label="One down">↓</button></span>
<button type="button" id="farthest">Largest difference</button>
</div>
<p id="said" class="said" role="status"></p>
${
  notOneSum === null
    ? html`<div class="pair"><div id="plain-sum" class="way plain"></div><div id="flipped-sum" class="way flipped"></div></div>
<p class="note">Dotted: read outside the image, where the border rule gives the sample.</p>`
    : html`<p class="note">${notOneSum}</p>`
}
</section>
</div>`;
}

/** Blue, white, red: from −`most` over 0 to `most`. */
const SIGNED = [-1, -0.5, 0, 0.5, 1].map((place) => `rgb(${diverging(place).join(' ')})`).join(', ');

function scale(of: 'maps' | 'difference', look: 'signed' | 'grey'): Html {
  const gradient = `linear-gradient(90deg, ${look === 'signed' ? SIGNED : '#000, #fff'})`;
  return html`<span class="scale" data-scale="${of}" data-look="${look}"><span class="low"></span><span class="bar" style="background:${gradient}"></span><span class="high"></span></span>`;
}
