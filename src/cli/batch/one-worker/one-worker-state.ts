// What a run keeps about pictures that are jobs of one worker each.

import type { ApplyOptions, Part } from '../../options/apply-options.js';
import type { OutputFolders } from './output-folders.js';

/** State of a run in which each small image is one job of a worker. */
export interface OneWorkerState {
  readonly threads: number;
  /** What the worker does for each part. */
  readonly tasks: WeakMap<Part, PictureTask>;
  readonly folders: OutputFolders;
  /** Images processed by a worker. */
  succeeded: number;
  /** Images that a worker refused. */
  fallbacks: number;
}

/** What to do with every picture of a run. */
export interface PictureTask {
  readonly part: Part;
  readonly options: ApplyOptions;
  readonly limitFileBytes: number;
  /** The most bytes of samples per picture. */
  readonly mostSamples: number;
}
