// Draws a kernel or bank: the weights of each plane next to its frequency response, below its name; a bank as
// a sheet.

import { type Bank, type Kernel, planesOf } from '../../kernels/kernel.js';
import { type Canvas, placeSideBySide, stackVertically, withMargin } from './canvas.js';
import { spectrumPanel } from './spectrum.js';
import { textLine, titledSheet } from './text.js';
import { divisorText, weightsPanel } from './weights.js';

/** More panels than this are illegible. */
export const MAX_PANELS = 256;

type Panel = ReturnType<typeof panelsOf>[number];

/** The styles of panels, alone or as one of many: `spectrum` is the number of frequencies along each axis. */
const ALONE = { side: 290, numbers: true, scale: 2, spectrum: 289 } as const;
const ONE_OF_MANY = { side: 128, numbers: true, scale: 1, spectrum: 129 } as const;

/** The number of panels of a bank: one per plane of each kernel. */
export function panelCount({ kernels }: Bank): number {
  return kernels.reduce((count, { inChannels }) => count + (inChannels ?? 1), 0);
}

/** Draws a bank of at most `MAX_PANELS` panels. */
export function kernelPicture(bank: Bank): Canvas {
  const panels = bank.kernels.flatMap(panelsOf);
  if (panels.length === 1) return withMargin(drawSinglePanel(panels[0]!), 24);
  return titledSheet(bank.name, panels.map(drawSheetPanel), 24);
}

function panelsOf(kernel: Kernel) {
  const { name, inChannels } = kernel;
  return planesOf(kernel).map((plane, c) => {
    return { title: inChannels === null ? name : `${name}, channel ${c}`, plane, kernel };
  });
}

function drawSinglePanel(panel: Panel): Canvas {
  const { kernel, title } = panel;
  const [left, right] = drawHalves(panel, ALONE);
  const weightsTitle = `weights ${kernel.width}×${kernel.height}${divisorText(kernel)}`;
  const titled = (text: string, half: Canvas) => stackVertically([textLine(text, 2), half], 12);
  const body = placeSideBySide([titled(weightsTitle, left), titled('|H(u, v)|, linear', right)], 28);
  return stackVertically([textLine(title, 3, body.width), body], 20);
}

function drawSheetPanel(panel: Panel): Canvas {
  const { kernel, title } = panel;
  const body = placeSideBySide(drawHalves(panel, ONE_OF_MANY), 16);
  const about = `${kernel.width}×${kernel.height}${divisorText(kernel)}; |H(u, v)| linear`;
  return stackVertically([textLine(title, 2, body.width), textLine(about, 1, body.width), body], 6);
}

function drawHalves({ plane, kernel }: Panel, style: typeof ALONE | typeof ONE_OF_MANY): [Canvas, Canvas] {
  return [
    weightsPanel(plane, kernel.anchor, style),
    spectrumPanel(plane, kernel.divisor, style.spectrum, style.scale),
  ];
}
