// The file system of the current run: Node's, unless the run was given another one, such as one whose calls fail in a test.

import type { FileSystem } from './file-system.js';
import { nodeFileSystem } from './node-file-system.js';

let current: FileSystem = nodeFileSystem;

export function fileSystem(): FileSystem {
  return current;
}

/**
 * Makes `given` the file system of the current run; returns a function that restores the one before. There is one per thread
 * instead of an argument that dozens of functions would only pass on: runs in one process do not overlap, since they
 * also share the current folder, standard input and the list of temporary files. Threads of the pool use Node's own.
 */
export function useFileSystem(given: FileSystem): () => void {
  const before = current;
  current = given;
  return () => {
    current = before;
  };
}
