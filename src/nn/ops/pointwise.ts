// Layers that change each value by itself, in place, on bands. tanh and sigmoid are computed in float64 and rounded once.

import type { Normalise, Pointwise } from '../layer.js';
import { type Band, KEEPS_NOTHING, type Work } from '../run/band.js';
import type { LayerLoops } from '../wasm.js';

const FUNCTIONS: Readonly<Record<Exclude<Pointwise['type'], 'relu'>, (value: number) => number>> = {
  abs: Math.abs,
  tanh: Math.tanh,
  sigmoid: (value) => 1 / (1 + Math.exp(-value)),
};

export function pointwise({ type }: Pointwise, loops: LayerLoops): Work {
  return inPlace((band, floats) => {
    // What stands between the rows may change, too.
    if (type === 'relu') loops.rectify(4 * band.at, band.channels * band.plane);
    else overRows(band, (from, to) => changeAll(floats, from, to, FUNCTIONS[type]));
  });
}

export function normalising({ mean, std }: Normalise): Work {
  return inPlace((band, floats) => {
    for (let c = 0; c < band.channels; c++) {
      const [middle, width] = [mean[c]!, std[c]!];
      const map = { ...band, at: band.at + c * band.plane, channels: 1 };
      overRows(map, (from, to) => changeAll(floats, from, to, (value) => (value - middle) / width));
    }
  });
}

function inPlace(change: (band: Band, floats: Float32Array) => void): Work {
  return { ...KEEPS_NOTHING, inPlace: true, run: (_input, output, floats) => change(output, floats) };
}

function overRows(band: Band, work: (from: number, to: number) => void): void {
  for (let c = 0; c < band.channels; c++) {
    for (let row = 0; row < band.rows; row++) {
      const from = band.at + c * band.plane + row * band.pitch;
      work(from, from + band.width);
    }
  }
}

function changeAll(floats: Float32Array, from: number, to: number, change: (value: number) => number): void {
  for (let i = from; i < to; i++) floats[i] = change(floats[i]!);
}
