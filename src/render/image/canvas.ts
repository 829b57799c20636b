// A canvas of red, green and blue in 8 bits, initially white, and the composition of canvases: side by side,
// stacked, or as a sheet.

import type { Samples } from '../../core/image.js';
import { type Rgb, WHITE } from './colours.js';

export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #data: Uint8Array;

  /** Sizes in pixels, whole numbers ≥ 1. */
  constructor(width: number, height: number, background: Rgb = WHITE) {
    this.width = width;
    this.height = height;
    this.#data = new Uint8Array(width * height * 3);
    this.fill(0, 0, width, height, background);
  }

  /** Fills a rectangle, clipped to the canvas. */
  fill(x: number, y: number, width: number, height: number, [red, green, blue]: Rgb): void {
    const left = Math.max(0, x);
    const right = Math.min(this.width, x + width);
    const top = Math.max(0, y);
    const bottom = Math.min(this.height, y + height);
    if (left >= right || top >= bottom) return;
    const first = (top * this.width + left) * 3;
    const end = first + (right - left) * 3;
    for (let i = first; i < end; i += 3) {
      this.#data[i] = red;
      this.#data[i + 1] = green;
      this.#data[i + 2] = blue;
    }
    for (let row = 1; row < bottom - top; row++)
      this.#data.copyWithin(first + row * this.width * 3, first, end);
  }

  /** Draws the outline of a rectangle, inside it. */
  frame(x: number, y: number, width: number, height: number, colour: Rgb, thickness = 1): void {
    this.fill(x, y, width, thickness, colour);
    this.fill(x, y + height - thickness, width, thickness, colour);
    this.fill(x, y, thickness, height, colour);
    this.fill(x + width - thickness, y, thickness, height, colour);
  }

  /** Copies another canvas onto this one, which contains all of it. */
  put(other: Canvas, x: number, y: number): void {
    for (let row = 0; row < other.height; row++) {
      const line = other.#data.subarray(row * other.width * 3, (row + 1) * other.width * 3);
      this.#data.set(line, ((y + row) * this.width + x) * 3);
    }
  }

  /** A copy of the picture as samples. */
  samples(): Samples {
    const { width, height } = this;
    return { width, height, channels: 3, depth: 8, hasAlpha: false, data: this.#data.slice() };
  }
}

/** Places canvases from left to right, aligned at the top. */
export function placeSideBySide(parts: readonly Canvas[], gap: number): Canvas {
  const width = parts.reduce((sum, part) => sum + part.width + gap, -gap);
  const whole = new Canvas(width, Math.max(...parts.map((part) => part.height)));
  let x = 0;
  for (const part of parts) {
    whole.put(part, x, 0);
    x += part.width + gap;
  }
  return whole;
}

/** Places canvases from top to bottom, aligned at the left. */
export function stackVertically(parts: readonly Canvas[], gap: number): Canvas {
  const height = parts.reduce((sum, part) => sum + part.height + gap, -gap);
  const whole = new Canvas(Math.max(...parts.map((part) => part.width)), height);
  let y = 0;
  for (const part of parts) {
    whole.put(part, 0, y);
    y += part.height + gap;
  }
  return whole;
}

/** The canvas, extended on the right to at least a width. */
export function widened(canvas: Canvas, width: number): Canvas {
  return canvas.width >= width ? canvas : placeSideBySide([canvas, new Canvas(width - canvas.width, 1)], 0);
}

/** Places canvases in rows of `columns`, in cells of equal size. */
export function arrangeInRows(parts: readonly Canvas[], columns: number, gap: number): Canvas {
  const across = Math.max(...parts.map((part) => part.width)) + gap;
  const down = Math.max(...parts.map((part) => part.height)) + gap;
  const used = Math.min(columns, parts.length);
  const whole = new Canvas(used * across - gap, Math.ceil(parts.length / columns) * down - gap);
  for (const [i, part] of parts.entries())
    whole.put(part, (i % columns) * across, Math.floor(i / columns) * down);
  return whole;
}

export function withMargin(inner: Canvas, margin: number): Canvas {
  const whole = new Canvas(inner.width + 2 * margin, inner.height + 2 * margin);
  whole.put(inner, margin, margin);
  return whole;
}
