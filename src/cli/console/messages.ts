// Longer sentences of commands: what a mapping lost, and how to keep it.

import type { FormatName } from '../../codecs/format-name.js';
import type { FeatureMap } from '../../core/image.js';
import type { PictureRequest } from '../../pipeline/filter.js';
import type { PictureMap } from '../../pipeline/tone-map.js';
import { percent, shortNumber } from './logger.js';

/** What share of responses the mapping changed and which options keep them; null where it changed none. */
export function lossNote(
  { clipped, min, max, sourceScale }: Pick<FeatureMap, 'clipped' | 'min' | 'max' | 'sourceScale'>,
  { name: kernel, automaticMap }: { readonly name: string; readonly automaticMap: PictureMap },
  { map, depth, gain }: PictureRequest,
  format: FormatName,
): string | null {
  if (clipped === 0 || map === null) return null;
  const isNegative = map !== 'signed' && Math.min(min * gain, max * gain) < 0;
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const isBeyond = largest * Math.abs(gain) > sourceScale;
  const found = [...(isNegative ? ['negative'] : []), ...(isBeyond || !isNegative ? ['out of range'] : [])];
  const drawn = map === 'abs' && isNegative ? 'drawn by magnitude' : 'clamped';
  // Mid-grey as 0 leaves half the scale for each sign.
  const share = isNegative || map === 'signed' ? 2 : 1;
  const fitting = sourceScale / share / largest;
  const fit = fitting < 1 ? ` --gain ${Number(fitting.toPrecision(2))}` : '';
  const ways = isNegative
    ? [
        `--map signed${fit} keeps signs`,
        ...(map === 'abs' ? ['--map clamp makes them 0'] : []),
        // Of edges; of a sharpened picture magnitudes mean nothing.
        ...(map !== 'abs' && automaticMap === 'abs' ? ['--map abs draws magnitudes'] : []),
      ]
    : [`--map ${map}${fit} fits them in`];
  const exact =
    depth === 'float' ? 'without --map they are exact' : `${floatOption(format)} keeps exact values`;
  const range = `${shortNumber(min)} … ${shortNumber(max)}`;
  return `${kernel}: ${percent(clipped)} of responses were ${found.join(' or ')} (${range}), ${drawn}; ${[...ways, exact].join(', ')}`;
}

function floatOption(format: FormatName): string {
  return format === 'tiff' || format === 'raw' ? '--depth float' : '--format npy';
}
