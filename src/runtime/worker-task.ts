// What a kind of work is to the threads: the module that carries it out there, and what that module is given once.
// Knows no work.

/** A kind of job, as those who have some describe it. One object a kind. */
export interface Task<Job> {
  /** The module that carries out the jobs; a thread imports it before its first one. It is a `TaskModule`. */
  readonly module: URL;
  /** What errors call the work. */
  readonly name: string;
  /** What the module is given in each thread, once; it must be something that can be sent. */
  given(): unknown;
  /** Which part of a job a thread keeps until one with another number, or a failure; left out where none is. */
  keptOf?(job: Job): number;
  /** The job without that part, for a thread that has it. */
  withoutKept?(job: Job): Job;
  /**
   * How many jobs that stand one behind the other a thread takes at a time; 1 where left out. Where it is more, the
   * module is always given a list of jobs, and answers with a list.
   */
  readonly most?: number;
}

/** A task whose jobs are of no concern. */
// biome-ignore lint/suspicious/noExplicitAny: what goes in as one kind of job comes back as the same
export type AnyTask = Task<any>;

/** The exports of a task's module. */
export interface TaskModule {
  open(given: unknown): JobHandler;
}

/** Carries out one job, or some at a time, from beginning to end. */
export type JobHandler = (job: never) => Done<unknown> | Promise<Done<unknown>>;

export interface Done<Answer> {
  readonly answer: Answer;
  /** Memory of the answer that the thread hands over instead of copying it. */
  readonly transfer?: readonly ArrayBuffer[];
}

/** To a thread: a job, or a list of some, with a number; or neither where it is only to get ready. */
export interface Call {
  readonly module: string;
  /** Left out where the thread has the module already. */
  readonly given?: unknown;
  readonly number?: number;
  readonly job?: unknown;
}

/** To a thread, instead of a call: to free what it does not refer to any more. */
export const COLLECT = 'collect';

/** From a thread: what became of a job. */
export type Reply =
  | { readonly number: number; readonly answer: unknown }
  | { readonly number: number; readonly failure: { readonly name: string; readonly message: string } };
