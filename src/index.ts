// convtool as a library: read an image, load a kernel, slide it, write the map. The command line is a user
// of this file. Nothing here prints, ends the process or reads its arguments.

import { type Comparison, compareFlips } from './analysis/compare.js';
import { type Explanation, explainSample } from './analysis/explain.js';
import type { Layout } from './codecs/decode/codec.js';
import { decode } from './codecs/decode/decode.js';
import type { Decoded, FailOn, PictureSize } from './codecs/decode/decode-options.js';
import { KernelError } from './core/errors.js';
import type { FeatureMap, Samples } from './core/image.js';
import { DEFAULT_LIMITS } from './core/limits.js';
import { givenBytes } from './io/given-bytes.js';
import { openForPartialReads, readWhole, STANDARD_STREAM } from './io/read-file.js';
import { shippedKernels } from './io/shipped-kernels.js';
import type { Bank, Kernel } from './kernels/kernel.js';
import { kernelImageDecoder } from './kernels/load/kernel-image.js';
import { checkReference, loadBank } from './kernels/load/load.js';
import type { KernelSource } from './kernels/load/source.js';
import { filter, RESPONSES } from './pipeline/filter.js';
import { type ConvolveOptions, filterSettings } from './pipeline/options.js';
import type { Mapping } from './pipeline/tone-map.js';

export type { Comparison, Figures } from './analysis/compare.js';
export type { AxisReads, ExplainedChannel, Explanation } from './analysis/explain.js';
export type { Fit, FoundKernel, NoKernel, Residual } from './analysis/fit/fit.js';
export { type FitOptions, fitKernel } from './analysis/fit/fit-kernel.js';
export type { Layout } from './codecs/decode/codec.js';
export type { FailOn, PictureSize } from './codecs/decode/decode-options.js';
export type { InputFormat } from './codecs/decode/signature.js';
export type { FormatName } from './codecs/format-name.js';
export type { LossyOptions, Subsampling } from './codecs/lossy-options.js';
export type { PngText } from './codecs/png/chunks.js';
export type { Compression } from './codecs/png/compression.js';
export { ConvtoolError, ImageError, KernelError, OutputError, UsageError } from './core/errors.js';
export type { Depth, FeatureMap, SampleArray, Samples } from './core/image.js';
export { DEFAULT_LIMITS } from './core/limits.js';
export { type Analysis, analyse } from './kernels/analysis/analyse.js';
export { type FlipEffect, type Symmetry, symmetry } from './kernels/analysis/symmetry.js';
export type { Combine, CombineName } from './kernels/combine.js';
export { parseKernel } from './kernels/file/parse-kernel.js';
export type { Bank, Join, Kernel } from './kernels/kernel.js';
export { rotate180 } from './kernels/kernel.js';
export { type LayerGradients, layerGradients } from './nn/gradients/backward.js';
export type { Layer } from './nn/layer.js';
export type { Tensor } from './nn/tensor.js';
export { type BankMap, type BankOptions, bankMaps } from './pipeline/bank-maps.js';
export type { ConvolveOptions } from './pipeline/options.js';
export {
  automaticMap,
  type Mapping,
  type MappingStep,
  mapResponses,
  type PictureMap,
} from './pipeline/tone-map.js';
export { type EncodingOptions, encodeImage, type WriteOptions, writeImage } from './pipeline/write-image.js';
export type { AlphaChoice, AlphaMode, ChannelChoice, Extent, Method } from './plan/convolution-options.js';

/** Kernel files are at most this long. */
const KERNEL_FILE_BYTES = 16 * 2 ** 20;

export interface ReadOptions {
  /** From which damage on a picture is refused; default `warning`, any damage. */
  readonly failOn?: FailOn;
  /** Axes of an NPY array of three dimensions: height, width, channels (default hwc), or channels first (chw). */
  readonly layout?: Layout;
  readonly limitPixels?: number;
  readonly limitFileBytes?: number;
  /** Told the size as soon as it is known; the samples are decoded when it is done. */
  readonly onSize?: (size: PictureSize) => void | Promise<void>;
  /** Whether large samples end up in memory that threads share, where filtering needs no copy of them; default true. */
  readonly shared?: boolean;
  /** Told that a large picture's file, of so many bytes, is no longer held, before its samples are copied. */
  readonly onLetGo?: (bytes: number) => void;
}

/** An image that was read: its samples, what was done to it, and which file it was. */
export interface ReadImage extends Decoded {
  /** Device and inode of the file, or null for a pipe; outputs never replace it. */
  readonly identity: string | null;
  /** When the file was last changed, as it said before it was read: nanoseconds since 1970; null for standard input. */
  readonly modified: string | null;
  /** How long the file is. */
  readonly fileBytes: number;
}

/**
 * Reads a picture, a file or the bytes of one (PNG, JPEG, WebP, TIFF, GIF, AVIF, BMP, PNM, PAM, PFM, NPY; `-` is standard
 * input) as samples: as stored, grey with one channel, EXIF orientation applied, the first page of several. @throws ImageError.
 */
export async function readImage(picture: string | Uint8Array, options: ReadOptions = {}): Promise<ReadImage> {
  const limits = { bytes: options.limitFileBytes ?? DEFAULT_LIMITS.fileBytes, option: '--limit-file' };
  const isPath = typeof picture === 'string';
  const file = await (isPath ? readWhole(picture, limits) : givenBytes(picture, limits.bytes));
  const fileBytes = file.bytes.length;
  const label = !isPath ? 'image' : picture === STANDARD_STREAM ? 'standard input' : picture;
  const decoded = await decode(file, label, {
    failOn: options.failOn ?? 'warning',
    layout: options.layout ?? 'hwc',
    limitPixels: options.limitPixels ?? DEFAULT_LIMITS.pixels,
    ...(options.shared === undefined ? {} : { shared: options.shared }),
    ...(options.onSize ? { onSize: options.onSize } : {}),
    ...(options.onLetGo ? { onLetGo: options.onLetGo } : {}),
  });
  return { ...decoded, identity: file.identity, modified: file.modified, fileBytes };
}

export interface KernelOptions {
  readonly limitWeights?: number;
  /** Told which file (`identity` as of `readImage`) each kernel file is, so that no output replaces it. */
  readonly onFile?: (identity: string) => void;
  /** Told what a user should know of how a file was read: a tensor that is left out, an order that looks like another. */
  readonly onNote?: (subject: string, note: string) => void;
}

/**
 * Loads what a reference names: a shipped kernel (`sobel-x`), a generator call (`gaussian:sigma=2`), a file (JSON,
 * NPY, safetensors, vips matrix, ImageMagick string, G'MIC matrix, CSV, a picture), or such text itself. A single
 * kernel makes a bank of one.
 * @throws KernelError with file, place, expected and found.
 */
export function loadKernels(ref: string, options: KernelOptions = {}): Promise<Bank> {
  return loadBank(ref, sourceFor(options), { limitWeights: options.limitWeights ?? DEFAULT_LIMITS.weights });
}

/** All faults of what a reference names, as `loadKernels` throws the first one; where there are none, the bank too. */
export function checkKernels(
  ref: string,
  options: KernelOptions = {},
): Promise<{ readonly bank: Bank | null; readonly faults: readonly KernelError[] }> {
  return checkReference(ref, sourceFor(options), {
    limitWeights: options.limitWeights ?? DEFAULT_LIMITS.weights,
  });
}

function sourceFor({ onFile, onNote }: KernelOptions): KernelSource {
  const readFile = async (path: string) => {
    const { bytes, identity } = await readWhole(path, { bytes: KERNEL_FILE_BYTES }, KernelError);
    if (identity !== null) onFile?.(identity);
    return bytes;
  };
  const openFile = async (path: string) => {
    const file = await openForPartialReads(path, KernelError);
    onFile?.(file.identity);
    return file;
  };
  return { ...shippedKernels, readFile, openFile, pictures: kernelImageDecoder, onNote };
}

/** Loads one kernel. @throws KernelError as `loadKernels`, and where the reference names a bank of several. */
export async function loadKernel(ref: string, options: KernelOptions = {}): Promise<Kernel> {
  const { name, kernels } = await loadKernels(ref, options);
  if (kernels.length === 1) return kernels[0]!;
  throw new KernelError({
    subject: `kernel ${name}`,
    expected: 'one kernel',
    found: `a bank of ${kernels.length}`,
    advice: 'loadKernels loads banks, bankMaps slides them',
  });
}

/**
 * Correlates samples with a kernel as written: map[y][x] = Σ weight · sample / divisor + bias, as float32
 * responses (height × width × channels), in the unit of the samples.
 * @throws UsageError, KernelError or ImageError where options, kernel and image do not fit each other.
 */
export function correlate(
  image: Samples,
  kernel: Kernel,
  options: ConvolveOptions = {},
): Promise<FeatureMap> {
  return slide(image, kernel, options, false);
}

/** Convolves: as `correlate`, with the kernel rotated by 180° together with its anchor. */
export function convolve(image: Samples, kernel: Kernel, options: ConvolveOptions = {}): Promise<FeatureMap> {
  return slide(image, kernel, options, true);
}

async function slide(
  image: Samples,
  kernel: Kernel,
  options: ConvolveOptions,
  flip: boolean,
): Promise<FeatureMap> {
  return (await filter(image, kernel, filterSettings(image, kernel, options, flip))).map;
}

/**
 * Slides a kernel both ways, once each, and compares the maps: figures (differences, PSNR, SSIM, correlation), and in
 * words what the kernel's symmetry makes of a flip.
 * @throws as `correlate`.
 */
export async function compare(
  image: Samples,
  kernel: Kernel,
  options: Omit<ConvolveOptions, 'reuse'> = {},
): Promise<Comparison> {
  return (await compareFlips(image, [kernel], filterSettings(image, kernel, options, false)))[0]!;
}

export interface ExplainOptions extends ConvolveOptions {
  /** true: convolution; default false, correlation. */
  readonly flip?: boolean;
  /** What the response becomes; default: the float32 response itself. */
  readonly mapping?: Mapping;
}

/**
 * Works out one sample of a map by hand: the samples under the kernel's weights, the kernel as applied, products, sum,
 * response and stored value, for each channel. The last two are taken from a run over the whole image.
 * @param at [x, y] in the map, whole numbers from 0.
 * @throws UsageError where the map has no such sample, and for `linear` and the alpha mode premultiply, which change
 *   samples before and after the sum; else as `correlate`.
 */
export async function explain(
  image: Samples,
  kernel: Kernel,
  at: readonly [number, number],
  { flip = false, mapping = RESPONSES, ...options }: ExplainOptions = {},
): Promise<Explanation> {
  const settings = { ...filterSettings(image, kernel, options, flip), reuse: undefined };
  return explainSample(image, kernel, at, settings, { ...mapping, gain: mapping.gain ?? 1 });
}
