// Notes about images and outputs: what an output loses of its image, what tone mapping changed, and what was assumed. Those
// about the whole run are written once.

import { profileLoss } from '../../codecs/profile.js';
import { FORMATS, type FormatName } from '../../codecs/registry.js';
import { fullScale, type ImageInfo, type Samples } from '../../core/image.js';
import { namedCurves } from '../../engine/input/srgb.js';
import type { PictureRequest } from '../../engine/output/value-mapping.js';
import type { MapFacts } from '../../engine/run.js';
import type { PlannedMap } from '../../pipeline/plan-map.js';
import type { Plan } from '../../plan/plan.js';
import type { Logger } from '../console/logger.js';
import type { ApplyOptions, Part } from '../options/apply-options.js';
import type { PlannedOutput } from '../paths/outputs.js';
import { formatOfOutput } from '../paths/template.js';
import { percent, shortNumber, type Times } from '../text/columns.js';
import { hasAlphaOutput, type Run } from './plan-output.js';

export interface WrittenMap {
  readonly planned: Pick<PlannedMap, 'request' | 'picture'> & {
    readonly plan: Pick<Plan, 'method' | 'caveat'>;
  };
  readonly facts: MapFacts;
  /** Threads used for filtering. */
  readonly threads: number;
  readonly ms: Times;
  /** The picture for --preview. */
  readonly preview: Samples | null;
}

/** Notes that --linear assumes the sRGB tone curve, where it does. */
export function noteCurve(
  input: string,
  image: ImageInfo,
  { linear, channels }: Pick<ApplyOptions, 'linear' | 'channels'>,
  logger: Logger,
): void {
  if (!linear || channels === 'a' || namedCurves(image)) return;
  const why = image.icc ? 'its ICC profile has no usable tone curve' : 'it has no tone curve';
  logger.noteOnce(input, `${why}: --linear assumes sRGB`, 'assumed curve');
}

/** Notes a limit of the method, what the format cannot hold, and how many responses tone mapping clipped. */
export function noteOutput(
  input: string,
  image: ImageInfo,
  { part, format }: PlannedOutput,
  { planned: { plan, request, picture }, facts }: WrittenMap,
  run: Run,
): void {
  const { options, logger } = run;
  noteCaveat(input, plan, logger);
  noteProfile(input, image, picture, format, logger);
  noteAlphaLoss(input, image, format, run);
  if (image.depth === 16 && request.depth === 8 && options.depth === undefined) {
    logger.note(input, `${format} has 8 bits per sample: 16-bit responses are rounded to 8 bits`);
  }
  if (image.depth === 'float' && request.depth !== 'float' && request.map !== 'minmax')
    logger.noteOnce(input, scaleNote(request, format), 'float to picture');
  noteMetadata(input, image.metadata, logger);
  // The brightness of a colour wheel is set by --gain.
  if (part.combine === 'angle' && request.map !== null && options.map === 'auto') return;
  const note = clippingNote(facts, part, request, formatOfOutput(run.plan.rule, input));
  if (note !== null) logger.note(input, note, `${part.name}: responses negative or out of range`);
}

/** Notes why the profile or gamma of an image is not written to its output. */
export function noteProfile(
  input: string,
  image: ImageInfo,
  picture: Pick<Samples, 'channels' | 'hasAlpha'>,
  format: FormatName,
  logger: Logger,
): void {
  const loss = profileLoss(image, picture, format);
  if (loss !== null) logger.noteOnce(input, loss, 'lost profile');
}

/** Notes that alpha is left out, where the format cannot hold it. */
export function noteAlphaLoss(input: string, { hasAlpha }: ImageInfo, format: FormatName, run: Run): void {
  if (!hasAlphaOutput(run.options) || !hasAlpha || FORMATS[format].alpha) return;
  const why = format === 'npy' ? 'npy holds responses only' : `${format} has none`;
  run.logger.note(input, `alpha is left out: ${why}`);
}

/** Notes metadata that is not written to the output. */
export function noteMetadata(input: string, metadata: Samples['metadata'], logger: Logger): void {
  if (!metadata) return;
  const names = metadata.join(', ').replace(/, ([^,]*)$/, ' and $1');
  const note = `its ${names} ${metadata.length > 1 ? 'are' : 'is'} not written to the output`;
  logger.noteOnce(input, note, 'metadata');
}

/** Notes a limit of the requested method for these samples. */
export function noteCaveat(input: string, plan: Pick<Plan, 'method' | 'caveat'>, logger: Logger): void {
  const { method, caveat } = plan;
  if (caveat === undefined) return;
  const note = `--method ${method}: ${caveat}; --method auto or direct avoids it`;
  logger.noteOnce(input, note, note);
}

/** How float samples become picture values. */
function scaleNote({ depth, gain }: PictureRequest, format: FormatName): string {
  const white = fullScale(depth);
  const full = gain === 1 ? '1.0' : `1.0 / ${gain}`;
  return `float samples: ${full} becomes ${white}, values outside the range are clipped; --map minmax scales them to fit, ${floatOption(format, 'same')} keeps them`;
}

/** The share of responses that tone mapping changed, why, and which options keep them; null where it changed none. */
function clippingNote(
  { clipped, min, max, sourceScale }: MapFacts,
  { name: kernel, automaticMap }: Part,
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
  const magnitudes = isOutOfRange ? 'shown as magnitudes and clamped' : 'shown as magnitudes';
  const effect = map === 'abs' && isNegative ? magnitudes : 'clamped';
  // With 0 at mid-grey, half of the range is left for each sign.
  const signs = isNegative || map === 'signed' ? 2 : 1;
  const fittingGain = sourceScale / signs / largest;
  const fit = fittingGain < 1 ? ` --gain ${Number(fittingGain.toPrecision(2))}` : '';
  const remedies = isNegative
    ? [
        `--map signed${fit} keeps signs`,
        ...(map === 'abs' ? ['--map clamp sets negative ones to 0'] : []),
        // Magnitudes are meaningful for edges, but not for a sharpened picture.
        ...(map !== 'abs' && automaticMap === 'abs' ? ['--map abs shows magnitudes'] : []),
      ]
    : [`--map ${map}${fit} fits them into the range`];
  const exact =
    depth === 'float' ? 'omit --map for exact values' : `${floatOption(format, 'npy')} keeps exact values`;
  const range = `${shortNumber(min)} … ${shortNumber(max)}`;
  return `${kernel}: ${percent(clipped)} of responses were ${found.join(' or ')} (${range}), ${effect}; ${[...remedies, exact].join(', ')}`;
}

/** The option that keeps exact values. */
function floatOption(format: FormatName, other: FormatName | 'same'): string {
  return format === 'tiff' || format === 'raw' ? '--depth float' : `--format ${other}`;
}
