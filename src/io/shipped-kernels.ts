// The kernels that came with the package, one JSON file each. Knows where they lie, not what they hold.

import { readdir } from 'node:fs/promises';
import { packagePath, readPackageFile } from './package-files.js';

/** Reads shipped kernels by name. */
export const shippedKernels = {
  /** All names, in alphabetical order. */
  async builtinNames(): Promise<string[]> {
    const files = await readdir(packagePath('kernels'));
    return files
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
      .sort();
  },

  /** The file of one kernel; rejects where there is none of that name, so that names never form a path. */
  async readBuiltin(name: string): Promise<Uint8Array> {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) throw new Error(`no shipped kernel is called ${name}`);
    return readPackageFile(`kernels/${name}.json`);
  },
};
