// Default limits of inputs and outputs, and the size from which an image counts as large.

/** Limits that keep any input from exhausting time or memory. Each has an option of the same name. */
export const DEFAULT_LIMITS = {
  /** Pixels of an image or a map. */
  pixels: 268_402_689,
  /** Weights of a kernel or bank: one kernel of 1024 × 1024. */
  weights: 1_048_576,
  /** Bytes of an image file. */
  fileBytes: 2 ** 31,
} as const;

/**
 * Images of at least this many pixels are large: they are decoded in strips if possible, else into shared memory, where
 * filtering would copy them anyway, and threads start while they are decoded.
 */
export const LARGE_PIXELS = 3e6;
