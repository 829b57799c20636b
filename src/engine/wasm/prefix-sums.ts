// Running sums of interleaved channels within vectors of four 32-bit integers. Shuffles with zeros that are shifts compile
// to one instruction.

// Pixels of 1 to 4 bytes as types, so that loops are compiled for each.
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

/** The sums of the pixel at `last`, in the last lanes. */
export function sumsBefore<Pixel>(last: usize): v128 {
  const step = offsetof<Pixel>();
  const sums = v128.load(last);
  if (step === 1) return i32x4.shuffle(sums, sums, 0, 0, 0, 0);
  if (step === 2) return i32x4.shuffle(sums, sums, 0, 0, 0, 1);
  return step === 3 ? i32x4.shuffle(sums, sums, 0, 0, 1, 2) : sums;
}

/** The last sums of each channel, in the order of the lanes after them. */
export function carried<Pixel>(sums: v128): v128 {
  const step = offsetof<Pixel>();
  if (step === 1) return i32x4.shuffle(sums, sums, 3, 3, 3, 3);
  if (step === 2) return i32x4.shuffle(sums, sums, 2, 3, 2, 3);
  return step === 3 ? i32x4.shuffle(sums, sums, 1, 2, 3, 1) : sums;
}

/** Extends the sums `before` by four differences to the sums one pixel before. */
export function prefixSum<Pixel>(before: v128, differences: v128): v128 {
  const step = offsetof<Pixel>();
  const zero = i32x4.splat(0);
  let d = differences;
  if (step === 3) d = i32x4.add(d, i32x4.shuffle(zero, d, 1, 2, 3, 4));
  if (step === 1) d = i32x4.add(d, i32x4.shuffle(zero, d, 3, 4, 5, 6));
  if (step < 3) d = i32x4.add(d, i32x4.shuffle(zero, d, 2, 3, 4, 5));
  return i32x4.add(carried<Pixel>(before), d);
}
