// How an output was made, as one line of JSON that goes into the file or beside it: the kernel, the options and the
// version, all that its bytes depend on apart from the picture. Two runs with one recipe make one output.

import { createHash } from 'node:crypto';
import { ownVersion } from '../files/own.js';
import { MADE } from '../output/made.js';
import { formatBorder } from '../plan/border.js';
import type { ApplyWords, Part } from './settings.js';

/** What is written of an output: `made` is one line of ASCII. */
export interface Recipe {
  readonly made: string;
  readonly software: string;
}

/**
 * The recipe of a part of an image. Of the image it has the length of its file, which tells most others from it; names are
 * left out, so that a picture gives the same bytes whatever it is called.
 */
export function recipeOf(inputBytes: number, part: Part, words: ApplyWords): Recipe {
  const { flip, extent, stride, dilation, channels, alpha, linear, method, map, gain, depth, compression } =
    words;
  const software = `convtool ${ownVersion()}`;
  const sliding = {
    flip,
    border: formatBorder(words.border),
    extent,
    stride,
    dilation,
    channels,
    alpha,
    linear,
  };
  const writing = { depth: depth ?? 'auto', map, gain, compression };
  const kernel = { kernel: part.name, weights: digest(part) };
  const combined = part.combine ? { combine: part.combine } : {};
  const made = {
    software,
    inputBytes,
    ...kernel,
    ...combined,
    ...sliding,
    method,
    ...writing,
  };
  return { software, made: ascii(JSON.stringify(made)) };
}

const digests = new WeakMap<Part, string>();

/** The texts that say it in a file. */
export function textsOf({ software, made }: Recipe): { readonly keyword: string; readonly text: string }[] {
  return [
    { keyword: 'Software', text: software },
    { keyword: MADE, text: made },
  ];
}

/** A short text that differs where any number of the kernels does. */
function digest(part: Part): string {
  const known = digests.get(part) ?? digestOf(part);
  digests.set(part, known);
  return known;
}

function digestOf({ kernels }: Part): string {
  const hash = createHash('sha256');
  for (const { width, height, inChannels, anchor, divisor, bias, weights } of kernels) {
    hash.update(JSON.stringify([width, height, inChannels, anchor, divisor, bias]));
    hash.update(weights);
  }
  return hash.digest('hex').slice(0, 16);
}

/** JSON with what is not ASCII written as \u: it fits any text field of any format. */
function ascii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
