// Loads sharp, and with it libvips, on first use: it takes a tenth of a second, and plain PNG does not need it. Also
// keeps errors of concurrent libvips calls apart.

import { SharedLock } from '../../runtime/concurrency.js';

type SharpModule = typeof import('sharp')['default'];

const LOADERS = ['Png', 'Jpeg', 'Nsgif', 'Webp', 'Tiff', 'Heif'].map(
  (name) => `VipsForeignLoad${name}Buffer`,
);

/** sharp is not installed, or its native binary does not load. */
export class SharpUnavailable extends Error {
  readonly advice = 'install it with: npm install --include=optional sharp';

  constructor(cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const [first] = message.trim().split('\n');
    const reason = code === 'ERR_MODULE_NOT_FOUND' ? 'it is not installed' : first!.replace(/:$/, '');
    super(`needs the package sharp, which cannot be loaded (${reason})`, { cause });
  }
}

let loaded: SharpModule | undefined;
let isRestricted = false;

/** Loads sharp, restricted to the supported decoders if `restrictDecoders` was called. @throws SharpUnavailable. */
export async function loadSharp(): Promise<SharpModule> {
  if (loaded) return loaded;
  const { default: sharp } = await import('sharp').catch((cause) => {
    throw new SharpUnavailable(cause);
  });
  if (isRestricted) restrict(sharp);
  loaded = sharp;
  return sharp;
}

/**
 * Disables all decoders of libvips except those of the supported formats, and the cache, for the whole process.
 * Called before the first image is decoded, only by the executable: a library must not change its host's sharp.
 */
export function restrictDecoders(): void {
  isRestricted = true;
  if (loaded) restrict(loaded);
}

function restrict(sharp: SharpModule): void {
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
}

/** Whether libvips is decoding or encoding. Node would wait for it on exit. */
export function isLibvipsBusy(): boolean {
  const { queue, process } = loaded?.counters() ?? { queue: 0, process: 0 };
  return queue + process > 0;
}

const vipsLock = new SharedLock();

/**
 * Runs a libvips operation and attributes errors correctly: libvips has one error buffer for all threads, so an error
 * may contain text of another image. A failed operation is repeated alone.
 * @param work may be called twice.
 * @throws what `work` throws.
 */
export function runVips<T>(work: () => Promise<T>): Promise<T> {
  return vipsLock.sharedThenExclusive(work, () => true);
}
