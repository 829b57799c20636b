// Structural similarity of two maps of equal shape, with scikit-image's defaults: uniform windows of 7 × 7,
// sample variances, averaged over all windows inside the map, then over channels. Source: Wang, Bovik, Sheikh
// & Simoncelli 2004.

import type { FeatureMap } from '../../core/image.js';

const WINDOW = 7;
const K1 = 0.01;
const K2 = 0.03;

type Plane = Pick<FeatureMap, 'width' | 'height' | 'channels' | 'data'>;

/**
 * Mean SSIM, −1…1, where 1 means equal; null for maps smaller than the window.
 * @param dataRange the range of possible values, in the unit of the samples; 0 if both maps are the same
 * constant.
 */
export function ssim(a: Plane, b: Plane, dataRange: number): number | null {
  const { width, height, channels } = a;
  if (width < WINDOW || height < WINDOW) return null;
  if (dataRange === 0) return 1;
  let sum = 0;
  for (let c = 0; c < channels; c++) sum += ssimOfChannel(a, b, c, dataRange);
  return sum / channels;
}

/**
 * The mean SSIM of one channel. Keeps column sums of a, b, a², b² and ab over the last 7 rows, and adds 7
 * columns per window.
 */
function ssimOfChannel(a: Plane, b: Plane, channel: number, dataRange: number): number {
  const { width, height, channels } = a;
  const c1 = (K1 * dataRange) ** 2;
  const c2 = (K2 * dataRange) ** 2;
  // Centred first: squares of large numbers would lose their small differences.
  const centre = a.data[channel]!;
  const zeros = () => new Float64Array(width);
  const [as, bs, aas, bbs, abs] = [zeros(), zeros(), zeros(), zeros(), zeros()];
  const addRow = (y: number, sign: number) => {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels + channel;
      const p = a.data[at]! - centre;
      const q = b.data[at]! - centre;
      as[x]! += sign * p;
      bs[x]! += sign * q;
      aas[x]! += sign * p * p;
      bbs[x]! += sign * q * q;
      abs[x]! += sign * p * q;
    }
  };
  const count = WINDOW * WINDOW;
  let total = 0;
  for (let y = 0; y < height; y++) {
    addRow(y, 1);
    if (y >= WINDOW) addRow(y - WINDOW, -1);
    if (y < WINDOW - 1) continue;
    for (let left = 0; left + WINDOW <= width; left++) {
      // Scalars: arrays allocated in this loop would take most of its time.
      let p = 0;
      let q = 0;
      let pp = 0;
      let qq = 0;
      let pq = 0;
      for (let x = left; x < left + WINDOW; x++) {
        p += as[x]!;
        q += bs[x]!;
        pp += aas[x]!;
        qq += bbs[x]!;
        pq += abs[x]!;
      }
      const meanOfA = p / count + centre;
      const meanOfB = q / count + centre;
      const varianceOfA = (pp - (p * p) / count) / (count - 1);
      const varianceOfB = (qq - (q * q) / count) / (count - 1);
      const covariance = (pq - (p * q) / count) / (count - 1);
      total +=
        ((2 * meanOfA * meanOfB + c1) * (2 * covariance + c2)) /
        ((meanOfA ** 2 + meanOfB ** 2 + c1) * (varianceOfA + varianceOfB + c2));
    }
  }
  return total / ((height - WINDOW + 1) * (width - WINDOW + 1));
}
