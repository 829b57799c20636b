// Scales samples of 9 to 15 bits, stored in the upper bits of 16, to the full 16-bit range.

/** Scales samples in place so that the largest value of `bits` bits becomes 65535. */
export function toFullRange(data: Uint16Array, bits: number): void {
  const drop = 16 - bits;
  const scale = 65535 / (2 ** bits - 1);
  for (let i = 0; i < data.length; i++) data[i] = Math.round((data[i]! >> drop) * scale);
}
