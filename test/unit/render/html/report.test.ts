// The page of a comparison without a browser: it is self-contained and well formed, names every control, escapes text
// from files, contains the exact numbers of the maps, stays below its size limit, and computes the same values as the
// engine.

import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFlips } from '../../../../dist/analysis/compare.js';
import type { Depth, SampleArray, Samples } from '../../../../dist/core/image.js';
import { parseKernel } from '../../../../dist/index.js';
import type { FilterOptions } from '../../../../dist/pipeline/filter.js';
import { BORDER_MODES } from '../../../../dist/plan/border.js';
import {
  type ConvolutionOptions,
  DEFAULT_CONVOLUTION_OPTIONS,
} from '../../../../dist/plan/convolution-options.js';
import type { Embedded, PageData } from '../../../../dist/render/html/page-data.js';
import { ReportPage } from '../../../../dist/render/html/report-page.js';
import { WorkedResponses } from '../../../../dist/render/html/worked.js';

const COMET = parseKernel({
  ...{ name: 'comet', divisor: 2, bias: 7 },
  weights: [
    [0, 1, 2],
    [0, -4, 5],
    [0, 0, 3],
  ],
});
const SOBEL = parseKernel({
  name: 'sobel',
  weights: [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ],
});
const BOX = parseKernel({ name: 'box', weights: [[1, 1, 1]] });

function optionsWith(
  convolution: Partial<ConvolutionOptions> = {},
  more: Partial<FilterOptions> = {},
): FilterOptions {
  const plain = { channels: 'each', alpha: 'keep', linear: false, method: 'auto', threads: 1 } as const;
  return {
    ...plain,
    convolution: { ...DEFAULT_CONVOLUTION_OPTIONS, ...convolution },
    limitPixels: 1e6,
    label: 'image',
    ...more,
  };
}

/** An image of numbers without a pattern. */
function noise(width: number, height: number, channels: number, depth: Depth = 8, hasAlpha = false): Samples {
  let state = width * 31 + height * 17 + channels;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const length = width * height * channels;
  const data =
    depth === 8
      ? Uint8Array.from({ length }, () => 256 * next())
      : depth === 16
        ? Uint16Array.from({ length }, () => 65536 * next())
        : Float32Array.from({ length }, () => next());
  return { width, height, channels, depth, data, hasAlpha };
}

async function pageOf(
  image: Samples,
  kernels: (typeof COMET)[],
  options = optionsWith(),
  name = 'img.png',
  limits?: { bytes: number; side: number },
) {
  const comparisons = await compareFlips(image, kernels, options);
  const report = new ReportPage({ name, image, options, count: kernels.length }, limits);
  for (const comparison of comparisons) await report.add(comparison);
  const page = await report.page();
  return { page, comparisons, data: dataOf(page) };
}

function dataOf(page: string): PageData {
  return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!);
}

function numbersOf({ type, base64 }: Embedded): SampleArray {
  const { buffer } = new Uint8Array(inflateSync(Buffer.from(base64, 'base64')));
  if (type === 'u8') return new Uint8Array(buffer);
  return type === 'u16' ? new Uint16Array(buffer) : new Float32Array(buffer);
}

function flippedOf({ kernels }: PageData, index: number): SampleArray {
  const { plain, flipped } = kernels[index]!;
  if (typeof flipped === 'object') return numbersOf(flipped);
  return numbersOf(plain).map((response) => (flipped === 'same' ? response : 0 - response));
}

/** Elements in their order, attributes parsed; text of scripts and styles is left out. */
function elementsOf(page: string) {
  const source = page.replace(/(<(script|style)[^>]*>).*?<\/\2>/gs, '$1</$2>');
  return [...source.matchAll(/<(\/?)([a-zA-Z0-9]+)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*(\/?)>/g)].map(
    ([, closes, name, attributes, ends]) => ({
      name: name!.toLowerCase(),
      closes: closes === '/',
      ends: ends === '/',
      attributes: Object.fromEntries(
        [...attributes!.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, key, value]) => [key!, value ?? '']),
      ),
    }),
  );
}

const VOID = ['meta', 'input', 'img', 'br', 'link'];

describe('a page', async () => {
  const { page } = await pageOf(noise(20, 15, 3), [SOBEL, COMET]);
  const elements = elementsOf(page);

  it('loads nothing and forbids it to the browser', () => {
    expect(page).not.toMatch(/https?:|\burl\((?!#)|@import/);
    for (const { attributes } of elements) {
      for (const key of ['src', 'href', 'srcset', 'action', 'data', 'poster'])
        if (attributes[key] !== undefined) expect(attributes[key]).toMatch(/^(data:image\/png;base64,|#)/);
    }
    const script = /<script type="module">(.*?)<\/script>/s.exec(page)![1]!;
    const hash = createHash('sha256').update(script).digest('base64');
    const policy = elements.find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy')!;
    expect(policy.attributes.content).toContain(
      `default-src &#39;none&#39;; script-src &#39;sha256-${hash}&#39;`,
    );
  });

  it('closes what it opens, and uses each id once', () => {
    const open: string[] = [];
    for (const { name, closes, ends } of elements) {
      if (closes) expect(open.pop()).toBe(name);
      else if (!ends && !VOID.includes(name)) open.push(name);
    }
    expect(open).toEqual([]);
    const ids = elements.flatMap(({ attributes }) => attributes.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    // What looks like a tag and was not read as one would be lost here.
    const tags = page.replace(/(<(script|style)[^>]*>).*?<\/\2>/gs, '').match(/<[/a-zA-Z]/g)!;
    expect(elements.filter(({ name }) => !['script', 'style'].includes(name)).length).toBe(tags.length);
  });

  it('labels everything visible or usable', () => {
    const ids = elements.flatMap(({ attributes }) => attributes.id ?? []);
    const labelled = [...page.matchAll(/<label[^>]*>(.*?)<\/label>/gs)].map(([, inside]) => inside!).join();
    for (const { name, attributes, closes } of elements.filter((element) => !element.closes)) {
      if (name === 'img') expect(attributes.alt).toMatch(/\S/);
      if (name === 'svg' || name === 'canvas')
        expect(attributes).toMatchObject({ role: 'img', 'aria-label': /\S/ });
      if (name === 'input' || name === 'select')
        expect(
          attributes['aria-label'] ?? labelled.includes(`id="${attributes.id}"`),
          attributes.id,
        ).toBeTruthy();
      if (attributes.tabindex !== undefined) expect(attributes['aria-label']).toMatch(/\S/);
      const reference = attributes['aria-labelledby'] ?? attributes['aria-describedby'];
      if (reference !== undefined) expect(ids).toContain(reference);
      expect(closes).toBe(false);
    }
    const tables = page.match(/<table/g)!.length;
    expect(page.match(/<caption/g)).toHaveLength(tables);
    expect(elements.find(({ name }) => name === 'html')!.attributes.lang).toBe('en');
  });

  it('prints the verdict and the figures', () => {
    expect(page).toContain('Antisymmetric under 180°: only the sign changes, so |maps| are equal.');
    expect(page).toContain('Neither symmetric nor antisymmetric: flipping changes the map.');
    expect(page.match(/<dt>RMSE<\/dt>/g)).toHaveLength(2);
  });
});

describe('names from files', () => {
  const HOSTILE = `"'><script>alert(1)</script></title><!-- & \u202e\u0007</style>`;

  it('are shown as text', async () => {
    const kernel = { ...SOBEL, name: HOSTILE, description: HOSTILE };
    const { page, data } = await pageOf(noise(9, 8, 1), [kernel, kernel], optionsWith(), HOSTILE);
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<!--');
    expect(page).not.toMatch(/[\u202e\u0007]/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/title>/g)).toHaveLength(1);
    expect(data.kernels).toHaveLength(2);
  });
});

describe('numbers in a page', () => {
  it.each([
    ['8 bits', noise(21, 13, 3)],
    ['16 bits', noise(21, 13, 1, 16)],
    ['float, alpha', noise(21, 13, 2, 'float', true)],
  ])('are those of both maps and the image: %s', async (_, image) => {
    const { data, comparisons } = await pageOf(image, [SOBEL, COMET, BOX]);
    expect(numbersOf(data.samples.data)).toEqual(image.data);
    expect(data.kernels.map(({ flipped }) => typeof flipped)).toEqual(['string', 'object', 'string']);
    comparisons.forEach(({ plain, flipped }, i) => {
      expect(numbersOf(data.kernels[i]!.plain)).toEqual(plain.data);
      expect(flippedOf(data, i)).toEqual(flipped.data);
    });
  });

  it('are those of the middle where maps are larger than a page may be', async () => {
    const image = noise(300, 200, 1);
    const limits = { bytes: 190_000, side: 250 };
    const { page, data, comparisons } = await pageOf(image, [COMET], optionsWith(), 'img.png', limits);
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(limits.bytes);
    const { region, plain } = data.kernels[0]!;
    expect(region.width).toBeLessThan(250);
    expect(region.width).toBeGreaterThan(50);
    expect(page).toContain(`The maps have 300 × 200 samples.`);
    expect(page).toContain(`x from ${region.left} to ${region.left + region.width - 1}`);
    const own = numbersOf(plain);
    const row = region.width;
    expect(own.length).toBe(region.width * region.height);
    const last = (region.top + region.height - 1) * 300 + region.left;
    expect(own.subarray(-row)).toEqual(comparisons[0]!.plain.data.subarray(last, last + row));
  });

  it('that no page can hold are refused', async () => {
    const failing = pageOf(noise(300, 200, 1), [COMET], optionsWith(), 'img.png', {
      bytes: 50_000,
      side: 99,
    });
    await expect(failing).rejects.toThrow(
      /^img\.png: report: expected kernels that fit a page of 0\.05 MB, found 1/,
    );
  });
});

describe('a worked sample', () => {
  it('equals the result of the engine, with any border, extent, stride and dilation', async () => {
    const step = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }));
    const weights = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
      .chain(([width, height]) =>
        fc.record({
          rows: fc.array(fc.array(fc.integer({ min: -5, max: 9 }), { minLength: width, maxLength: width }), {
            minLength: height,
            maxLength: height,
          }),
          anchor: fc.tuple(fc.integer({ min: 0, max: width - 1 }), fc.integer({ min: 0, max: height - 1 })),
        }),
      );
    const cases = fc.record({
      kernel: weights,
      mode: fc.constantFrom(...BORDER_MODES),
      extent: fc.constantFrom('same' as const, 'full' as const),
      stride: step,
      dilation: step,
      size: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
      channels: fc.constantFrom('each' as const, 'gray' as const),
      side: fc.integer({ min: 16, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ kernel, mode, size, channels, side, ...convolution }) => {
        const sum = kernel.rows.flat().reduce((total, weight) => total + weight, 0);
        fc.pre(mode !== 'renormalize' || sum !== 0);
        const parsed = parseKernel({ weights: kernel.rows, anchor: kernel.anchor, divisor: 3, bias: 1 });
        const options = optionsWith(
          { ...convolution, border: { mode, value: mode === 'constant' ? 7 : 0 } },
          { channels, method: 'reference' },
        );
        const image = noise(size[0], size[1], 3);
        const { data } = await pageOf(image, [parsed], options, 'img.png', { bytes: 1e7, side });
        const workings = new WorkedResponses(data, numbersOf(data.samples.data));
        const of = data.kernels[0]!;
        const maps = [numbersOf(of.plain), flippedOf(data, 0)] as const;
        const { left, top, width, height } = of.region;
        for (let i = 0; i < width * height; i++) {
          const at = [left + (i % width), top + Math.floor(i / width)] as const;
          of.channels.forEach((_, c) => {
            for (const flip of [false, true]) {
              const { response, planes } = workings.workOut(of, flip, at, c);
              const stored = maps[flip ? 1 : 0][i * of.channels.length + c]!;
              expect(Math.fround(response)).toBe(stored);
              const products = planes.flat(2).reduce((total, { product }) => total + product, 0);
              if (mode !== 'renormalize') expect(products / 3 + 1).toBeCloseTo(response, 8);
            }
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('sums the planes of a kernel that has its own', async () => {
    const kernel = parseKernel({ weights: [[[1, 2]], [[3, -1]], [[0, 5]]] });
    const image = noise(6, 5, 3);
    const { data, comparisons } = await pageOf(image, [kernel]);
    const workings = new WorkedResponses(data, numbersOf(data.samples.data));
    const { response, planes } = workings.workOut(data.kernels[0]!, true, [2, 3], 0);
    expect(data.kernels[0]!.channels.map(({ name }) => name)).toEqual(['r+g+b']);
    expect(planes.map((rows) => rows[0]!.map(({ weight }) => weight))).toEqual([
      [2, 1],
      [-1, 3],
      [5, 0],
    ]);
    expect(response).toBe(comparisons[0]!.flipped.data[3 * 6 + 2]);
  });
});
