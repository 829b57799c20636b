// Prepares works: generates the image, and writes it and the weights to files that other processes read.

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { loadKernels, type Samples } from '../dist/index.js';
import { type ArrayFile, writeArray } from './arrays.js';
import { benchImage, type ImageShape } from './images.js';
import type { Task } from './task.js';
import type { Work } from './works.js';

/** Data common to all sides of a work. */
export type CommonTask = Omit<Task, 'call' | 'parameters'> & { readonly output: Work['output'] };

export class Tasks {
  readonly #folder: string;
  /** Files are never written twice: who has read one need not ask whether it is still the same. */
  #files = 0;
  /** The last work's image, which the next one often takes too. */
  #last: { readonly key: string; readonly samples: Samples; readonly file: ArrayFile } | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async of(work: Work): Promise<{ readonly image: Samples; readonly task: CommonTask }> {
    const { samples, file } = this.#image(work.image);
    const { kernel, output, stride, extent } = work;
    const weights = await this.#weights(kernel);
    const threads = availableParallelism();
    return { image: samples, task: { kernel, output, stride, extent, threads, image: file, weights } };
  }

  #image(shape: ImageShape): { readonly samples: Samples; readonly file: ArrayFile } {
    const key = JSON.stringify(shape);
    if (this.#last?.key === key) return this.#last;
    const samples = benchImage(shape);
    const file = writeArray(this.#path(), samples.data, [shape.height, shape.width, shape.channels]);
    this.#last = { key, samples, file };
    return this.#last;
  }

  async #weights(kernel: string): Promise<ArrayFile> {
    const { kernels } = await loadKernels(kernel);
    const { inChannels, height, width } = kernels[0]!;
    const divided = kernels.flatMap(({ weights, divisor }) =>
      Array.from(weights, (weight) => weight / divisor),
    );
    const shape = [kernels.length, inChannels ?? 1, height, width];
    return writeArray(this.#path(), Float64Array.from(divided), shape);
  }

  #path(): string {
    return join(this.#folder, `${this.#files++}.raw`);
  }
}
