// The error function and its complement for x >= 0, to about 15 digits. JavaScript has neither.

const TERMS = 80;

/** erf(x) = 2/√π ∫₀ˣ e^(−t²) dt for x ≥ 0. */
export function erf(x: number): number {
  return x < 2 ? series(x) : 1 - continuedFraction(x);
}

/** 1 − erf(x) for x ≥ 0, accurate also where it is tiny. */
export function erfc(x: number): number {
  return x < 2 ? 1 - series(x) : continuedFraction(x);
}

// 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·5…(2n+1)). All terms have the same sign, so nothing cancels.
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < TERMS; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

// e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3/2/(x + …)))), evaluated from the innermost term.
function continuedFraction(x: number): number {
  let below = x;
  for (let n = TERMS; n > 0; n--) below = x + n / 2 / below;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / below;
}
