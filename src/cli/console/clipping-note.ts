// The note on responses that tone mapping changed: their share, why, and which options keep them.

import type { FormatName } from '../../codecs/format-name.js';
import type { FeatureMap } from '../../core/image.js';
import type { PictureMap, PictureRequest } from '../../engine/output/value-mapping.js';
import { percent, shortNumber } from './logger.js';

/** The note for a map, or null where tone mapping changed no response. */
export function clippingNote(
  { clipped, min, max, sourceScale }: Pick<FeatureMap, 'clipped' | 'min' | 'max' | 'sourceScale'>,
  { name: kernel, automaticMap }: { readonly name: string; readonly automaticMap: PictureMap },
  { map, depth, gain }: PictureRequest,
  format: FormatName,
): string | null {
  if (clipped === 0 || map === null) return null;
  const isNegative = map !== 'signed' && Math.min(min * gain, max * gain) < 0;
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const isOutOfRange = largest * Math.abs(gain) > sourceScale;
  const found = [
    ...(isNegative ? ['negative'] : []),
    ...(isOutOfRange || !isNegative ? ['out of range'] : []),
  ];
  const effect = map === 'abs' && isNegative ? 'shown as magnitudes' : 'clamped';
  // With 0 at mid-grey, half of the range is left for each sign.
  const signs = isNegative || map === 'signed' ? 2 : 1;
  const fittingGain = sourceScale / signs / largest;
  const fit = fittingGain < 1 ? ` --gain ${Number(fittingGain.toPrecision(2))}` : '';
  const remedies = isNegative
    ? [
        `--map signed${fit} keeps signs`,
        ...(map === 'abs' ? ['--map clamp sets them to 0'] : []),
        // Magnitudes are meaningful for edges, but not for a sharpened picture.
        ...(map !== 'abs' && automaticMap === 'abs' ? ['--map abs shows magnitudes'] : []),
      ]
    : [`--map ${map}${fit} fits them into the range`];
  const exact =
    depth === 'float' ? 'omit --map for exact values' : `${floatOption(format)} keeps exact values`;
  const range = `${shortNumber(min)} … ${shortNumber(max)}`;
  return `${kernel}: ${percent(clipped)} of responses were ${found.join(' or ')} (${range}), ${effect}; ${[...remedies, exact].join(', ')}`;
}

function floatOption(format: FormatName): string {
  return format === 'tiff' || format === 'raw' ? '--depth float' : '--format npy';
}
