// Samples of 9 to 15 bits that a decoder put into the upper bits of 16 → the full range of 16 bits.

/** Changes samples in place, so that the largest number of so many bits becomes 65535. */
export function toFullRange(data: Uint16Array, bits: number): void {
  const drop = 16 - bits;
  const scale = 65535 / (2 ** bits - 1);
  for (let i = 0; i < data.length; i++) data[i] = Math.round((data[i]! >> drop) * scale);
}
