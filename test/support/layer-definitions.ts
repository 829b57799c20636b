// Layers by definition, in float64 and with nested loops over outputs, for finite differences. The definitions are
// checked against PyTorch's outputs.

/** Values by channel, row and column, with their sizes. */
export interface Maps {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

type Pair = readonly [number, number];

export interface Settings {
  readonly stride?: Pair;
  readonly padding?: readonly [left: number, top: number, right: number, bottom: number];
  readonly dilation?: Pair;
  readonly groups?: number;
  readonly size?: Pair;
  readonly countPadding?: boolean;
  readonly scale?: Pair;
  readonly mode?: string;
  readonly over?: string;
  readonly epsilon?: number;
  readonly std?: readonly number[];
}

/** The outputs of a layer of the kind, channel by channel and row by row, `shape` of them. */
export function outputOf(
  kind: string,
  settings: Settings,
  input: Maps,
  shape: readonly number[],
  weights?: Maps,
  bias?: Maps,
): number[] {
  const [, height, width] = input.shape as [number, number, number];
  const at = (c: number, y: number, x: number) =>
    y >= 0 && y < height && x >= 0 && x < width ? input.values[(c * height + y) * width + x]! : null;
  const { stride = [1, 1], padding: [left, top] = [0, 0], dilation = [1, 1], size = [1, 1] } = settings;
  const each = (value: (c: number, y: number, x: number) => number) => {
    const values: number[] = [];
    for (let c = 0; c < shape[0]!; c++)
      for (let y = 0; y < shape[1]!; y++) for (let x = 0; x < shape[2]!; x++) values.push(value(c, y, x));
    return values;
  };
  const under = (c: number, y: number, x: number, [w, h]: Pair) =>
    Array.from({ length: w * h }, (_, k) =>
      at(
        c,
        y * stride[1] + Math.floor(k / w) * dilation[1] - top!,
        x * stride[0] + (k % w) * dilation[0] - left!,
      ),
    );
  if (kind === 'conv') {
    const [outs, ins, h, w] = weights!.shape as [number, number, number, number];
    return each((o, y, x) => {
      let sum = bias!.values[o]!;
      for (let c = 0; c < ins; c++) {
        const group = Math.floor((o * settings.groups!) / outs);
        under(group * ins + c, y, x, [w, h]).forEach((value, k) => {
          sum += (value ?? 0) * weights!.values[(o * ins + c) * h * w + k]!;
        });
      }
      return sum;
    });
  }
  if (kind === 'conv-transpose') {
    const [ins, outs, h, w] = weights!.shape as [number, number, number, number];
    return each((o, y, x) => {
      let sum = bias!.values[o]!;
      const group = Math.floor(o / outs);
      const perGroup = ins / settings.groups!;
      for (let c = group * perGroup; c < (group + 1) * perGroup; c++) {
        for (let k = 0; k < h * w; k++) {
          const row = (y + top! - Math.floor(k / w) * dilation[1]) / stride[1];
          const column = (x + left! - (k % w) * dilation[0]) / stride[0];
          if (!Number.isInteger(row) || !Number.isInteger(column)) continue;
          sum += (at(c, row, column) ?? 0) * weights!.values[(c * outs + (o % outs)) * h * w + k]!;
        }
      }
      return sum;
    });
  }
  if (kind === 'max-pool')
    return each((c, y, x) => Math.max(...under(c, y, x, size).map((v) => v ?? -Infinity)));
  if (kind === 'average-pool') {
    return each((c, y, x) => {
      const there = under(c, y, x, size).filter((value) => value !== null);
      return (
        there.reduce((sum, value) => sum + value, 0) /
        (settings.countPadding ? size[0] * size[1] : there.length)
      );
    });
  }
  if (kind === 'upsample') {
    const [sx, sy] = settings.scale!;
    if (settings.mode === 'nearest') return each((c, y, x) => at(c, Math.floor(y / sy), Math.floor(x / sx))!);
    return each((c, y, x) => {
      const [py, px] = [Math.max(0, (y + 0.5) / sy - 0.5), Math.max(0, (x + 0.5) / sx - 0.5)];
      let sum = 0;
      for (let j = 0; j < height; j++) {
        for (let i = 0; i < width; i++) {
          const hat = (place: number, k: number, last: number) =>
            Math.max(0, 1 - Math.abs(Math.min(place, last) - k));
          sum += hat(py, j, height - 1) * hat(px, i, width - 1) * at(c, j, i)!;
        }
      }
      return sum;
    });
  }
  // By any mean: of the given ones the output depends but for a constant.
  if (kind === 'normalise') return each((c, y, x) => at(c, y, x)! / settings.std![c]!);
  if (kind === 'normalise-over') {
    const area = height * width;
    return each((c, y, x) => {
      const own = settings.over === 'all' ? input.values : input.values.slice(c * area, (c + 1) * area);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
      return (at(c, y, x)! - mean) / Math.sqrt(variance + settings.epsilon!);
    });
  }
  const pointwise: Record<string, (value: number) => number> = {
    relu: (value) => Math.max(0, value),
    abs: Math.abs,
    tanh: Math.tanh,
    sigmoid: (value) => 1 / (1 + Math.exp(-value)),
  };
  return input.values.map(pointwise[kind]!);
}
