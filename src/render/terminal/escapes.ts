// A PNG file → the escape sequence that shows it in a terminal: kitty's graphics protocol and iTerm2's inline images.
// Knows the protocols only: which terminal speaks which is known elsewhere.

/** The most characters of base64 that kitty takes in one sequence. */
const KITTY_CHUNK = 4096;

/**
 * kitty's protocol: transmitted and shown at once in so many cells, no reply. Both numbers are given, since with the
 * columns alone kitty before 0.35, WezTerm and others distort the picture.
 */
export function kittyPicture(png: Uint8Array, columns: number, rows: number): string {
  const text = base64(png);
  let sequence = '';
  for (let from = 0; from < text.length; from += KITTY_CHUNK) {
    const more = from + KITTY_CHUNK < text.length ? 1 : 0;
    const keys = from === 0 ? `a=T,f=100,c=${columns},r=${rows},q=2,m=${more}` : `m=${more}`;
    sequence += `\x1b_G${keys};${text.slice(from, from + KITTY_CHUNK)}\x1b\\`;
  }
  return `${sequence}\n`;
}

/** iTerm2's protocol: one sequence, so many columns wide, as high as its aspect asks for. */
export function itermPicture(png: Uint8Array, columns: number): string {
  const about = `inline=1;size=${png.length};width=${columns};height=auto;preserveAspectRatio=1`;
  return `\x1b]1337;File=${about}:${base64(png)}\x07\n`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
