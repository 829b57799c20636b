// The one place that loads sharp, and with it libvips: later than anything else, since that takes a tenth of a second
// and reading and writing plain PNG needs neither.

type SharpModule = typeof import('sharp')['default'];

const LOADERS = [
  'VipsForeignLoadPngBuffer',
  'VipsForeignLoadJpegBuffer',
  'VipsForeignLoadNsgifBuffer',
  'VipsForeignLoadWebpBuffer',
  'VipsForeignLoadTiffBuffer',
  'VipsForeignLoadHeifBuffer',
];

let loaded: SharpModule | undefined;
let isRestricted = false;

/** sharp, with the decoders that it may use. */
export async function loadSharp(): Promise<SharpModule> {
  if (loaded) return loaded;
  const { default: sharp } = await import('sharp');
  if (isRestricted) restrict(sharp);
  loaded = sharp;
  return sharp;
}

/**
 * Shuts every decoder of libvips but those for the formats that convtool reads, for the whole process, and
 * keeps no cache of pictures: before the first of them is used. For a process of our own; a library leaves its host's
 * sharp alone.
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
export function isAtWork(): boolean {
  const { queue, process } = loaded?.counters() ?? { queue: 0, process: 0 };
  return queue + process > 0;
}
