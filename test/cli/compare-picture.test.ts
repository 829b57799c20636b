// The pictures of `convtool compare`: panels are found by their frames, and their colours match the colour scale for
// responses that are computed here by hand. Also the components of these pictures.

import { describe, expect, it, test } from 'vitest';
import { averageChannels, colourLimit, fitWithin, shrinkToPlate } from '../../dist/render/image/plate.js';
import { textBlock, textHeight } from '../../dist/render/image/text.js';
import { compare, left } from '../support/apply-runs.js';
import { GRAY, madePng, RGB } from '../support/made-pngs.js';
import { byFastPng } from '../support/other-decoders.js';

const INK = [24, 24, 27];
const WHITE = [255, 255, 255];
const BLUE = [33, 74, 178];
const RED = [178, 24, 43];
/** A colour interpolated from white. */
const tint = (end: number[], share: number) => end.map((v) => Math.round(255 + (v - 255) * share));

interface Frame {
  readonly x: number;
  readonly y: number;
}

class Picture {
  readonly width: number;
  readonly height: number;
  readonly #data: ArrayLike<number>;

  constructor(png: Buffer) {
    const { width, height, data } = byFastPng(png);
    [this.width, this.height, this.#data] = [width, height, data];
  }

  at(x: number, y: number): number[] {
    const i = (y * this.width + x) * 3;
    return [this.#data[i]!, this.#data[i + 1]!, this.#data[i + 2]!];
  }

  /** Upper left corners of frames of a size, from left to right and from top to bottom. */
  frames(width: number, height: number): Frame[] {
    const found: Frame[] = [];
    for (let y = 0; y + height <= this.height; y++) {
      for (let x = 0; x + width <= this.width; x++) {
        const isCorner = this.#isInk(x, y) && !this.#isInk(x - 1, y) && !this.#isInk(x, y - 1);
        if (isCorner && this.#run(x, y, 1, 0) === width && this.#run(x, y, 0, 1) === height)
          found.push({ x, y });
      }
    }
    return found;
  }

  #isInk(x: number, y: number): boolean {
    return (
      x >= 0 && y >= 0 && x < this.width && y < this.height && this.at(x, y).every((v, c) => v === INK[c])
    );
  }

  #run(x: number, y: number, right: number, down: number): number {
    let length = 0;
    while (this.#isInk(x + length * right, y + length * down)) length++;
    return length;
  }
}

/** Black, 10 × 10, with one sample of 200 at (5, 4). */
const dot = Array.from({ length: 100 }, (_, i) => (i === 45 ? 200 : 0));
const files = { 'dot.png': madePng({ width: 10, height: 10, bits: 8, colour: GRAY, numbers: dot }) };

describe('one kernel', () => {
  // As written, (1, 2, −2): correlation turns it round the dot, convolution lays it down as it is written.
  const kernel = '{"name": "k", "weights": [[1, 2, -2]]}';
  // 40 pixels per sample: maps are enlarged to 400 pixels.
  const cell = ({ x, y }: Frame, column: number, row: number) =>
    [x + 1 + 40 * column + 20, y + 1 + 40 * row + 20] as const;

  it('has the input, both maps and their difference on one scale', async () => {
    const run = await compare(['-k', kernel, 'dot.png'], { files });
    const picture = new Picture(left(run, 'dot.k.compare.png'));
    const panels = picture.frames(402, 402);
    expect(panels).toHaveLength(4);
    expect(new Set(panels.map(({ y }) => y)).size).toBe(1);
    const colours = panels.map((panel) => [3, 4, 5, 6, 7].map((x) => picture.at(...cell(panel, x, 4))));
    const [black, bright] = [
      [0, 0, 0],
      [200, 200, 200],
    ];
    // Responses at x = 4, 5, 6 are −400, 400, 200 and 200, 400, −400; they differ by up to 600, the scale's end.
    expect(colours[0]).toEqual([black, black, bright, black, black]);
    expect(colours[1]).toEqual([WHITE, tint(BLUE, 2 / 3), tint(RED, 2 / 3), tint(RED, 1 / 3), WHITE]);
    expect(colours[2]).toEqual([WHITE, tint(RED, 1 / 3), tint(RED, 2 / 3), tint(BLUE, 2 / 3), WHITE]);
    expect(colours[3]).toEqual([WHITE, BLUE, WHITE, RED, WHITE]);
    for (const panel of panels.slice(1)) expect(picture.at(...cell(panel, 5, 6))).toEqual(WHITE);
    // The bar is next to the last panel, red at its upper end and blue at its lower.
    const bar = panels[3]!.x + 402 + 10 + 7;
    expect(picture.at(bar, panels[3]!.y + 1)[0]).toBeGreaterThan(170);
    expect(picture.at(bar, panels[3]!.y + 1)[2]).toBeLessThan(50);
    expect(picture.at(bar, panels[3]!.y + 201)).toEqual(expect.arrayContaining([expect.any(Number)]));
    expect(Math.min(...picture.at(bar, panels[3]!.y + 201))).toBeGreaterThan(250);
    expect(picture.at(bar, panels[3]!.y + 400)[2]).toBeGreaterThan(170);
  });

  it('has the kernel as written, rotated, and their difference', async () => {
    const run = await compare(['-k', kernel, 'dot.png'], { files });
    const picture = new Picture(left(run, 'dot.k.compare.png'));
    // Squares of 66 pixels: 200 / 3.
    const grids = picture.frames(199, 67);
    expect(grids).toHaveLength(3);
    const squares = grids.map(({ x, y }) => [0, 1, 2].map((i) => picture.at(x + 66 * i + 8, y + 8)));
    expect(squares).toEqual([
      [tint(RED, 0.5), RED, BLUE],
      [BLUE, RED, tint(RED, 0.5)],
      [RED, WHITE, BLUE],
    ]);
    const maps = picture.frames(402, 402);
    expect(grids.map(({ x }) => x)).toEqual(maps.slice(1).map(({ x }) => x));
  });

  it('is drawn without the bias, so that white is no response', async () => {
    const biased = '{"name": "k", "weights": [[1, 2, -2]], "bias": 1000}';
    const pictures = await Promise.all(
      [kernel, biased].map(
        async (k) => new Picture(left(await compare(['-k', k, 'dot.png'], { files }), 'dot.k.compare.png')),
      ),
    );
    const colours = pictures.map((picture) =>
      picture.frames(402, 402).map((panel) => [4, 5, 6].map((x) => picture.at(...cell(panel, x, 4)))),
    );
    expect(colours[1]).toEqual(colours[0]);
  });

  it('averages large images, in colour', async () => {
    // 3 × 3 samples make a pixel: red in the left third of each box, blue in the others.
    const [width, height] = [900, 30];
    const numbers = Array.from({ length: width * height }, (_, i) =>
      i % 3 === 0 ? [255, 0, 0] : [0, 0, 255],
    ).flat();
    const large = { 'large.png': madePng({ width, height, bits: 8, colour: RGB, numbers }) };
    const run = await compare(['-k', 'identity', 'large.png'], { files: large });
    const picture = new Picture(left(run, 'large.identity.compare.png'));
    const panels = picture.frames(302, 12);
    expect(panels).toHaveLength(4);
    for (const x of [1, 150, 300])
      expect(picture.at(panels[0]!.x + x, panels[0]!.y + 5)).toEqual([85, 0, 170]);
    // The mean of three channels is 85 everywhere: the scale ends there.
    expect(picture.at(panels[1]!.x + 150, panels[1]!.y + 5)).toEqual(RED);
    expect(picture.at(panels[3]!.x + 150, panels[3]!.y + 5)).toEqual(WHITE);
  });
});

test('a bank has a row per kernel, next to its maps', async () => {
  const run = await compare(['-k', '{"name": "b", "kernels": [[[1, 2, -2]], [[3, 0, -3]]]}', 'dot.png'], {
    files,
  });
  const picture = new Picture(left(run, 'dot.b.compare.png'));
  // 26 pixels per sample.
  const panels = picture.frames(262, 262);
  expect(panels).toHaveLength(6);
  expect(new Set(panels.map(({ y }) => y)).size).toBe(2);
  const at = ({ x, y }: Frame, column: number) => picture.at(x + 1 + 26 * column + 13, y + 1 + 26 * 4 + 13);
  const colours = panels.map((panel) => [4, 5, 6].map((x) => at(panel, x)));
  expect(colours[0]).toEqual([tint(BLUE, 2 / 3), tint(RED, 2 / 3), tint(RED, 1 / 3)]);
  // 3, 0, −3: differences are 1200, maps half as much.
  expect(colours.slice(3)).toEqual([
    [tint(BLUE, 0.5), WHITE, tint(RED, 0.5)],
    [tint(RED, 0.5), WHITE, tint(BLUE, 0.5)],
    [BLUE, WHITE, RED],
  ]);
  expect(picture.frames(121, 41)).toHaveLength(4);
});

describe('a plate', () => {
  const grid = { width: 5, height: 3, channels: 2, data: Float32Array.from({ length: 30 }, (_, i) => i) };

  it('fits: large ones are reduced by complete boxes, small ones enlarged to complete squares', () => {
    expect(fitWithin({ width: 640, height: 427 }, 400)).toEqual({ shrink: 2, zoom: 1 });
    expect(fitWithin({ width: 400, height: 3 }, 400)).toEqual({ shrink: 1, zoom: 1 });
    expect(fitWithin({ width: 401, height: 3 }, 400)).toEqual({ shrink: 2, zoom: 1 });
    expect(fitWithin({ width: 7, height: 20 }, 400)).toEqual({ shrink: 1, zoom: 20 });
  });

  it('has the means of boxes, smaller ones at the edges', () => {
    const plate = shrinkToPlate(grid, 2, { shrink: 2, zoom: 1 });
    expect([plate.width, plate.height]).toEqual([3, 2]);
    // Channel 0 of row 0 is 0 2 4 6 8, of row 1 10 12 …, of row 2 20 …; channel 1 is 1 more.
    expect([...plate.means]).toEqual([6, 7, 10, 11, 13, 14, 21, 22, 25, 26, 28, 29]);
    expect([...averageChannels(plate, 0.5).means]).toEqual([6, 10, 13, 21, 25, 28]);
  });

  it('has a scale that ends at a round number, beyond at most 1 % of what is not 0', () => {
    const plate = (...means: number[]) => ({
      width: means.length,
      height: 1,
      channels: 1,
      means: Float64Array.from(means),
    });
    expect(colourLimit([plate(0, 0)])).toEqual({ end: 0, isExceeded: false });
    expect(colourLimit([plate(1, -3.131), plate(2)])).toEqual({ end: 3.2, isExceeded: false });
    expect(colourLimit([plate(0, 600)])).toEqual({ end: 600, isExceeded: false });
    expect(colourLimit([plate(0.07), plate(Number.NaN)])).toEqual({ end: 0.07, isExceeded: false });
    const many = Array.from({ length: 198 }, () => 10);
    expect(colourLimit([plate(...many, 500, -900)])).toEqual({ end: 10, isExceeded: true });
    expect(colourLimit([plate(...many, 500, -900, 900)])).toEqual({ end: 500, isExceeded: true });
  });
});

test('text is broken between words', () => {
  expect(textBlock(['one two three'], 1, 1000).height).toBe(textHeight(1));
  const broken = textBlock(['one two three'], 1, 50);
  expect(broken.height).toBe(2 * textHeight(1) + 3);
  expect(broken.width).toBeLessThanOrEqual(50);
});
