// Reads files of the convtool package itself, such as the shipped kernels, one JSON file each.

import { fileURLToPath } from 'node:url';
import { PackageError } from '../core/errors.js';
import { fileSystem } from './file-system.js';
import { isSystemError, reasonOf } from './system-error.js';

/** The path of a file, given relative to the root of the package: `kernels/sobel-x.json`. */
export function packagePath(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}

/** The content of a file of the package. @throws PackageError. */
export function readPackageFile(name: string): Uint8Array<ArrayBuffer> {
  const path = packagePath(name);
  try {
    return new Uint8Array(fileSystem().readFileSync(path));
  } catch (cause) {
    return throwUnreadable(path, cause);
  }
}

/** @throws PackageError for an error of the system, any other error unchanged. */
function throwUnreadable(path: string, cause: unknown): never {
  if (!isSystemError(cause)) throw cause;
  const isMissing = cause.code === 'ENOENT';
  const advice = isMissing ? { advice: 'install convtool again' } : {};
  const problem = `is a part of convtool and cannot be read: ${reasonOf(cause)}`;
  throw new PackageError({ subject: path, problem, ...advice }, { cause });
}

let version: string | undefined;

export function packageVersion(): string {
  version ??= (
    JSON.parse(Buffer.from(readPackageFile('package.json')).toString('utf8')) as { version: string }
  ).version;
  return version;
}

export const shippedKernels = {
  /** All names, sorted alphabetically. @throws PackageError. */
  async builtinNames(): Promise<string[]> {
    const path = packagePath('kernels');
    const entries = await fileSystem()
      .readdir(path)
      .catch((cause) => throwUnreadable(path, cause));
    return entries
      .filter(({ name }) => name.endsWith('.json'))
      .map(({ name }) => name.slice(0, -'.json'.length))
      .sort();
  },

  /** Reads the file of one kernel. Rejects unknown names, so that a name never becomes a path. */
  async readBuiltin(name: string): Promise<Uint8Array> {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) throw new Error(`no shipped kernel is called ${name}`);
    return readPackageFile(`kernels/${name}.json`);
  },
};
