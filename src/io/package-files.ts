// Reads files of the convtool package itself.

import { fileURLToPath } from 'node:url';
import { fileSystem } from './current-file-system.js';

/** The path of a file, given relative to the root of the package: `kernels/sobel-x.json`. */
export function packagePath(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}

/** The content of a file of the package. */
export function readPackageFile(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(fileSystem().readFileSync(packagePath(name)));
}

let version: string | undefined;

/** The version of the package. */
export function packageVersion(): string {
  version ??= (
    JSON.parse(Buffer.from(readPackageFile('package.json')).toString('utf8')) as { version: string }
  ).version;
  return version;
}
