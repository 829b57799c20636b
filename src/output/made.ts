// What an output says of how it was made: where PNG keeps such a text. Knows bytes; what the text means, cli/ knows.

/** The keyword of the text in a PNG. */
export const MADE = 'convtool';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/**
 * The text of a keyword in a PNG, from the first bytes of its file.
 * @returns null where it has none before its samples, or it is no PNG.
 */
export function pngText(head: Uint8Array, keyword: string): string | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) return null;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'IDAT' || at + 12 + length > bytes.length) return null;
    const text = bytes.toString('latin1', at + 8, at + 8 + length);
    if (type === 'tEXt' && text.startsWith(`${keyword}\0`)) return text.slice(keyword.length + 1);
    at += 12 + length;
  }
  return null;
}
