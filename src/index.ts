// The library's public interface: read an image, load kernels, correlate or convolve, write the map. The command line uses
// it, too. Nothing here prints, ends the process or reads its arguments.

import { type Comparison, compareFlips } from './analysis/compare.js';
import { type Explanation, explainSample } from './analysis/explain.js';
import type { Layout } from './codecs/decode/codec.js';
import { decode } from './codecs/decode/decode.js';
import type { Decoded, FailOn, PictureSize } from './codecs/decode/decode-options.js';
import { KernelError } from './core/errors.js';
import type { FeatureMap, Samples } from './core/image.js';
import { DEFAULT_LIMITS } from './core/limits.js';
import { RESPONSES } from './engine/output/value-mapping.js';
import { shippedKernels } from './io/package-files.js';
import { bytesAsFile, openForPartialReads, readWhole, STANDARD_STREAM } from './io/read-file.js';
import type { Bank, Kernel } from './kernels/kernel.js';
import { checkReference, type LoadOptions, loadBank } from './kernels/load/load.js';
import type { KernelSource } from './kernels/load/source.js';
import { filter } from './pipeline/filter.js';
import { type ConvolveOptions, filterSettings } from './pipeline/options.js';
import type { Mapping } from './pipeline/tone-map.js';

export type { Comparison, Figures } from './analysis/compare.js';
export type { AxisReads, ExplainedChannel, Explanation } from './analysis/explain.js';
export {
  type Fit,
  type FitOptions,
  type FoundKernel,
  fitKernel,
  type NoKernel,
  type Residual,
} from './analysis/fit/fit.js';
export type { Layout } from './codecs/decode/codec.js';
export type { FailOn, PictureSize } from './codecs/decode/decode-options.js';
export type { InputFormat } from './codecs/decode/signature.js';
export type { LossyOptions, Subsampling } from './codecs/lossy-options.js';
export type { PngText } from './codecs/png/chunks.js';
export type { Compression } from './codecs/png/compression.js';
export type { FormatName } from './codecs/registry.js';
export {
  ConvtoolError,
  ImageError,
  KernelError,
  OutputError,
  PackageError,
  UsageError,
} from './core/errors.js';
export type { Depth, FeatureMap, SampleArray, Samples } from './core/image.js';
export { DEFAULT_LIMITS } from './core/limits.js';
export type { PictureMap } from './engine/output/value-mapping.js';
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
} from './pipeline/tone-map.js';
export { type EncodingOptions, encodeImage, type WriteOptions, writeImage } from './pipeline/write-image.js';
export type { AlphaChoice, AlphaMode, ChannelChoice, Extent, Method } from './plan/convolution-options.js';

/** Limit on the size of a kernel file. */
const KERNEL_FILE_BYTES = 16 * 2 ** 20;

export interface ReadOptions {
  /** Reject images damaged this badly or worse; default `warning`, any damage. */
  readonly failOn?: FailOn;
  /** Axis order of NPY arrays with three dimensions: height, width, channels (hwc, default) or channels first (chw). */
  readonly layout?: Layout;
  readonly limitPixels?: number;
  readonly limitFileBytes?: number;
  /** Called with the size once it is known; decoding starts when it resolves. */
  readonly onSize?: (size: PictureSize) => void | Promise<void>;
  /** Whether large images are stored in shared memory, which worker threads read without a copy; default true. */
  readonly shared?: boolean;
  /** Called when the encoded file of a large picture is released, before its samples are copied, with its size in bytes. */
  readonly onLetGo?: (bytes: number) => void;
}

/** An image that was read: samples, notes on its decoding, and the identity of its file. */
export interface ReadImage extends Decoded {
  /** Device and inode of the file, so that no output overwrites it; null for a pipe. */
  readonly identity: string | null;
  /** Modification time before reading, in nanoseconds since 1970; null for standard input. */
  readonly modified: string | null;
  /** Size of the file in bytes. */
  readonly fileBytes: number;
}

/**
 * Reads a picture (PNG, JPEG, WebP, TIFF, GIF, AVIF, BMP, PNM, PAM, PFM, NPY) as samples: values as stored, one channel for
 * grey, EXIF orientation applied, the first page of several.
 * @param picture a path, `-` for standard input, or the bytes of a file.
 * @throws ImageError.
 */
export async function readImage(picture: string | Uint8Array, options: ReadOptions = {}): Promise<ReadImage> {
  const { onLetGo, ...given } = options;
  const limits = { bytes: options.limitFileBytes ?? DEFAULT_LIMITS.fileBytes, option: '--limit-file' };
  const isPath = typeof picture === 'string';
  const file = await (isPath ? readWhole(picture, limits) : bytesAsFile(picture, limits.bytes));
  const fileBytes = file.bytes.length;
  const label = !isPath ? 'image' : picture === STANDARD_STREAM ? 'standard input' : picture;
  const decoded = await decode(file, label, {
    ...given,
    failOn: options.failOn ?? 'warning',
    layout: options.layout ?? 'hwc',
    limitPixels: options.limitPixels ?? DEFAULT_LIMITS.pixels,
    ...(onLetGo && { onFileReleased: onLetGo }),
  });
  return { ...decoded, identity: file.identity, modified: file.modified, fileBytes };
}

export interface KernelOptions extends LoadOptions {
  /** Called with the identity (see `ReadImage`) of each kernel file, so that no output overwrites it. */
  readonly onFile?: (identity: string) => void;
  /** Called with notes on how a file was read, for example on a tensor that was skipped. */
  readonly onNote?: (subject: string, note: string) => void;
}

/**
 * Loads a kernel reference: a shipped kernel (`sobel-x`), a generator call (`gaussian:sigma=2`), a file (JSON, NPY,
 * safetensors, vips matrix, ImageMagick string, G'MIC matrix, CSV, a picture), or the text of such a file. A single kernel
 * is returned as a bank of one.
 * @throws KernelError with file, place, expected and found.
 */
export function loadKernels(ref: string, options: KernelOptions = {}): Promise<Bank> {
  return loadBank(ref, sourceFor(options), options);
}

/** Finds all faults in what a reference names; `loadKernels` throws the first. Without faults it also returns the bank. */
export function checkKernels(
  ref: string,
  options: KernelOptions = {},
): Promise<{ readonly bank: Bank | null; readonly faults: readonly KernelError[] }> {
  return checkReference(ref, sourceFor(options), options);
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
  return { ...shippedKernels, readFile, openFile, onNote };
}

/** Loads one kernel. @throws KernelError as `loadKernels`, and for a bank of several kernels. */
export async function loadKernel(ref: string, options: KernelOptions = {}): Promise<Kernel> {
  const { name, kernels } = await loadKernels(ref, options);
  if (kernels.length === 1) return kernels[0]!;
  throw new KernelError({
    subject: `kernel ${name}`,
    expected: 'one kernel',
    found: `a bank of ${kernels.length}`,
    advice: 'load banks with loadKernels and apply them with bankMaps',
  });
}

/**
 * Correlates samples with a kernel as written: map[y][x] = Σ weight · sample / divisor + bias, as float32
 * responses (height × width × channels), in the unit of the samples.
 * @throws UsageError, KernelError or ImageError where options, kernel and image are incompatible.
 */
export async function correlate(
  image: Samples,
  kernel: Kernel,
  options: ConvolveOptions = {},
): Promise<FeatureMap> {
  return (await filter(image, kernel, filterSettings(image, kernel, options, false))).map;
}

/** Convolves: as `correlate`, with the kernel rotated by 180° together with its anchor. */
export async function convolve(
  image: Samples,
  kernel: Kernel,
  options: ConvolveOptions = {},
): Promise<FeatureMap> {
  return (await filter(image, kernel, filterSettings(image, kernel, options, true))).map;
}

/**
 * Correlates and convolves an image with a kernel and compares the maps: metrics (differences, PSNR, SSIM, correlation),
 * and in words the effect of a flip given the kernel's symmetry.
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
  /** true: convolution; false (default): correlation. */
  readonly flip?: boolean;
  /** Mapping from response to stored value; default: the float32 response itself. */
  readonly mapping?: Mapping;
}

/**
 * Explains one sample of a map: for each channel the samples under the kernel, the kernel as applied, products, sum,
 * response and stored value. Response and stored value are taken from a run over the whole image.
 * @param at [x, y] in the map, integers from 0.
 * @throws UsageError where `at` is outside the map, and for `linear` and the alpha mode premultiply, which change samples
 *   before and after the sum; also as `correlate`.
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
