// The one place that loads sharp, and with it libvips: later than anything else, since that takes a tenth of a second
// and reading and writing plain PNG needs neither. Keeps apart what libvips says of pictures that are read side by side.

import { SharedLock } from '../../runtime/concurrency.js';

type SharpModule = typeof import('sharp')['default'];

const LOADERS = [
  'VipsForeignLoadPngBuffer',
  'VipsForeignLoadJpegBuffer',
  'VipsForeignLoadNsgifBuffer',
  'VipsForeignLoadWebpBuffer',
  'VipsForeignLoadTiffBuffer',
  'VipsForeignLoadHeifBuffer',
];

/** sharp is not installed, or its native part does not load on this machine. */
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

/** sharp, with the decoders that it may use. @throws SharpUnavailable. */
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
 * Shuts every decoder of libvips but those for the formats that convtool reads, for the whole process, and
 * keeps no cache of pictures: before the first of them is used. For a process of our own; a library leaves the sharp of
 * others alone.
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

/** Whether libvips decodes or encodes something now, for whoever wants to end the process: Node would wait for it. */
export function isLibvipsBusy(): boolean {
  const { queue, process } = loaded?.counters() ?? { queue: 0, process: 0 };
  return queue + process > 0;
}

const turns = new SharedLock();

/**
 * Has libvips do a piece of work, so that what it throws is its own: libvips keeps what went wrong in one place for all
 * threads, where the words of another picture may lie as well. What failed beside others is done again with none beside.
 * @param work may be called twice.
 * @throws what the work throws.
 */
export function byVips<T>(work: () => Promise<T>): Promise<T> {
  return turns.sharedThenExclusive(work, () => true);
}
