// Renders comparisons as a single self-contained HTML page with numbers, pictures, style and script, which
// needs no network and is small enough for e-mail: of large maps, it shows the centre.

import { createHash } from 'node:crypto';
import type { Comparison } from '../../analysis/compare.js';
import { OutputError, oneLine } from '../../core/errors.js';
import { fullScale, type Samples } from '../../core/image.js';
import { readPackageFile } from '../../io/package-files.js';
import type { FilterOptions } from '../../pipeline/filter.js';
import { formatBorder } from '../../plan/border.js';
import { thumbnail } from './embed.js';
import { formatDigits, Html, html, jsonInScript } from './html.js';
import { pageData } from './page-numbers.js';
import { type KernelSection, kernelSection } from './section.js';
import { type ShownPart, shownPart } from './shown-part.js';
import { viewerMarkup } from './viewer.js';

export interface ReportSubject {
  /** Name of the image in the page. */
  readonly name: string;
  readonly image: Samples;
  /** The convolution options; `flip` is ignored. */
  readonly options: FilterOptions;
  /** The number of kernels, which share the available size. */
  readonly count: number;
}

const REPORT_LIMITS = {
  /** Size of the page in bytes. */
  bytes: 15e6,
  /** Number of samples of a map, and of pixels of the image, that are shown along each axis. */
  side: 1000,
};

/** Minimum size of the shown part. */
const MIN_SIDE = 16;

/** Sizes of the shown part from which the page size is estimated. */
const TRIAL_SIDES = [64, 128] as const;

/** Maximum bytes of responses held until the page is rendered. */
const MAX_HELD_BYTES = 256 * 2 ** 20;

/** Builds a page: comparisons are added one by one, and only the shown parts of their maps are kept. */
export class ReportPage {
  readonly #subject: ReportSubject;
  readonly #limits: typeof REPORT_LIMITS;
  readonly #kernels: KernelPart[] = [];

  constructor(subject: ReportSubject, limits = REPORT_LIMITS) {
    this.#subject = subject;
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#kernels.length === 0;
  }

  async add(comparison: Comparison): Promise<void> {
    const { image, options, count } = this.#subject;
    const room = Math.floor(Math.sqrt(MAX_HELD_BYTES / count / comparison.plain.channels / 8));
    const side = Math.max(MIN_SIDE, Math.min(room, this.#limits.side));
    const index = this.#kernels.length;
    const name = oneLine(comparison.kernel.name);
    const shown = shownPart(image, comparison, options, side);
    const section = await kernelSection(comparison, index, name, shown.channels);
    const { words, figures } = comparison;
    this.#kernels.push({ name, words, figures, shown, section });
  }

  /**
   * The page as UTF-8, after at least one kernel was added.
   * @throws OutputError if the kernels are too many or too large for a page of that size.
   */
  async page(): Promise<string> {
    const { name, image } = this.#subject;
    const { bytes: most, side: widest } = this.#limits;
    const frame = await createFrame(image, widest);
    const pageOf = (side: number) => renderPage(this.#subject, this.#kernels, frame, side);
    const sides = this.#kernels.flatMap(({ shown: { region } }) => [region.width, region.height]);
    const whole = Math.max(...sides);
    let side = whole > TRIAL_SIDES[1] ? Math.min(whole, largestSideFor(most, pageOf)) : whole;
    while (side >= MIN_SIDE || side === whole) {
      const page = pageOf(side);
      const bytes = Buffer.byteLength(page);
      if (bytes <= most) return page;
      side = Math.floor(side * Math.min(0.9, 0.97 * Math.sqrt(most / bytes)));
    }
    throw new OutputError({
      subject: name,
      place: 'report',
      expected: `kernels that fit a page of ${formatDigits(most / 1e6)} MB`,
      found: `${this.#kernels.length} that do not`,
      advice: 'compare fewer or smaller kernels',
    });
  }
}

/**
 * The largest side that keeps a page within a size in bytes, extrapolated from two small ones, since
 * deflating a large one is slow.
 */
function largestSideFor(most: number, pageOf: (side: number) => string): number {
  const [few, more] = TRIAL_SIDES.map((side) => Buffer.byteLength(pageOf(side))) as [number, number];
  const slope = (more - few) / (TRIAL_SIDES[1] ** 2 - TRIAL_SIDES[0] ** 2);
  const area = (0.98 * most - few) / slope + TRIAL_SIDES[0] ** 2;
  return Math.max(MIN_SIDE, Math.floor(Math.sqrt(Math.max(0, area))));
}

interface KernelPart extends Pick<Comparison, 'words' | 'figures'> {
  readonly name: string;
  readonly shown: ShownPart;
  readonly section: KernelSection;
}

/** The data that does not depend on the shown part. */
type Frame = Awaited<ReturnType<typeof createFrame>>;

async function createFrame(image: Samples, side: number) {
  const own = (name: string) => new TextDecoder().decode(readPackageFile(`dist/render/html/page/${name}`));
  return { script: own('page.js'), style: own('page.css'), thumbnail: await thumbnail(image, side) };
}

function renderPage(subject: ReportSubject, kernels: readonly KernelPart[], frame: Frame, side: number) {
  const { image, options } = subject;
  const { script, style } = frame;
  const name = oneLine(subject.name);
  const shown = kernels.map((kernel) => kernel.shown);
  const data = pageData(image, shown, options, side);
  const title = `${kernels.length === 1 ? kernels[0]!.name : `${kernels.length} kernels`} on ${name}: no-flip and flip`;
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  const sections = kernels.map(({ section }, i) => section(data.kernels[i]!));
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
<p class="about">${describeOptions(subject)}</p>
${kernels.length === 1 ? null : overview(kernels)}
</header>
<main>
<noscript><p>The pictures of the maps and the worked sample need the page's own script; all else is here without it.</p></noscript>
${viewerMarkup(frame.thumbnail, image, data.notOneSum)}
${sections}
</main>
<footer><p>Made by convtool. Every number of the shown part of the maps is in this page; nothing is loaded from elsewhere.</p></footer>
<script type="application/json" id="data">${jsonInScript(data)}</script>
<script type="module">${new Html(script)}</script>
</body>
</html>
`.text;
}

/** An overview of a bank's kernels, from which one is selected. */
function overview(kernels: readonly KernelPart[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="All kernels"><table class="overview"><caption>Kernels of this page</caption>
<thead><tr><th scope="col">kernel</th><th scope="col">flipping</th><th scope="col">largest |difference|</th><th scope="col">correlation</th></tr></thead>
<tbody>
${kernels.map(({ name, words, figures: { maxAbsDifference, correlation } }, i) => {
  const shown = correlation === null ? 'none' : formatDigits(correlation);
  return html`<tr><th scope="row"><a href="#kernel-${i + 1}">${name}</a></th><td>${words[0]!}</td><td>${formatDigits(maxAbsDifference)}</td><td>${shown}</td></tr>\n`;
})}</tbody></table></div>
<p class="controls chooser" hidden><label>Kernel <select id="kernel">${kernels.map(({ name }, i) => html`<option value="${i}">${name}</option>`)}</select></label></p>`;
}

function describeOptions({ image, options }: ReportSubject): string {
  const { border, extent, stride, dilation } = options.convolution;
  const { channels, alpha, linear } = options;
  const parts = [
    `${image.width} × ${image.height}, ${image.depth === 'float' ? 'float samples' : `${image.depth}-bit samples, 0 to ${fullScale(image.depth)}`}`,
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
