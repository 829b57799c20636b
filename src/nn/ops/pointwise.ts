// Pointwise layers, computed in place on bands. tanh and sigmoid are computed in float64 and rounded once.

import type { Normalise, Pointwise } from '../layer.js';
import { type Band, forEachRow, type LayerRunner } from '../run/band.js';
import type { LayerLoops } from '../wasm.js';

const FUNCTIONS: Readonly<Record<Exclude<Pointwise['type'], 'relu'>, (value: number) => number>> = {
  abs: Math.abs,
  tanh: Math.tanh,
  sigmoid: (value) => 1 / (1 + Math.exp(-value)),
};

export function pointwise({ type }: Pointwise, loops: LayerLoops): LayerRunner {
  return inPlace((band, floats) => {
    // Padding between the rows may change, too.
    if (type === 'relu') loops.rectify(4 * band.at, band.channels * band.plane);
    else forEachRow(band, (from) => mapRange(floats, from, band.width, FUNCTIONS[type]));
  });
}

export function normalising({ mean, std }: Normalise): LayerRunner {
  return inPlace((band, floats) => {
    forEachRow(band, (from, c) => {
      const [middle, width] = [mean[c]!, std[c]!];
      mapRange(floats, from, band.width, (value) => (value - middle) / width);
    });
  });
}

function inPlace(change: (band: Band, floats: Float32Array) => void): LayerRunner {
  return { inPlace: true, run: (_input, output, floats) => change(output, floats) };
}

function mapRange(
  floats: Float32Array,
  from: number,
  count: number,
  change: (value: number) => number,
): void {
  for (let i = from; i < from + count; i++) floats[i] = change(floats[i]!);
}
