// The layers of a stack as plain data, with loaded weights and all defaults filled in.

/** Values along x and along y. */
export type Pair = readonly [x: number, y: number];

/** The number of zeros on each side (in a max-pool: positions without a value). */
export interface Padding {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Named {
  /** Used in results and messages; unique in a stack. */
  readonly name: string;
}

/** A window that moves over a tensor. */
export interface Windowed {
  /** Step between outputs. */
  readonly stride: Pair;
  readonly padding: Padding;
  /** Step between neighbouring weights. */
  readonly dilation: Pair;
}

interface Weighted extends Named, Windowed {
  /** All weights; the last index varies fastest. */
  readonly weights: Float32Array;
  /** The four sizes of the weights, in the order of the layer type. */
  readonly shape: readonly [number, number, number, number];
  /** One number per output channel, or null. */
  readonly bias: Float32Array | null;
  /** Number of groups that the channels are split into; each group sees only its own channels. */
  readonly groups: number;
}

/** Cross-correlation, as PyTorch's Conv2d; weights [out][in / groups][y][x]. */
export interface Conv extends Weighted {
  readonly type: 'conv';
}

/** PyTorch's ConvTranspose2d; weights [in][out / groups][y][x]. Padding is cropped from the output. */
export interface ConvTranspose extends Weighted {
  readonly type: 'conv-transpose';
  /** Additional columns at the right and rows at the bottom (PyTorch's output_padding). */
  readonly extra: Pair;
}

export interface Pool extends Named, Windowed {
  readonly type: 'max-pool' | 'average-pool';
  readonly size: Pair;
  /** Whether an average counts the padding. */
  readonly countPadding: boolean;
}

export interface Upsample extends Named {
  readonly type: 'upsample';
  readonly scale: Pair;
  readonly mode: 'nearest' | 'bilinear';
}

/** (value − mean) / std, with given numbers per channel. */
export interface Normalise extends Named {
  readonly type: 'normalise';
  readonly mean: Float32Array;
  readonly std: Float32Array;
}

/** The same with mean and standard deviation of the input: per map, or of all maps together. */
export interface NormaliseOver extends Named {
  readonly type: 'normalise-over';
  readonly over: 'map' | 'all';
  /** Added to the variance. */
  readonly epsilon: number;
}

export interface Pointwise extends Named {
  readonly type: 'relu' | 'abs' | 'tanh' | 'sigmoid';
}

export type Layer = Conv | ConvTranspose | Pool | Upsample | Normalise | NormaliseOver | Pointwise;

/** Axes as indices of a pair. */
export const X = 0;
export const Y = 1;
export type Axis = typeof X | typeof Y;
