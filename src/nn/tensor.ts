// What flows between layers: several maps of one size as one array. Shapes only; knows no layer, no image and no file.

/** The shape of a tensor, as PyTorch orders it: channels × height × width. */
export interface Shape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Maps of one size, one whole map after the other: values[(c · height + y) · width + x]. */
export interface Tensor extends Shape {
  /** channels · height · width numbers; often in memory that threads share. */
  readonly values: Float32Array;
}

/** How many numbers a tensor of that shape has. */
export function sizeOf({ channels, height, width }: Shape): number {
  return channels * height * width;
}

/** The shape as messages and tables say it: 96×55×55, channels first. */
export function shapeText({ channels, height, width }: Shape): string {
  return `${channels}×${height}×${width}`;
}
