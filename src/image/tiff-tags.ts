// The few tags of a TIFF's first directory that decide how its samples are to be read, and which libvips does
// not tell: what extra channels mean, and how channels lie in the file. Source: TIFF revision 6.0, BigTIFF.

export interface TiffTags {
  /** 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 separated (CMYK), … */
  readonly photometric: number | undefined;
  /** What each channel beyond the colours is: 0 unspecified, 1 premultiplied alpha, 2 alpha. */
  readonly extraSamples: readonly number[];
  /** Whether each channel is a plane of its own, in strips of more than one row. */
  readonly planesInStrips: boolean;
}

const SHORT = 3;
const BYTES: Readonly<Record<number, number>> = { 1: 1, [SHORT]: 2, 4: 4, 16: 8 };

/** Reads the tags, or null where the directory makes no sense: the decoder will say what is wrong. */
export function tiffTags(bytes: Uint8Array): TiffTags | null {
  try {
    const tags = firstDirectory(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return {
      photometric: tags.get(262)?.[0],
      extraSamples: tags.get(338) ?? [],
      planesInStrips: tags.get(284)?.[0] === 2 && (tags.get(278)?.[0] ?? 2) > 1,
    };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Whole-number tags of the first directory. @throws RangeError where an offset leaves the file. */
function firstDirectory(view: DataView): Map<number, number[]> {
  const little = view.getUint8(0) === 0x49;
  const big = view.getUint16(2, little) === 43;
  const offset = (at: number) => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
  const start = offset(big ? 8 : 4);
  const count = big ? Number(view.getBigUint64(start, little)) : view.getUint16(start, little);
  const [first, size, inEntry] = big ? [start + 8, 20, 8] : [start + 2, 12, 4];
  const tags = new Map<number, number[]>();
  for (let i = 0; i < Math.min(count, 4096); i++) {
    const entry = first + i * size;
    const type = view.getUint16(entry + 2, little);
    const values = offset(entry + 4);
    const bytes = BYTES[type];
    // Tags that matter here have a value a channel at most.
    if (bytes === undefined || values > 16) continue;
    const at = entry + (big ? 12 : 8);
    const from = values * bytes <= inEntry ? at : offset(at);
    const read = (k: number) => wholeNumber(view, from + k * bytes, bytes, little);
    tags.set(
      view.getUint16(entry, little),
      Array.from({ length: values }, (_, k) => read(k)),
    );
  }
  return tags;
}

function wholeNumber(view: DataView, at: number, bytes: number, little: boolean): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, little);
  return bytes === 4 ? view.getUint32(at, little) : Number(view.getBigUint64(at, little));
}
