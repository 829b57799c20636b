// Encodes a PNG file as the escape sequence that shows it in a terminal, in kitty's graphics protocol or as
// an iTerm2 inline image.

/** Maximum number of base64 characters per kitty sequence. */
const KITTY_CHUNK = 4096;

/**
 * kitty's protocol: transmits and displays the picture in a number of cells, without reply. Both numbers of
 * cells are given, since with columns alone kitty before 0.35, WezTerm and others distort the picture.
 */
export function kittyPicture(png: Uint8Array, columns: number, rows: number): string {
  const text = Buffer.from(png).toString('base64');
  let sequence = '';
  for (let from = 0; from < text.length; from += KITTY_CHUNK) {
    const more = from + KITTY_CHUNK < text.length ? 1 : 0;
    const keys = from === 0 ? `a=T,f=100,c=${columns},r=${rows},q=2,m=${more}` : `m=${more}`;
    sequence += `\x1b_G${keys};${text.slice(from, from + KITTY_CHUNK)}\x1b\\`;
  }
  return `${sequence}\n`;
}

/** iTerm2's protocol: one sequence, with a width in columns and the height by aspect. */
export function itermPicture(png: Uint8Array, columns: number): string {
  const about = `inline=1;size=${png.length};width=${columns};height=auto;preserveAspectRatio=1`;
  return `\x1b]1337;File=${about}:${Buffer.from(png).toString('base64')}\x07\n`;
}
