// Whether a file may hold a large picture, as far as its size and the first bytes of a PNG tell. Decodes nothing.

import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Smaller files hold small pictures, unless they are PNGs that compress well. In bytes. */
const LARGE_FILE = 128 * 1024;
/** Computing on fewer pixels is over before anybody waits for it. */
const LARGE_PIXELS = 300_000;
/** A PNG's signature and the beginning of its first chunk, up to width and height. */
const PNG_START = 24;

/** @returns true also for folders, pipes and devices; false where nothing is there. */
export function mayBeLarge(path: string): boolean {
  const there = statIfThere(path);
  if (!there) return false;
  if (!there.isFile()) return true;
  return there.size >= LARGE_FILE || (/\.png$/i.test(path) && pixelsOfPng(path) >= LARGE_PIXELS);
}

/** null where it is not there, or is no path: kernels and numbers. Reading it will say what is wrong with it. */
function statIfThere(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    ignoreSystem(error);
    return null;
  }
}

/** As its header says; 0 where it cannot be read, or is too short. */
function pixelsOfPng(path: string): number {
  const start = Buffer.alloc(PNG_START);
  try {
    const file = openSync(path, 'r');
    try {
      readSync(file, start);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    ignoreSystem(error);
  }
  return start.readUInt32BE(16) * start.readUInt32BE(20);
}

/** @throws what is no error of the system, nor about a path that holds a NUL. */
function ignoreSystem(error: unknown): void {
  const { syscall, code } = error as NodeJS.ErrnoException;
  if (syscall === undefined && code !== 'ERR_INVALID_ARG_VALUE') throw error;
}
