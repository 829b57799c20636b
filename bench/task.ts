// A task for a program, as plain data that is sent to other processes as JSON, and the functions that time it.

import type { ArrayFile, Numbers } from './arrays.js';

/** How convtool applies a kernel or a bank. */
export interface Slide {
  /** A reference as the command line takes it: a name, a generator call or a file. */
  readonly kernel: string;
  readonly output: 'uint8' | 'float32';
  readonly stride: number;
  readonly extent: 'same' | 'valid';
  readonly threads: number;
}

/** The same for any program. */
export interface Task extends Omit<Slide, 'output'> {
  /** The function of the program that does it. */
  readonly call: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly output: Slide['output'] | 'int16';
  /** [height, width, channels] */
  readonly image: ArrayFile;
  /** Divided by the divisor: [kernels, planes, height, width]. */
  readonly weights: ArrayFile;
}

/** One program at one task. */
export interface Timed {
  /** Milliseconds of one more run in memory; null where the program has no memory between runs. */
  readonly warm: (() => Promise<number>) | null;
  /** Milliseconds in a fresh process, from before the library is imported to the first result. */
  cold(): Promise<number>;
  /** The maps of one run, one after the other. */
  maps(): Promise<readonly Numbers[]>;
}
