// A comparison as one page of HTML that needs nothing else: numbers, pictures, style and script are in it, and it
// asks no network. Small enough to be mailed: where maps are too large, it shows their middle. Writes no file.

import { createHash } from 'node:crypto';
import type { Comparison } from '../compare.js';
import { OutputError, oneLine } from '../errors.js';
import { readOwnFile } from '../files/own.js';
import type { FilterOptions } from '../filter.js';
import { formatBorder } from '../plan/border.js';
import type { Samples } from '../samples.js';
import { pngAddress } from './embed.js';
import { digits } from './figures.js';
import { Html, html, jsonInScript } from './html.js';
import { pageData, scaleWords } from './kernel-data.js';
import { kernelSection, verdictOf } from './section.js';
import { thumbnail } from './thumbnail.js';
import { viewer } from './viewer.js';

/** What a page is about. */
export interface ReportSubject {
  /** What the page calls the image. */
  readonly name: string;
  readonly image: Samples;
  /** Of kernels that were slid alike: at least one. */
  readonly comparisons: readonly Comparison[];
  /** What they were slid with; `sliding.flip` is not looked at. */
  readonly options: FilterOptions;
}

export interface ReportLimits {
  /** Bytes of the page. */
  readonly bytes: number;
  /** Samples of a map, and pixels of the image, that are shown across and down. */
  readonly side: number;
}

export const REPORT_LIMITS: ReportLimits = { bytes: 15e6, side: 1000 };

/** Smaller parts of maps are not worth looking at. */
const LEAST_SIDE = 16;

/**
 * The page, as UTF-8 text.
 * @throws OutputError where the kernels are too many or too large for a page of that size.
 */
export async function reportPage(subject: ReportSubject, limits = REPORT_LIMITS): Promise<string> {
  const parts = await partsOf(subject, limits.side);
  for (let side = limits.side; side >= LEAST_SIDE; ) {
    const page = await pageWith(subject, parts, side);
    const bytes = Buffer.byteLength(page);
    if (bytes <= limits.bytes) return page;
    const widest = Math.max(...subject.comparisons.map(({ plain }) => Math.max(plain.width, plain.height)));
    side = Math.floor(Math.min(side, widest) * Math.min(0.9, 0.97 * Math.sqrt(limits.bytes / bytes)));
  }
  throw new OutputError({
    subject: subject.name,
    place: 'report',
    expected: `kernels that fit a page of ${digits(limits.bytes / 1e6)} MB`,
    found: `${subject.comparisons.length} that do not`,
    advice: 'compare fewer or smaller kernels at a time',
  });
}

interface Parts {
  readonly script: string;
  readonly style: string;
  readonly image: Awaited<ReturnType<typeof imagePart>>;
}

async function partsOf({ image }: ReportSubject, side: number): Promise<Parts> {
  const own = (name: string) => new TextDecoder().decode(readOwnFile(`dist/report/page/${name}`));
  return { script: own('page.js'), style: own('page.css'), image: await imagePart(image, side) };
}

async function imagePart(image: Samples, side: number) {
  const small = thumbnail(image, side);
  return { thumbnail: small, address: await pngAddress(small.picture) };
}

async function pageWith(subject: ReportSubject, { script, style, image }: Parts, side: number) {
  const { comparisons } = subject;
  const name = oneLine(subject.name);
  const names = comparisons.map(({ kernel }) => oneLine(kernel.name));
  const data = pageData(subject.image, comparisons, subject.options, side);
  const sections = await Promise.all(
    comparisons.map((comparison, i) => kernelSection(comparison, i, names[i]!, data.kernels[i]!)),
  );
  const title = `${names.length === 1 ? names[0] : `${names.length} kernels`} on ${name}: no-flip beside flip`;
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  const stage = viewer({
    isOneChannel: data.kernels.every(({ channels }) => channels.length === 1),
    ...image,
    size: [subject.image.width, subject.image.height],
    notOneSum: data.notOneSum,
  });
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
${new Html(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="about">${aboutWords(subject)}</p>
${names.length === 1 ? null : overview(comparisons, names)}
</header>
<main>
<noscript><p>The pictures of the maps and the worked sample need the page's own script; all else is here without it.</p></noscript>
${stage}
${sections}
</main>
<footer><p>Made by convtool. Every number of the shown part of the maps is in this page; nothing is loaded from elsewhere.</p></footer>
<script type="application/json" id="data">${jsonInScript(data)}</script>
<script type="module">${new Html(script)}</script>
</body>
</html>
`.text;
}

/** A bank's kernels at a glance, and the choice of the one to look at. */
function overview(comparisons: readonly Comparison[], names: readonly string[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="All kernels"><table class="overview"><caption>Kernels of this page</caption>
<thead><tr><th scope="col">kernel</th><th scope="col">flipping</th><th scope="col">largest |difference|</th><th scope="col">correlation</th></tr></thead>
<tbody>
${comparisons.map(
  (comparison, i) =>
    html`<tr><th scope="row"><a href="#kernel-${i + 1}">${names[i]!}</a></th><td>${verdictOf(comparison)}</td><td>${digits(comparison.figures.maxAbsDifference)}</td><td>${
      comparison.figures.correlation === null ? 'none' : digits(comparison.figures.correlation)
    }</td></tr>\n`,
)}</tbody></table></div>
<p class="controls chooser" hidden><label>Kernel <select id="kernel">${names.map((name, i) => html`<option value="${i}">${name}</option>`)}</select></label></p>`;
}

function aboutWords({ image, options }: ReportSubject): string {
  const { border, extent, stride, dilation } = options.sliding;
  const { channels, alpha, linear } = options;
  const parts = [
    `${image.width} × ${image.height}, ${scaleWords(image)}`,
    `border ${formatBorder(border)}`,
    `extent ${extent}`,
    ...(stride.every((n) => n === 1) ? [] : [`stride ${stride.join(',')}`]),
    ...(dilation.every((n) => n === 1) ? [] : [`dilation ${dilation.join(',')}`]),
    ...(channels === 'each' ? [] : [`channels ${channels}`]),
    ...(image.hasAlpha ? [`alpha ${alpha}`] : []),
    ...(linear ? ['linear light'] : []),
  ];
  return parts.join('; ');
}

function hashOf(script: string): string {
  return `sha256-${createHash('sha256').update(script).digest('base64')}`;
}
