// The options of lossy formats, and the default quality; lossy-checks.ts tells which format has which option.

export const SUBSAMPLINGS = ['444', '420'] as const;

/** Resolution of chroma: full, or halved along both axes. */
export type Subsampling = (typeof SUBSAMPLINGS)[number];

export interface LossyOptions {
  /** 1 to 100; default 95. WebP is lossless without it. */
  readonly quality?: number | undefined;
  /** Default 444. Lossy WebP is always 420. */
  readonly subsampling?: Subsampling | undefined;
  /** Whether all samples are kept exactly. */
  readonly lossless?: boolean | undefined;
}

const DEFAULT_QUALITY = 95;

/** The settings of sharp for lossy JPEG and AVIF. */
export function sharpSettings({ quality = DEFAULT_QUALITY, subsampling = '444' }: LossyOptions) {
  return { quality, chromaSubsampling: subsampling === '420' ? '4:2:0' : '4:4:4' };
}
