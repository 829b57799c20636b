// Longer sentences of commands: what a mapping lost, and how to keep it.

import type { PictureRequest } from '../filter.js';
import type { FormatName } from '../output/formats.js';
import type { FeatureMap } from '../samples.js';
import { percent, short } from './report.js';

/** What the mapping lost and how to keep it, or null where it lost nothing. */
export function lossNote(
  { clipped, min, max, sourceScale }: Pick<FeatureMap, 'clipped' | 'min' | 'max' | 'sourceScale'>,
  kernel: string,
  { map, depth, gain }: PictureRequest,
  format: FormatName,
): string | null {
  if (clipped === 0 || map === null) return null;
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const losesSign = map !== 'signed' && min * gain < 0;
  const beyond =
    map === 'signed' ? largest * Math.abs(gain) * 2 > sourceScale : largest * Math.abs(gain) > sourceScale;
  const lost = [...(losesSign ? ['negative'] : []), ...(beyond || !losesSign ? ['out of range'] : [])];
  const fitting = sourceScale / (losesSign || map === 'signed' ? 2 : 1) / largest;
  const fit = `--map ${losesSign ? 'signed' : map} --gain ${Number(Math.min(1, fitting).toPrecision(2))}`;
  const exact = depth === 'float' ? 'no --map' : floatOption(format);
  const what = `${percent(clipped)} of responses were ${lost.join(' or ')} (${short(min)} … ${short(max)})`;
  return `${kernel}: ${what}; use ${fit} to show them all, ${exact} for exact values`;
}

function floatOption(format: FormatName): string {
  return format === 'tiff' || format === 'raw' ? '--depth float' : '--format npy';
}
