// What the parts of an `apply` run know of it: shared by all images, and each image's own voice.

import type { FeatureMap } from '../../core/image.js';
import type { PictureTask } from '../../pipeline/one-worker.js';
import type { Logger } from '../console/logger.js';
import type { ApplyOptions, Part } from '../options/apply-options.js';
import type { BatchOptions } from '../options/batch.js';
import type { OutputPlan, PlannedOutput } from '../paths/outputs.js';
import type { OneWorkerFolders } from './one-worker-folders.js';

/** The quick way of a run, and how it went so far. */
export interface OneWorkerState {
  readonly threads: number;
  readonly works: WeakMap<Part, PictureTask | null>;
  readonly folders: OneWorkerFolders;
  gone: number;
  turnedBack: number;
}

/** What all images of a run share, and where one of them speaks. */
export interface Run {
  readonly plan: OutputPlan;
  readonly options: ApplyOptions & BatchOptions;
  readonly logger: Logger;
  /** Takes a result for standard output. */
  readonly result: (text: string | Uint8Array) => Promise<void>;
  readonly shared: Shared;
}

/** What changes while a run goes on. */
export interface Shared {
  /** Maps that were written: the next ones can have their memory. */
  spares: FeatureMap[];
  /** Maps held at a time have at most so many bytes, unless there is but one. */
  readonly mostHeld: number;
  /** The quick way of small pictures; null where nobody may go it. */
  readonly small: OneWorkerState | null;
}

/** Is told what went wrong with an image, or with one output of it. */
export type Fail = (error: unknown, output?: PlannedOutput) => Promise<void>;
