// The limits on what is read and made, where nobody asks for others. Enforces nothing.

/** The limits that keep any input from taking all time and memory; each has an option of its name. */
export const DEFAULT_LIMITS = {
  /** Pixels of an image or a map. */
  pixels: 268_402_689,
  /** Weights of a kernel or bank. */
  weights: 1_048_576,
  /** Bytes of an image file. */
  fileBytes: 2 ** 31,
} as const;
