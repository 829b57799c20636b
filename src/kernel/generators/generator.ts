// What a generator is: a name, parameters with their ranges, and a function from values to weights.
// It does not know where the values come from; arguments.ts checks them.

/** A parameter's checked values by name; all of a generator's parameters are there. */
export type Values = Readonly<Record<string, number>>;

export interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Whether only whole numbers are taken. */
  readonly integer: boolean;
  /** The value where none is given, perhaps from the parameters before it. Without one it must be given. */
  readonly default?: number | ((earlier: Values) => number);
}

/** One kernel as a generator makes it. What is left out is as in a kernel file. */
export interface MadeKernel {
  /** Names a kernel inside a bank, as `<bank>-<label>`; without it the kernel's number does. */
  readonly label?: string;
  readonly width: number;
  readonly height: number;
  /** width · height numbers, x fastest. */
  readonly weights: Float64Array;
  readonly divisor?: number;
  readonly bias?: number;
  readonly anchor?: readonly [number, number];
}

export interface Generator {
  readonly name: string;
  readonly description: string;
  /** The formula's origin, and the convention where there are several. */
  readonly source: string;
  /** The first one may be given bare: `box:5`. */
  readonly parameters: readonly Parameter[];
  /** How many weights `make` will make, over all kernels: asked first, so that limits hold. */
  size(values: Values): number;
  /** One kernel, or the kernels of a bank in order. */
  make(values: Values): readonly MadeKernel[];
}
