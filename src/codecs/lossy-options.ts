// Options of lossy formats: which format has which option, and which options exclude each other.

/** Resolution of chroma: full, or halved along both axes. */
export type Subsampling = '444' | '420';

export const SUBSAMPLINGS: readonly Subsampling[] = ['444', '420'];

export interface LossyOptions {
  /** 1 to 100; default 95. WebP is lossless without it. */
  readonly quality?: number | undefined;
  /** Default 444. Lossy WebP is always 420. */
  readonly subsampling?: Subsampling | undefined;
  /** Whether all samples are kept exactly. */
  readonly lossless?: boolean | undefined;
}

export const DEFAULT_QUALITY = 95;
