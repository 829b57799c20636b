// The layers of a stack as plain data, ready to run: weights are numbers, defaults are filled in. Knows no file and
// carries nothing out.

/** Along rows and along columns: [x, y]. */
export type Pair = readonly [x: number, y: number];

/** What stands around the samples: zeros, or for a max-pool nothing. */
export interface Sides {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Named {
  /** As results and messages call it; no two of a stack are alike. */
  readonly name: string;
}

interface Weighted extends Named {
  /** All weights, the last index fastest. */
  readonly weights: Float32Array;
  /** Of the weights, four numbers, in the order that the type says. */
  readonly shape: readonly [number, number, number, number];
  /** One number an output channel; null adds none. */
  readonly bias: Float32Array | null;
  readonly stride: Pair;
  readonly padding: Sides;
  readonly dilation: Pair;
  /** Parts that the channels are split into; each sees its own part only. */
  readonly groups: number;
}

/** Cross-correlation, as PyTorch's Conv2d; weights [out][in / groups][y][x]. */
export interface Conv extends Weighted {
  readonly type: 'conv';
}

/** PyTorch's ConvTranspose2d; weights [in][out / groups][y][x]. Padding is cut off the result. */
export interface ConvTranspose extends Weighted {
  readonly type: 'conv-transpose';
  /** Rows and columns more at the right and at the bottom. */
  readonly extra: Pair;
}

export interface Pool extends Named {
  readonly type: 'max-pool' | 'average-pool';
  readonly size: Pair;
  readonly stride: Pair;
  readonly padding: Sides;
  readonly dilation: Pair;
  /** Whether an average counts the zeros around the samples. */
  readonly countPadding: boolean;
}

export interface Upsample extends Named {
  readonly type: 'upsample';
  readonly scale: Pair;
  readonly mode: 'nearest' | 'bilinear';
}

/** (value − mean) / std, with numbers of each channel. */
export interface Normalise extends Named {
  readonly type: 'normalise';
  readonly mean: Float32Array;
  readonly std: Float32Array;
}

/** The same with mean and deviation of the values that are there: of each map, or of all maps together. */
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

/** Which axis a size is along, as the place in a pair. */
export const X = 0;
export const Y = 1;
export type Axis = typeof X | typeof Y;
