// Draws a contact sheet of maps, each with its name, its kernels and its own colour scale. Cells are drawn
// one by one, so that only one map is in memory.

import type { FeatureMap, Samples } from '../../core/image.js';
import type { Kernel } from '../../kernels/kernel.js';
import { type Canvas, placeSideBySide, stackVertically } from './canvas.js';
import { kernelPanel } from './pair.js';
import { imagePanel, mapPanel } from './panel.js';
import { averageChannels, colourLimit, fitWithin, shrinkToPlate } from './plate.js';
import { numberText, textBlock, textLine, titledSheet } from './text.js';

/** Longer side of a map, and of a kernel, in pixels. */
const MAP = 200;
const KERNEL = { side: 64, numbers: false, scale: 1 } as const;
/** Maximum number of kernels drawn per map: a pair; of larger groups, the first ones. */
const MAX_KERNELS = 2;
const GAP = 20;

export interface CellFacts {
  readonly name: string;
  readonly kernels: readonly Kernel[];
  /** Whether values are angles: their colour scale ends at ±π. */
  readonly isAngle: boolean;
}

/** Draws a map, averaged over colours: blue below 0, white at 0, red above. */
export function mapCell({ name, kernels, isAngle }: CellFacts, map: FeatureMap, colours: number): Canvas {
  const fit = fitWithin(map, MAP);
  const plate = averageChannels(shrinkToPlate(map, colours, fit), 0);
  const limit = isAngle ? { end: Math.PI, isExceeded: false } : colourLimit([plate]);
  const panel = mapPanel(plate, limit, fit);
  const shown = kernels.slice(0, MAX_KERNELS).map((kernel) => kernelPanel(kernel, KERNEL, false));
  const more = kernels.length > MAX_KERNELS ? [textLine(`of ${kernels.length}`, 1)] : [];
  const body = placeSideBySide([panel, stackVertically([...shown, ...more], 8)], 8);
  const end = `colours to ${isAngle ? '±pi' : `±${numberText(limit.end)}`}${limit.isExceeded ? ', 1 % beyond' : ''}`;
  return stackVertically([textBlock([name], 1, MAP + KERNEL.side), textLine(end, 1), body], 6);
}

/** Assembles cells below the image's name, the image first, with an aspect of about 3 : 2. */
export function contactSheet(title: string, image: Samples, cells: readonly Canvas[]): Canvas {
  const fit = fitWithin(image, MAP);
  const input = stackVertically([textLine(`${image.width}×${image.height}`, 1), imagePanel(image, fit)], 6);
  return titledSheet(title, [input, ...cells], GAP);
}
