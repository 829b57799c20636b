// The options of `apply` as parsed, and the maps that they ask for.

import type { Layout } from '../../codecs/decode/codec.js';
import type { FailOn } from '../../codecs/decode/decode-options.js';
import type { FormatName } from '../../codecs/format-name.js';
import type { Subsampling } from '../../codecs/lossy-options.js';
import type { Compression } from '../../codecs/png/compression.js';
import type { Depth } from '../../core/image.js';
import type { Combine, CombineName } from '../../kernels/combine.js';
import type { Join, Kernel } from '../../kernels/kernel.js';
import type { PictureMap } from '../../pipeline/tone-map.js';
import type { AlphaChoice, Border, ChannelChoice, Extent, Method } from '../../plan/convolution-options.js';

/** What two kernels' maps become together. */
export type PairCombine = 'energy' | 'phase' | 'angle';

/** What commander makes of the command line. */
export interface ApplyOptions {
  readonly kernel?: readonly string[];
  readonly flip: boolean;
  readonly border: Border;
  readonly extent: Extent;
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly channels: ChannelChoice;
  readonly alpha: AlphaChoice;
  readonly linear: boolean;
  /** Left out: as each bank says, most of them nothing. */
  readonly combine?: CombineName | PairCombine | 'none';
  readonly stack?: boolean;
  readonly sheet?: boolean;
  readonly out?: string;
  readonly format?: FormatName | 'same';
  readonly inPlace: boolean;
  readonly compression?: Compression;
  readonly quality?: number;
  readonly subsampling?: Subsampling;
  readonly lossless?: boolean;
  readonly depth?: Depth;
  readonly map: PictureMap | 'auto';
  readonly gain: number;
  readonly clobber: boolean;
  readonly preview: boolean;
  readonly threads: number;
  readonly method: Method;
  readonly failOn: FailOn;
  readonly layout: Layout;
  readonly limitPixels: number;
  readonly limitKernel: number;
  readonly limitFile: number;
  readonly explainPlan: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** The words that say how kernels are slid, whatever becomes of the responses. */
export type ConvolutionCommandOptions = Pick<
  ApplyOptions,
  | 'kernel'
  | 'flip'
  | 'border'
  | 'extent'
  | 'stride'
  | 'dilation'
  | 'channels'
  | 'alpha'
  | 'linear'
  | 'threads'
  | 'method'
  | 'limitPixels'
  | 'limitKernel'
>;

/** One map of each image: a kernel's, or a whole bank's combined. */
export interface Part {
  /** What results call it. */
  readonly name: string;
  /** Its name in file names. */
  readonly label: string;
  readonly kernels: readonly Kernel[];
  /** null: of its one kernel. stack, sheet: of several maps in one file, `gathers`. */
  readonly combine: Combine | 'phase' | 'angle' | 'stack' | 'sheet' | null;
  /** The mapping that `--map auto` stands for. */
  readonly automaticMap: PictureMap;
  readonly gathers?: readonly Part[];
}

/** All kernels of a command line, and the names of what was asked for. */
export interface RequestedKernels {
  readonly kernels: readonly Kernel[];
  readonly names: readonly string[];
  /** Kernels whose maps become one, by their bank; places among all kernels. */
  readonly joins: readonly Join[];
}
