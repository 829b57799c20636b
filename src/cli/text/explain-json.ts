// Formats an explanation for --json: one object per channel. The keys are part of the public interface.

import type { Explanation } from '../../analysis/explain.js';
import { formatBorder } from '../../plan/border.js';
import { isBorder } from './explain-grid.js';

/** One object per channel. Grids are [y][x], or [inChannel][y][x] for multi-channel kernels. */
export function explanationObjects(input: string, explanation: Explanation): object[] {
  const { kernelAsWritten: kernel, kernelAsApplied: applied, convolution, request, range } = explanation;
  const { flip, border, extent, stride, dilation } = convolution;
  const nested = <T>(values: ArrayLike<T>) => nest(values, applied.width, applied.height, kernel.inChannels);
  const [width, height] = explanation.mapSize;
  const area = applied.width * applied.height;
  const borderMarks = Array.from({ length: area }, (_, i) => isBorder(explanation, i));
  const about = { flip, border: formatBorder(border), extent, stride, dilation };
  const place = { at: explanation.at, position: explanation.position, width, height };
  return explanation.channels.map(({ name, start, steps, ...channel }) => ({
    ...{ input, kernel: kernel.name, channel: name, planes: explanation.planes, ...about, ...place },
    columns: explanation.columns,
    rows: explanation.rows,
    patch: nested(channel.patch),
    isBorder: nest(borderMarks, applied.width, applied.height, null),
    kernelAsWritten: nested(kernel.weights),
    anchorAsWritten: kernel.anchor,
    kernelAsApplied: nested(applied.weights),
    anchorAsApplied: applied.anchor,
    products: nested(channel.products),
    sum: channel.sum,
    scale: channel.scale,
    ...(channel.alpha === null ? {} : { alpha: channel.alpha }),
    divisor: kernel.divisor,
    bias: kernel.bias,
    exact: channel.exact,
    method: explanation.method,
    response: channel.response,
    mapping: { ...request, ...range, start, steps },
    stored: channel.stored,
  }));
}

function nest<T>(values: ArrayLike<T>, width: number, height: number, planes: number | null) {
  const plane = (first: number) =>
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => values[first + y * width + x]!),
    );
  return planes === null ? plane(0) : Array.from({ length: planes }, (_, c) => plane(c * width * height));
}
