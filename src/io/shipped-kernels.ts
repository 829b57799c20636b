// Lists and reads the shipped kernels, one JSON file each.

import { fileSystem } from './current-file-system.js';
import { packagePath, readPackageFile } from './package-files.js';

/** Access to the shipped kernels by name. */
export const shippedKernels = {
  /** All names, sorted alphabetically. */
  async builtinNames(): Promise<string[]> {
    const entries = await fileSystem().readdir(packagePath('kernels'));
    return entries
      .map(({ name }) => name.toString('utf8'))
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
