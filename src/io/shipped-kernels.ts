// Lists and reads the shipped kernels, one JSON file each.

import { listPackageFolder, readPackageFile } from './package-files.js';

/** Access to the shipped kernels by name. */
export const shippedKernels = {
  /** All names, sorted alphabetically. */
  async builtinNames(): Promise<string[]> {
    const files = await listPackageFolder('kernels');
    return files
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
      .sort();
  },

  /** Reads the file of one kernel. Rejects unknown names, so that a name never becomes a path. */
  async readBuiltin(name: string): Promise<Uint8Array> {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) throw new Error(`no shipped kernel is called ${name}`);
    return readPackageFile(`kernels/${name}.json`);
  },
};
