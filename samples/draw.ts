// Draws the sample pictures into this folder: npx tsx samples/draw.ts (about a minute).
// Everything is computed from formulas and seeded noise, so every run writes the same bytes.

import { drawChart } from './chart.js';
import { writePng } from './png.js';
import { drawScene } from './scene.js';
import { drawAlpha, drawDot, drawGray16, drawSizes } from './small.js';

await writePng('chart.png', drawChart());
await writePng('alpha.png', drawAlpha());
await writePng('gray16.png', drawGray16());
await writePng('dot.png', drawDot());
await writePng('sizes.png', drawSizes());
await writePng('lighthouse.png', drawScene());
