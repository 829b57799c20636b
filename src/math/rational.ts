// Numbers as fractions: the smallest whole numbers that a list of weights is in proportion to. Knows numbers only.

/** The largest denominator tried for a number, and for a list. Larger ones would find fractions by chance. */
const LARGEST = 10_000;
const LARGEST_COMMON = 1_000_000;

/**
 * The smallest denominator d for which every number is the float64 nearest to a whole number / d, and those whole
 * numbers; null where there is none up to a million.
 */
export function commonFraction(
  numbers: ArrayLike<number>,
): { readonly numerators: number[]; readonly denominator: number } | null {
  let denominator = 1;
  for (let i = 0; i < numbers.length; i++) {
    const own = denominatorOf(numbers[i]!);
    if (own === null) return null;
    denominator *= own / greatestDivisor(denominator, own);
    if (denominator > LARGEST_COMMON) return null;
  }
  const numerators = Array.from(numbers, (number) => Math.round(number * denominator) + 0);
  const isExact = numerators.every((numerator, i) => numerator / denominator === numbers[i]! + 0);
  return isExact ? { numerators, denominator } : null;
}

/** By continued fraction: the convergents are the best fractions of their size. */
function denominatorOf(number: number): number | null {
  const size = Math.abs(number);
  if (size > Number.MAX_SAFE_INTEGER / LARGEST_COMMON) return Number.isSafeInteger(size) ? 1 : null;
  let [before, denominator] = [1, 0];
  for (let rest = size, steps = 0; steps < 32; steps++) {
    const whole = Math.floor(rest);
    [before, denominator] = [denominator, whole * denominator + before];
    if (denominator > LARGEST) return null;
    if (Math.round(size * denominator) / denominator === size) return denominator;
    rest = 1 / (rest - whole);
  }
  return null;
}

function greatestDivisor(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small > 0) [large, small] = [small, large % small];
  return large;
}
