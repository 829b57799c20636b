// convtool's own files: those that came with the package. Knows where they lie, not what they hold.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of a file of the package, named from its root: `kernels/sobel-x.json`. */
export function ownPath(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}

/** The bytes of a file of the package. */
export function readOwnFile(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(ownPath(name)));
}

let version: string | undefined;

/** The version of the package. */
export function ownVersion(): string {
  version ??= (JSON.parse(Buffer.from(readOwnFile('package.json')).toString('utf8')) as { version: string })
    .version;
  return version;
}
