// Times ImageMagick: it keeps nothing between runs, so only the whole process is timed, from raw file to raw file.

import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readArray } from '../arrays.js';
import type { Task, Timed } from '../task.js';

const PROGRAMS = ['/usr/bin/magick', '/usr/bin/convert-im6.q16', '/usr/bin/convert'];

/** The first program that identifies itself as ImageMagick, with its version. @throws if there is none. */
export function findImageMagick(): { readonly program: string; readonly version: string } {
  for (const program of PROGRAMS) {
    const said = String(spawnSync(program, ['-version']).stdout ?? '');
    const version = /^Version: ImageMagick (\S+ \S+)/.exec(said)?.[1];
    if (version) return { program, version };
  }
  throw new Error("ImageMagick is missing; Debian's package is imagemagick");
}

/** `-morphology Correlate` with the task's weights, on 8-bit RGB. */
export function timedImageMagick(task: Task, folder: string): Timed {
  const { program } = findImageMagick();
  const [height, width] = task.image.shape;
  const [, , rows, columns] = task.weights.shape;
  const path = join(folder, 'imagemagick.raw');
  const kernel = `${columns}x${rows}:${readArray(task.weights).join(',')}`;
  const format = ['-size', `${width}x${height}`, '-depth', '8', `rgb:${task.image.path}`];
  const command = [...format, '-morphology', 'Correlate', kernel, '-depth', '8', `rgb:${path}`];
  const env = { ...process.env, MAGICK_THREAD_LIMIT: String(task.threads) };
  const run = () => execFileSync(program, command, { env });
  return {
    warm: null,
    cold: async () => {
      const started = performance.now();
      run();
      return performance.now() - started;
    },
    maps: async () => {
      run();
      return [readArray({ path, type: 'uint8' })];
    },
  };
}
