// The equations of a pair of images, one per sample of the image after: Σ weight · sample before = response.
// Returns where they are and how to read them, as plain data that can be sent to threads.

import { ImageError } from '../../core/errors.js';
import { fullScale, type Samples, type Size } from '../../core/image.js';
import { middleOf } from '../../engine/output/value-mapping.js';
import { plainKernel } from '../../kernels/kernel.js';
import type { Border, Extent } from '../../plan/convolution-options.js';
import { geometry } from '../../plan/geometry.js';
import { checkFinite } from '../check-finite.js';
import { type Channels, channelPairs } from './channels.js';
import type { FitSettings } from './settings.js';

/** The samples of an image and their layout. */
export type Raster = Pick<Samples, 'width' | 'height' | 'channels' | 'data'>;

export interface Equations extends Size {
  readonly before: Raster;
  readonly after: Raster;
  readonly channels: readonly Channels[];
  /** Offset [x, y] from an output position to the sample under the top left weight, as applied. */
  readonly low: readonly [number, number];
  readonly flip: boolean;
  readonly border: Border | null;
  /** The samples of `after` that are used: columns from x to toX, rows from y to toY in steps of `step`. */
  readonly x: number;
  readonly toX: number;
  readonly y: number;
  readonly toY: number;
  readonly step: number;
  /** Position in `before` of the first sample of `after`. */
  readonly origin: readonly [number, number];
  /** How stored values of the image after are converted to responses: (value − shift) · scale. */
  readonly conversion: {
    readonly shift: number;
    readonly scale: number;
    /** Values ≤ `lowest` or ≥ `highest` may have been clipped. */
    readonly lowest: number;
    readonly highest: number;
    /** RMS error from rounding a response to the nearest stored value; 0 for floats. */
    readonly rounding: number;
  };
}

/** Multiplications in a few seconds; with more equations, some rows are skipped. */
const MAX_PRODUCTS = 6e10;

/**
 * Derives the equations of a pair.
 * @throws ImageError if sizes or channels do not fit, or the kernel is inside the image at no position.
 */
export function createEquations(before: Samples, after: Samples, settings: FitSettings): Equations {
  const { width, height, flip, border, extent } = settings;
  checkSize(before, after, settings);
  checkFinite(before, settings.labels[0]);
  const { origin } = geometryOf(before, settings, extent);
  const inside = geometryOf(before, settings, 'valid');
  // The first position inside is the anchor of the kernel as applied: flipping moves it.
  const low = [-inside.origin[0], -inside.origin[1]] as const;
  const within = (axis: 0 | 1, positions: number, count: number) => {
    if (border !== null) return [0, count] as const;
    const first = inside.origin[axis] - origin[axis];
    return [Math.max(0, first), Math.min(count, first + positions)] as const;
  };
  const [x, toX] = within(0, inside.width, after.width);
  const [y, toY] = within(1, inside.height, after.height);
  if (toX <= x || toY <= y) {
    throw new ImageError({
      subject: settings.labels[0],
      expected: `at least ${width}×${height} samples, those under the kernel`,
      found: `${before.width}×${before.height}`,
      advice: 'give the --border with which the image after was made, or a smaller --size',
    });
  }
  const channels = channelPairs(before, after, settings);
  const products = (toX - x) * (toY - y) * channels.length * ((width * height + 2) ** 2 / 2);
  const step = Math.max(1, Math.ceil(products / MAX_PRODUCTS));
  const conversion = conversionOf(before, after, settings);
  const raster = ({ width, height, channels, data }: Samples) => ({ width, height, channels, data });
  return {
    before: raster(before),
    after: raster(after),
    channels,
    ...{ width, height, low, flip, border, x, toX, y, toY, step, origin, conversion },
  };
}

/** Undoes depth, gain and mid-grey. A float image keeps the scale of its source and is not clipped. */
function conversionOf(before: Samples, after: Samples, { map, gain }: FitSettings): Equations['conversion'] {
  const isWhole = after.depth !== 'float';
  const top = fullScale(isWhole ? after.depth : before.depth);
  const scale = fullScale(before.depth) / top / gain;
  return {
    shift: map === 'signed' ? middleOf(top) : 0,
    scale,
    lowest: isWhole ? 0 : Number.NEGATIVE_INFINITY,
    highest: isWhole ? top : Number.POSITIVE_INFINITY,
    rounding: isWhole ? Math.abs(scale) / Math.sqrt(12) : 0,
  };
}

function geometryOf(before: Samples, { width, height, flip }: FitSettings, extent: Extent) {
  const kernel = plainKernel('', { width, height, weights: new Float64Array(width * height) });
  const border = { mode: 'replicate', value: 0 } as const;
  const convolution = { flip, border, extent, stride: [1, 1], dilation: [1, 1] } as const;
  return geometry(kernel, before.width, before.height, convolution);
}

/** Checks that the image after has the size of a map of the image before. @throws ImageError. */
function checkSize(before: Samples, after: Samples, settings: FitSettings): void {
  const sizeFor = (extent: Extent) => {
    const { width, height } = geometryOf(before, settings, extent);
    return `${width}×${height}`;
  };
  const { extent, width, height, labels } = settings;
  const found = `${after.width}×${after.height}`;
  if (found === sizeFor(extent)) return;
  const other = (['same', 'valid', 'full'] as const).find((one) => found === sizeFor(one));
  throw new ImageError({
    subject: labels[1],
    expected: `${sizeFor(extent)}, the map of ${labels[0]} (${before.width}×${before.height}) by a ${width}×${height} kernel with --extent ${extent}`,
    found,
    ...(other ? { advice: `that is the size with --extent ${other}` } : {}),
  });
}
