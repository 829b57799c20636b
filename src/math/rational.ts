// Finds exact fractions: the smallest integers in the same proportion as a list of weights.

/** Largest denominator of one number, and of a whole list. Larger ones would find fractions by chance. */
const MAX_DENOMINATOR = 10_000;
const MAX_COMMON_DENOMINATOR = 1_000_000;

/**
 * The smallest denominator d such that every number is the float64 nearest to an integer / d, with these integers;
 * null if there is none up to a million.
 */
export function commonFraction(
  numbers: ArrayLike<number>,
): { readonly numerators: number[]; readonly denominator: number } | null {
  let denominator = 1;
  for (let i = 0; i < numbers.length; i++) {
    const single = denominatorOf(numbers[i]!);
    if (single === null) return null;
    denominator *= single / greatestDivisor(denominator, single);
    if (denominator > MAX_COMMON_DENOMINATOR) return null;
  }
  const numerators = Array.from(numbers, (number) => Math.round(number * denominator) + 0);
  const isExact = numerators.every((numerator, i) => numerator / denominator === numbers[i]! + 0);
  return isExact ? { numerators, denominator } : null;
}

/** The denominator of one number by continued fraction: convergents are the best approximations of their size. */
function denominatorOf(number: number): number | null {
  const magnitude = Math.abs(number);
  if (magnitude > Number.MAX_SAFE_INTEGER / MAX_COMMON_DENOMINATOR)
    return Number.isSafeInteger(magnitude) ? 1 : null;
  let [before, denominator] = [1, 0];
  for (let rest = magnitude, steps = 0; steps < 32; steps++) {
    const quotient = Math.floor(rest);
    [before, denominator] = [denominator, quotient * denominator + before];
    if (denominator > MAX_DENOMINATOR) return null;
    if (Math.round(magnitude * denominator) / denominator === magnitude) return denominator;
    rest = 1 / (rest - quotient);
  }
  return null;
}

/** The greatest common divisor of two whole numbers; that of 0 and a number is its magnitude. */
export function greatestDivisor(a: number, b: number): number {
  let [large, small] = [Math.abs(a), Math.abs(b)];
  while (small > 0) [large, small] = [small, large % small];
  return large;
}
