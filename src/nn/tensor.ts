// Tensors, the data passed between layers: maps of equal size in one array.

/** The shape of a tensor, as PyTorch orders it: channels × height × width. */
export interface Shape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Maps of equal size, one after the other: values[(c · height + y) · width + x]. */
export interface Tensor extends Shape {
  /** channels · height · width numbers; often in shared memory. */
  readonly values: Float32Array;
}

/** The number of values of a tensor. */
export function sizeOf({ channels, height, width }: Shape): number {
  return channels * height * width;
}

/** A shape in messages and tables: 96×55×55, channels first. */
export function shapeText({ channels, height, width }: Shape): string {
  return `${channels}×${height}×${width}`;
}

/** A tensor of a shape, with numbers rounded to float32. */
export function roundedTensor({ channels, height, width }: Shape, values: Float64Array): Tensor {
  return { channels, height, width, values: new Float32Array(values) };
}
