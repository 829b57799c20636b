// The largest error of every method over kernels and images chosen to be hard, compared with the guaranteed bound.
// `tsx bench/accuracy.ts` prints only the table.

import { pathToFileURL } from 'node:url';
import { correlate, type Depth, ImageError, type Kernel, type Samples } from '../dist/index.js';
import { sumOfMagnitudes } from '../dist/kernels/kernel.js';
import { FAMILIES } from './hard-kernels.js';

const METHODS = ['direct', 'separable', 'running-sums', 'fft'] as const;
type Method = (typeof METHODS)[number];

/** The bound of errors as a share of Σ|w| · max|sample| / |divisor|, for sums that are not integers. */
const BOUNDS: Readonly<Record<Method, number>> = {
  direct: 1e-6,
  separable: 4e-6,
  'running-sums': 1e-6,
  fft: 4e-6,
};
const DEPTHS: readonly Depth[] = [8, 16, 'float'];
const ARRAYS = { 8: Uint8Array, 16: Uint16Array, float: Float32Array } as const;
const WIDTH = 67;
const HEIGHT = 45;

/** Samples between 0 and 1 at a place, scaled to each depth's range. */
const IMAGES: Readonly<Record<string, (x: number, y: number, random: () => number) => number>> = {
  white: () => 1,
  random: (_x, _y, random) => random(),
  'two-valued': (_x, _y, random) => Math.round(random()),
  ramp: (x, y) => (x + y) / (WIDTH + HEIGHT - 2),
};

/** A Markdown section. @throws Error if an error exceeds the bound. */
export async function accuracySection(): Promise<string> {
  const rows: string[] = [];
  for (const [family, kernels] of Object.entries(FAMILIES)) {
    for (const depth of DEPTHS) {
      const cells: string[] = [];
      for (const method of METHODS) cells.push(await cell(kernels, depth, method));
      rows.push(`| ${[family, depth === 'float' ? 'float' : `${depth} bits`, ...cells].join(' | ')} |`);
    }
  }
  return `## Accuracy

Responses of each method compared with the definition, which sums in float64 and follows the formula literally. A
cell is the largest error of any response, and after “of” the guaranteed bound, both as shares of
Σ\\|weight\\| · max\\|sample\\| / \\|divisor\\|. A bound of 0 means that every number is equal. The error includes the final
rounding of a response to float32. “–”: the method does not take such a kernel. Images of ${WIDTH} × ${HEIGHT}:
${Object.keys(IMAGES).join(', ')}; float images hold fractions, negative in the second half of the rows.

| kernels | samples | ${METHODS.join(' | ')} |
|---|---|${METHODS.map(() => '---').join('|')}|
${rows.join('\n')}
`;
}

/** The worst error of a family of kernels over all images, and the bound. */
async function cell(kernels: readonly Kernel[], depth: Depth, method: Method): Promise<string> {
  let worst = 0;
  let bound = 0;
  let taken = 0;
  for (const kernel of kernels) {
    const exact = method !== 'fft' && depth !== 'float' && kernel.weights.every(Number.isInteger);
    for (const name of Object.keys(IMAGES)) {
      const image = imageOf(name, depth);
      const error = await errorOf(image, kernel, method);
      if (error === null) continue;
      taken++;
      const allowed = exact ? 0 : BOUNDS[method];
      if (!(error <= allowed))
        throw new Error(
          `${method}, ${kernel.name} over ${name}, ${depth}: error ${error}, promised ${allowed}`,
        );
      worst = Math.max(worst, error);
      bound = Math.max(bound, allowed);
    }
  }
  if (taken === 0) return '–';
  return `${worst === 0 ? '0' : worst.toExponential(1)} of ${bound === 0 ? '0' : bound.toExponential(0)}`;
}

const definitions = new Map<string, Promise<ArrayLike<number>>>();

/** The worst error as a share, or null where the method does not take the kernel. */
async function errorOf(image: Samples, kernel: Kernel, method: Method): Promise<number | null> {
  const options = { threads: 1 };
  const found = await correlate(image, kernel, { ...options, method }).catch((error) => {
    if (error instanceof ImageError) return null;
    throw error;
  });
  if (found === null) return null;
  const key = `${kernel.name} ${image.depth} ${image.data.slice(0, 99).join()}`;
  if (!definitions.has(key)) {
    const defined = correlate(image, kernel, { ...options, method: 'reference' });
    definitions.set(
      key,
      defined.then(({ data }) => data),
    );
  }
  const right = (await definitions.get(key))!;
  const top = largestOf(image.data);
  const unit = (sumOfMagnitudes(kernel) * top) / Math.abs(kernel.divisor);
  let worst = 0;
  for (let i = 0; i < right.length; i++) worst = Math.max(worst, Math.abs(found.data[i]! - right[i]!));
  return worst / unit;
}

function largestOf(data: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i]!));
  return largest;
}

function imageOf(name: string, depth: Depth): Samples {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const scale = depth === 8 ? 255 : depth === 16 ? 65535 : 1;
  const values = Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const y = Math.floor(i / WIDTH);
    const value = IMAGES[name]!(i % WIDTH, y, random) * scale;
    if (depth !== 'float') return Math.round(value);
    return y < HEIGHT / 2 || name === 'white' ? value : -value;
  });
  return {
    width: WIDTH,
    height: HEIGHT,
    channels: 1,
    depth,
    hasAlpha: false,
    data: ARRAYS[depth].from(values),
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(await accuracySection());
