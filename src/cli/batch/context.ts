// The context of an `apply` run that its parts receive: plan, options, logger, sink for results, and shared state.

import type { Logger } from '../console/logger.js';
import type { ApplyOptions, BatchOptions } from '../options/apply-options.js';
import type { OutputPlan, PlannedOutput } from '../paths/outputs.js';
import type { OneWorkerState } from './one-worker/one-worker-state.js';

/** A run as seen by one of its images. */
export interface Run {
  readonly plan: OutputPlan;
  readonly options: ApplyOptions & BatchOptions;
  readonly logger: Logger;
  /** Writes a result to standard output. */
  readonly result: (text: string | Uint8Array) => Promise<void>;
  readonly shared: SharedState;
}

/** State that changes during a run. */
export interface SharedState {
  /** Limit in bytes for maps that are in memory together; a single larger map is allowed. */
  readonly maxHeldBytes: number;
  /** null where images do not qualify as jobs of one worker. */
  readonly oneWorker: OneWorkerState | null;
}

/** Reports an error of an image, or of one of its outputs. */
export type Fail = (error: unknown, output?: PlannedOutput) => Promise<void>;
