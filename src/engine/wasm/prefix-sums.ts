// Running sums of interleaved channels, four 32-bit integers at a time. Shuffles that shift in zeros compile to one
// instruction.

// Types with one byte per channel, so that loops are compiled for each number of channels (`offsetof` of the type).
export class One {
  a: u8;
}
export class Two extends One {
  b: u8;
}
export class Three extends Two {
  c: u8;
}
export class Four extends Three {
  d: u8;
}

/** A vector whose last lanes are the sums at `last`, one per channel. */
export function sumsBefore<Pixel>(last: usize): v128 {
  const step = offsetof<Pixel>();
  const sums = v128.load(last);
  if (step === 1) return i32x4.shuffle(sums, sums, 0, 0, 0, 0);
  if (step === 2) return i32x4.shuffle(sums, sums, 0, 0, 0, 1);
  return step === 3 ? i32x4.shuffle(sums, sums, 0, 0, 1, 2) : sums;
}

/** For each of the four lanes that follow `sums`, the last sum of the same channel. */
export function carried<Pixel>(sums: v128): v128 {
  const step = offsetof<Pixel>();
  if (step === 1) return i32x4.shuffle(sums, sums, 3, 3, 3, 3);
  if (step === 2) return i32x4.shuffle(sums, sums, 2, 3, 2, 3);
  return step === 3 ? i32x4.shuffle(sums, sums, 1, 2, 3, 1) : sums;
}

/** The four sums that follow `before`: each is the sum of its channel one pixel earlier, plus its difference. */
export function prefixSum<Pixel>(before: v128, differences: v128): v128 {
  const step = offsetof<Pixel>();
  const zero = i32x4.splat(0);
  let d = differences;
  if (step === 3) d = i32x4.add(d, i32x4.shuffle(zero, d, 1, 2, 3, 4));
  if (step === 1) d = i32x4.add(d, i32x4.shuffle(zero, d, 3, 4, 5, 6));
  if (step < 3) d = i32x4.add(d, i32x4.shuffle(zero, d, 2, 3, 4, 5));
  return i32x4.add(carried<Pixel>(before), d);
}
