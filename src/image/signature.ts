// Which formats are read, told by a file's first bytes and never by its name, so that no other decoder is
// ever reached. Source: each format's own specification.

/** A format that convtool reads. */
export type InputFormat = 'png' | 'jpeg' | 'gif' | 'webp' | 'tiff' | 'avif';

const SIGNATURES: readonly (readonly [InputFormat, RegExp])[] = [
  ['png', /^\x89PNG\r\n\x1a\n/],
  ['jpeg', /^\xff\xd8\xff/],
  ['gif', /^GIF8[79]a/],
  ['webp', /^RIFF.{4}WEBP/s],
  ['tiff', /^(II\*\0|MM\0\*|II\+\0|MM\0\+)/],
  ['avif', /^.{4}ftyp(avif|avis|mif1|msf1|miaf)/s],
];

/** The format that the first bytes announce, or undefined for one that is not read. */
export function formatOf(bytes: Uint8Array): InputFormat | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(16, bytes.length)).toString('latin1');
  return SIGNATURES.find(([, pattern]) => pattern.test(head))?.[0];
}
