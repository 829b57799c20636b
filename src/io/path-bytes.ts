// Paths whose bytes are not UTF-8, as text and back without loss. A byte that is no part of a UTF-8 character becomes the
// lone surrogate U+DC80 to U+DCFF with its value, as Python's surrogateescape does; text without such surrogates stays
// as it is.

/** Any lone low surrogate that stands for a byte. */
const ESCAPED = /[\uDC80-\uDCFF]/u;
const REPLACEMENT = '\uFFFD';

/** The text for a path of these bytes. */
export function textOfBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString('utf8');
  // Only bytes that are not UTF-8, or the character itself, are decoded to it.
  return text.includes(REPLACEMENT) ? escaped(buffer) : text;
}

function escaped(buffer: Buffer): string {
  let text = '';
  let sound = 0;
  for (let at = 0; at < buffer.length; ) {
    const length = characterLength(buffer, at);
    if (length === 0) {
      text += buffer.toString('utf8', sound, at) + String.fromCharCode(0xdc00 + buffer[at]!);
      sound = at + 1;
    }
    at += length || 1;
  }
  return text + buffer.toString('utf8', sound);
}

/** Bytes of the UTF-8 character that begins at a place; 0 where none does. */
function characterLength(buffer: Buffer, at: number): number {
  const first = buffer[at]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const bytes = buffer.subarray(at, at + length);
  const text = bytes.toString('utf8');
  // A sequence that is not sound decodes to other bytes.
  return bytes.length === length && Buffer.from(text, 'utf8').equals(bytes) ? length : 0;
}

/** The bytes of a text that `textOfBytes` may have made. */
export function bytesOfText(text: string): Buffer {
  if (!ESCAPED.test(text)) return Buffer.from(text, 'utf8');
  const parts = text.split(/([\uDC80-\uDCFF])/u);
  return Buffer.concat(
    parts.map((part, i) =>
      i % 2 === 1 ? Buffer.of(part.charCodeAt(0) - 0xdc00) : Buffer.from(part, 'utf8'),
    ),
  );
}

/** A path as Node's file functions take it, or text as its streams do: bytes only where it is not UTF-8. */
export function onDisk(path: string): string | Buffer {
  return ESCAPED.test(path) ? bytesOfText(path) : path;
}
