// Whether a file may hold an image that takes noticeable time to process, judged by its size and the header of a PNG.

import { constants } from 'node:fs';
import { fileSystem } from './file-system.js';
import { statOrNullSync } from './stat.js';
import { bestEffort } from './system-error.js';

/** Smaller files hold small images, except for PNGs that compress well. In bytes. */
const SLOW_FILE_BYTES = 128 * 1024;
/** Fewer pixels are processed faster than a user would notice; far below the large images of core/limits.ts. */
const SLOW_PNG_PIXELS = 300_000;
/** The PNG signature and the IHDR chunk up to width and height. */
const PNG_START = 24;

/** Whether the file may hold a large image. @returns true also for folders, pipes and devices; false if nothing is there. */
export function mayBeLarge(path: string): boolean {
  const stat = statOrNullSync(path);
  // `path` may be a kernel or a number. Reading a file reports why it cannot be read.
  if (!stat) return false;
  if (!stat.isFile()) return true;
  return stat.size >= SLOW_FILE_BYTES || (/\.png$/i.test(path) && pixelsOfPng(path) >= SLOW_PNG_PIXELS);
}

/** The number of pixels in the header; 0 if the file cannot be read or is too short. */
function pixelsOfPng(path: string): number {
  const start = Buffer.alloc(PNG_START);
  bestEffort(() => {
    const file = fileSystem().openSync(path, constants.O_RDONLY);
    try {
      fileSystem().readSync(file, start, 0, PNG_START);
    } finally {
      fileSystem().closeSync(file);
    }
  });
  return start.readUInt32BE(16) * start.readUInt32BE(20);
}
