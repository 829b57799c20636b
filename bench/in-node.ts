// Times convtool and sharp in Node: warm in this process, cold in a fresh one.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Samples } from '../dist/index.js';
import { readArray } from './arrays.js';
import { NODE_SIDES } from './sides.js';
import type { Task, Timed } from './task.js';
import { timed } from './turns.js';

export interface TimedInNode extends Timed {
  readonly warm: () => Promise<number>;
  /** The method of the last run, if the side reports it. */
  readonly method: () => string;
}

/** The image of a task, read back from its file. */
export function imageOf({ image }: Task): Samples {
  const [height, width, channels] = image.shape as [number, number, number];
  const depth = image.type === 'uint8' ? 8 : 'float';
  return { width, height, channels, depth, data: readArray(image) as Samples['data'], hasAlpha: false };
}

export async function timedInNode(
  side: keyof typeof NODE_SIDES,
  task: Task,
  image: Samples,
): Promise<TimedInNode> {
  const run = await NODE_SIDES[side](task, image);
  let method = '';
  return {
    warm: timed(run),
    cold: async () => {
      const script = fileURLToPath(new URL('./cold.mjs', import.meta.url));
      const input = JSON.stringify({ side, task });
      return Number(execFileSync(process.execPath, [script], { input, encoding: 'utf8' }));
    },
    maps: async () => {
      const result = await run();
      method = result.method ?? '';
      return result.maps;
    },
    method: () => method,
  };
}
