// Represents paths that are not UTF-8 as text without loss. An invalid byte becomes a lone surrogate from U+DC80 to
// U+DCFF, as in Python's surrogateescape. Text without such surrogates is unchanged.

/** A lone low surrogate that stands for a byte. */
const ESCAPED = /[\uDC80-\uDCFF]/u;
/** Node's replacement for bytes that are not UTF-8. */
export const REPLACEMENT = '\uFFFD';

/** Decodes the bytes of a path to text. */
export function textOfBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString('utf8');
  // Only invalid bytes, or the character itself, decode to the replacement character.
  return text.includes(REPLACEMENT) ? escaped(buffer) : text;
}

function escaped(buffer: Buffer): string {
  let text = '';
  let validFrom = 0;
  for (let at = 0; at < buffer.length; ) {
    const length = characterLength(buffer, at);
    if (length === 0) {
      text += buffer.toString('utf8', validFrom, at) + String.fromCharCode(0xdc00 + buffer[at]!);
      validFrom = at + 1;
    }
    at += length || 1;
  }
  return text + buffer.toString('utf8', validFrom);
}

/** The length of the UTF-8 character that begins at `at`; 0 if there is none. */
function characterLength(buffer: Buffer, at: number): number {
  const first = buffer[at]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const bytes = buffer.subarray(at, at + length);
  const text = bytes.toString('utf8');
  // An invalid sequence does not survive the round trip.
  return bytes.length === length && Buffer.from(text, 'utf8').equals(bytes) ? length : 0;
}

/** Encodes text from `textOfBytes` as the original bytes. */
export function bytesOfText(text: string): Buffer {
  const parts = text.split(/([\uDC80-\uDCFF])/u);
  return Buffer.concat(
    parts.map((part, i) =>
      i % 2 === 1 ? Buffer.of(part.charCodeAt(0) - 0xdc00) : Buffer.from(part, 'utf8'),
    ),
  );
}

/** A path for Node's file functions, or text for its streams: as bytes only if it is not UTF-8. */
export function systemPath(path: string): string | Buffer {
  return ESCAPED.test(path) ? bytesOfText(path) : path;
}
