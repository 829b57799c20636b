// Layers that change each value by itself, in place, on bands. tanh and sigmoid are computed in float64 and rounded once.

import { type Band, KEEPS_NOTHING, type Work } from './band.js';
import type { Normalise, Pointwise } from './layer.js';

const FUNCTIONS: Readonly<Record<Exclude<Pointwise['type'], 'relu'>, (value: number) => number>> = {
  abs: Math.abs,
  tanh: Math.tanh,
  sigmoid: (value) => 1 / (1 + Math.exp(-value)),
};

export function pointwise({ type }: Pointwise): Work {
  return inPlace((band, floats) => {
    // Written out, since it follows most convolutions: a call for each value takes four times as long.
    if (type === 'relu') overRows(band, (from, to) => rectify(floats, from, to));
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

/** A NaN stays one. */
function rectify(floats: Float32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) if (floats[i]! < 0) floats[i] = 0;
}

function changeAll(floats: Float32Array, from: number, to: number, change: (value: number) => number): void {
  for (let i = from; i < to; i++) floats[i] = change(floats[i]!);
}
