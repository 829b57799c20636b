// Types: the parsed options of `apply`, and the kernels and outputs that they request.

import type { EncodeOptions, FormatName } from '../../codecs/registry.js';
import type { Depth } from '../../core/image.js';
import type { PictureMap } from '../../engine/output/value-mapping.js';
import type { ReadOptions } from '../../index.js';
import type { Combine, CombineName } from '../../kernels/combine.js';
import type { Join, Kernel } from '../../kernels/kernel.js';
import type { FilterOptions } from '../../pipeline/filter.js';
import type { ConvolutionOptions } from '../../plan/convolution-options.js';
import type { InputOptions } from '../paths/inputs.js';
import type { Shard } from '../paths/shard.js';

export type PairCombine = 'energy' | 'phase' | 'angle';

export interface ReadingOptions extends Required<Pick<ReadOptions, 'failOn' | 'layout' | 'limitPixels'>> {
  readonly limitFile: number;
}

/** The options that define the convolution, without those for its output. */
export interface ConvolutionCommandOptions
  extends ConvolutionOptions,
    Pick<FilterOptions, 'channels' | 'alpha' | 'linear' | 'threads' | 'method' | 'limitPixels'> {
  readonly kernel?: readonly string[];
  readonly limitKernel: number;
}

export type EncodingCommandOptions = Omit<EncodeOptions, 'threads' | 'text'>;

export interface ApplyOptions extends ConvolutionCommandOptions, EncodingCommandOptions, ReadingOptions {
  /** If missing, each bank decides; most do not combine. */
  readonly combine?: CombineName | PairCombine | 'none';
  readonly stack?: boolean;
  readonly sheet?: boolean;
  readonly out?: string;
  readonly format?: FormatName | 'same';
  readonly inPlace: boolean;
  readonly depth?: Depth;
  readonly map: PictureMap | 'auto';
  readonly gain: number;
  readonly clobber: boolean;
  readonly preview: boolean;
  readonly explainPlan: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** The options of `apply` for runs over many images. */
export interface BatchOptions extends InputOptions {
  readonly shard?: Shard;
  /** In bytes. */
  readonly memory?: number;
  readonly resume: boolean;
  readonly failFast: boolean;
  readonly errors?: string;
}

/** One output of each image: the map of a kernel, a combination of maps, or a file of several maps. */
export interface Part {
  /** Its name in results and messages. */
  readonly name: string;
  /** Its name in paths. */
  readonly label: string;
  readonly kernels: readonly Kernel[];
  /** How the maps of the kernels are combined; null for a single kernel. stack, sheet: the maps of `gathers` in one file. */
  readonly combine: Combine | 'phase' | 'angle' | 'stack' | 'sheet' | null;
  /** The mapping that `--map auto` selects. */
  readonly automaticMap: PictureMap;
  /** The maps of a stack or sheet. */
  readonly gathers?: readonly Part[];
}

export interface RequestedKernels {
  readonly kernels: readonly Kernel[];
  /** One name per --kernel. */
  readonly names: readonly string[];
  /** Runs of `kernels` whose maps their bank combines into one. */
  readonly joins: readonly Join[];
  /** Device and inode of each kernel file that was read. */
  readonly files: ReadonlySet<string>;
}
