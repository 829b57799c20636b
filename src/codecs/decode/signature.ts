// Which formats are read, told by a file's first bytes and never by its name, so that no other decoder is
// ever reached. Names only say which files of a folder are looked at. Source: each format's own specification.
// foreign.ts has those that are not read.

/** A format that convtool reads. */
export type InputFormat =
  | 'png'
  | 'jpeg'
  | 'gif'
  | 'webp'
  | 'tiff'
  | 'avif'
  | 'npy'
  | 'pnm'
  | 'pam'
  | 'pfm'
  | 'bmp';

const SIGNATURES: readonly (readonly [InputFormat, RegExp])[] = [
  ['png', /^\x89PNG\r\n\x1a\n/],
  ['jpeg', /^\xff\xd8\xff(?!\xf7)/],
  ['gif', /^GIF8[79]a/],
  ['webp', /^RIFF.{4}WEBP/s],
  ['tiff', /^(II\*\0|MM\0\*|II\+\0|MM\0\+)/],
  // Of brands that do not name a coder, one of those that follow does.
  ['avif', /^.{4}ftyp(avif|avis|(mif1|msf1|miaf)(?!.{4}(.{4})*?(hei[cxms]|hev[cxms])))/s],
  ['npy', /^\x93NUMPY/],
  ['pnm', /^P[1-6][\s#]/],
  ['pam', /^P7\s/],
  ['pfm', /^P[Ff][\s#]/],
  ['bmp', /^BM.{4}(\0{4}|.{8}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0{3})/s],
];

/** The endings of files that are taken for pictures where a folder is searched. */
export const FOLDER_ENDINGS = [
  ...['png', 'jpg', 'jpeg', 'webp', 'tif', 'tiff', 'gif', 'avif', 'bmp'],
  ...['pnm', 'pbm', 'pgm', 'ppm', 'pam'],
] as const;

/** The endings of all files that are read. Arrays of responses often lie with their pictures: folders leave them out. */
export const PICTURE_ENDINGS = [...FOLDER_ENDINGS, 'pfm', 'npy'] as const;

/** Whether a folder that is searched gives this file. */
export function hasPictureEnding(name: string): boolean {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  return (FOLDER_ENDINGS as readonly (string | undefined)[]).includes(ending);
}

/** First bytes of a file that its format shows in; a list of brands may be long. */
export const HEAD = 64;

/** The type of a PNG's last chunk. */
const IEND = 0x49454e44;

/** The format that the first bytes announce, or undefined for one that is not read. */
export function formatOf(bytes: Uint8Array): InputFormat | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(HEAD, bytes.length)).toString('latin1');
  return SIGNATURES.find(([, pattern]) => pattern.test(head))?.[0];
}

/** Whether a PNG stops before its last chunk, which decoders let pass once they have all samples. */
export function lacksEndChunk(bytes: Uint8Array, format: InputFormat): boolean {
  if (format !== 'png') return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === IEND) return false;
  }
  return true;
}
