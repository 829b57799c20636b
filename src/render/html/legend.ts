// Colour scales below the pictures of a page; the page's script fills in the values at their ends.

import { diverging } from '../image/colours.js';
import { type Html, html } from './html.js';

/** Blue, white, red: from −`most` over 0 to `most`. */
export function signedScale(of: 'maps' | 'difference'): Html {
  const colours = [-1, -0.5, 0, 0.5, 1].map((place) => `rgb(${diverging(place).join(' ')})`);
  return scale(of, 'signed', `linear-gradient(90deg, ${colours.join(', ')})`);
}

/** Black to white: from 0 to `most`. */
export function greyScale(of: 'maps'): Html {
  return scale(of, 'grey', 'linear-gradient(90deg, #000, #fff)');
}

function scale(of: string, look: string, gradient: string): Html {
  return html`<span class="scale" data-scale="${of}" data-look="${look}"><span class="low"></span><span class="bar" style="background:${gradient}"></span><span class="high"></span></span>`;
}
