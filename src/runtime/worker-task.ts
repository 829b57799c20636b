// The types of the messages between the worker pool and its threads: a task names the module that runs its jobs and the
// data that the module gets once per thread.

/** A kind of job. One object per kind, since the pool compares tasks by identity. */
export interface Task<Job> {
  /** The module that runs the jobs, a `TaskModule`; a thread imports it before the first one. */
  readonly module: URL;
  /** The name of the work in error messages. */
  readonly name: string;
  /** Data for the module, sent once per thread; must be structured-cloneable. */
  setup(): unknown;
  /**
   * The id of the part of a job that a thread caches until a job with another id, or a failure. Omitted if nothing is
   * cached.
   */
  cacheId?(job: Job): number;
  /** The job without its cached part, for a thread that already has it. */
  withoutCached?(job: Job): Job;
  /**
   * How many consecutive jobs a thread takes at once; 1 by default. If greater, the module always gets and returns a
   * list.
   */
  readonly batchSize?: number;
}

/** A task with any type of job. */
// biome-ignore lint/suspicious/noExplicitAny: what goes in as one kind of job comes back as the same
export type AnyTask = Task<any>;

/** The exports of a task's module. */
export interface TaskModule {
  open(given: unknown): JobHandler;
}

/** Runs one job, or one batch, to its end. */
export type JobHandler = (job: never) => JobResult<unknown> | Promise<JobResult<unknown>>;

export interface JobResult<Answer> {
  readonly answer: Answer;
  /** Buffers of the answer that are transferred instead of copied. */
  readonly transfer?: readonly ArrayBuffer[];
}

/** Message to a thread: a job or a batch, which it answers once; or none, to only load the module. */
export interface Call {
  readonly module: string;
  /** Omitted if the thread has loaded the module. */
  readonly setup?: unknown;
  readonly job?: unknown;
}

/** Message to a thread: collect garbage. */
export const COLLECT = 'collect';

/** Message from a thread: a job's answer or failure. */
export type Reply =
  | { readonly answer: unknown }
  | { readonly failure: { readonly name: string; readonly message: string } };
