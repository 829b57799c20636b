// GIF files built by hand: any number of frames over one palette, with or without a transparent index. Source: GIF89a,
// CompuServe 1990.

export interface MadeGif {
  readonly width: number;
  readonly height: number;
  /** RGB, 4 colours. */
  readonly colours: readonly number[];
  /** Frames of palette indices. */
  readonly frames: readonly (readonly number[])[];
  readonly transparent?: number;
}

export function madeGif({ width, height, colours, frames, transparent }: MadeGif): Buffer {
  const size = [width & 255, width >> 8, height & 255, height >> 8];
  const control = [0x21, 0xf9, 4, transparent === undefined ? 0 : 1, 10, 0, transparent ?? 0, 0];
  const animation = [0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0];
  return Buffer.from([
    ...Buffer.from('GIF89a'),
    ...size,
    ...[0x91, 0, 0],
    ...colours,
    ...(frames.length > 1 ? animation : []),
    ...frames.flatMap((indices) => [...control, 0x2c, 0, 0, 0, 0, ...size, 0, 2, ...blocks(indices), 0]),
    0x3b,
  ]);
}

/** LZW that never learns a word: the table is cleared before codes would need a fourth bit. */
function blocks(indices: readonly number[]): number[] {
  const codes = [...indices.flatMap((index, i) => (i % 2 === 0 ? [4, index] : [index])), 5];
  const bytes: number[] = [];
  codes.forEach((code, i) => {
    for (let bit = 0; bit < 3; bit++) {
      const at = i * 3 + bit;
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (((code >> bit) & 1) << (at & 7));
    }
  });
  const pieces: number[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const piece = bytes.slice(at, at + 255);
    pieces.push(piece.length, ...piece);
  }
  return pieces;
}
