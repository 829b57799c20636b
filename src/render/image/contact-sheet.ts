// A contact sheet of maps: each under its name, beside the kernels that made it, on colours of its own. Cells are drawn
// one by one, so that no more than one map need be there.

import type { FeatureMap, Samples } from '../../core/image.js';
import type { Kernel } from '../../kernels/kernel.js';
import { type Canvas, placeSideBySide, sheet, stacked, withMargin } from './canvas.js';
import { kernelPanel } from './pair.js';
import { imagePanel, mapPanel } from './panel.js';
import { fitWithin, inOne, limitOf, shrunk } from './plate.js';
import { textBlock, textLine } from './text.js';
import { numberText } from './weights.js';

/** Pixels of the longer side of a map, and of a kernel. */
const MAP = 200;
const KERNEL = { side: 64, numbers: false, scale: 1 } as const;
/** Kernels that are drawn of one map: a pair; of larger banks the first ones stand for all. */
const MOST_KERNELS = 2;
const GAP = 20;

/** What a cell says. */
export interface CellFacts {
  readonly name: string;
  readonly kernels: readonly Kernel[];
  /** Whether numbers are angles: their colours end at half a turn. */
  readonly isAngle: boolean;
}

/** Draws a map: blue below 0, white at 0, red above, the mean of its colours. */
export function mapCell({ name, kernels, isAngle }: CellFacts, map: FeatureMap, colours: number): Canvas {
  const fit = fitWithin(map, MAP);
  const plate = inOne(shrunk(map, colours, fit), 0);
  const limit = isAngle ? { end: Math.PI, isPassed: false } : limitOf([plate]);
  const panel = mapPanel(plate, limit, fit);
  const shown = kernels.slice(0, MOST_KERNELS).map((kernel) => kernelPanel(kernel, KERNEL, false));
  const more = kernels.length > MOST_KERNELS ? [textLine(`of ${kernels.length}`, 1)] : [];
  const body = placeSideBySide([panel, stacked([...shown, ...more], 8)], 8);
  const end = `colours to ${isAngle ? '±pi' : `±${numberText(limit.end)}`}${limit.isPassed ? ', 1 % beyond' : ''}`;
  return stacked([textBlock([name], 1, MAP + KERNEL.side), textLine(end, 1), body], 6);
}

/** Puts cells together below the image's name, the image itself first; about as wide as 3 is to 2 high. */
export function mapSheet(title: string, image: Samples, cells: readonly Canvas[]): Canvas {
  const fit = fitWithin(image, MAP);
  const input = stacked([textLine(`${image.width}×${image.height}`, 1), imagePanel(image, fit)], 6);
  const all = [input, ...cells];
  const widest = Math.max(...all.map(({ width }) => width));
  const highest = Math.max(...all.map(({ height }) => height));
  const columns = Math.max(1, Math.round(Math.sqrt((1.5 * all.length * highest) / widest)));
  const body = sheet(all, columns, GAP);
  return withMargin(stacked([textLine(title, 3, Math.max(body.width, 200)), body], GAP), GAP);
}
