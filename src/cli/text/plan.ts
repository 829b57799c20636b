// Formats a plan as text: aligned lines of what is computed, by which method and why, and the cost of the other methods.

import { printable } from '../../core/errors.js';
import { LARGE_PIXELS } from '../../core/limits.js';
import { estimate, MIN_MS_TO_SHARE, MIN_MS_TO_START_THREADS } from '../../engine/run.js';
import { type Kernel, sumOfMagnitudes, sumOfWeights } from '../../kernels/kernel.js';
import type { AccumulatorType, Alternative, Plan } from '../../plan/plan.js';
import { countTaps } from '../../plan/taps.js';
import { alignColumns, alignNames, kernelSizeText, shortNumber } from './columns.js';

const ACCUMULATOR_NAMES: Readonly<Record<AccumulatorType, string>> = {
  i16: '16-bit integers',
  u16: 'unsigned 16-bit integers',
  i32: '32-bit integers',
  f32: 'float32',
  f64: 'float64',
};

const ACCESS_NAMES: Readonly<Record<PlanContext['access'], string>> = {
  rows: 'rows: each is prepared once, and used again by the tile below',
  tile: 'tile: each is read with its margins',
};

/** What the text needs in addition to the plan. */
export interface PlanContext {
  /** Whether --method names the method. */
  readonly isMethodGiven: boolean;
  /** Maximum number of threads. */
  readonly threads: number;
  /** How tiles read the image (`accessOf` in plan/tile.ts). */
  readonly access: 'rows' | 'tile';
  /** Kernels that are filtered together with this one. */
  readonly others: readonly string[];
  /** Estimated time of the whole group on one thread, in milliseconds. */
  readonly milliseconds: number;
  /** The bank whose combined map this kernel contributes to. */
  readonly combined: string | null;
}

/** The lines of the plan, followed by the alternatives. */
export function planText(plan: Plan, kernel: Kernel, about: PlanContext): string {
  const { output, tile, terms, blocks } = plan;
  const tiles = Math.ceil(output.width / tile.width) * Math.ceil(output.height / tile.height);
  const rows: [string, string | null][] = [
    ['input', sizeOf(plan.source)],
    [
      'map',
      [sizeOf(output), output.map, about.combined && `part of ${printable(about.combined)}`]
        .filter(Boolean)
        .join(', '),
    ],
    ['kernel', kernelText(kernel, plan)],
    [
      'together',
      about.others.length > 0
        ? `with ${about.others.map(printable).join(', ')}: each tile is read once for all`
        : null,
    ],
    ['method', `${plan.method}, ${reasonFor(plan, about.isMethodGiven)}`],
    ['caution', plan.caveat ?? null],
    [
      'rank',
      terms
        ? `${terms.length}, ${terms.length === 1 ? 'a product' : 'products'} of a row and a column`
        : null,
    ],
    ['blocks', blocks && !terms ? `transforms of ${blocks.size.join('×')} samples` : null],
    ['lines', blocks && terms ? `transforms of ${linesText(blocks.size)}` : null],
    ['sums', ACCUMULATOR_NAMES[plan.method === 'reference' ? 'f64' : plan.accumulator]],
    ['error', errorText(plan)],
    ['tiles', `${tiles} of ${tile.width}×${tile.height}`],
    ['access', ACCESS_NAMES[about.access]],
    ['threads', threadsText(plan, about.milliseconds, Math.min(about.threads, tiles))],
    ['time', `about ${plan.cost.toFixed(2)} ns per sample, ${timeText(estimate([plan]))} on one thread`],
    ['work', `${countText(plan.multiplyAdds)} multiply-adds`],
  ];
  return [...alignNames(rows), ...alternativesOf(plan)].map((line) => `${line}\n`).join('');
}

function sizeOf({ width, height, channels, depth }: Plan['source'] | Plan['output']): string {
  const each = depth === 'float' ? 'float32' : `${depth} bits`;
  return `${width}×${height}, ${channels} channel${channels === 1 ? '' : 's'} of ${each}`;
}

function kernelText(kernel: Kernel, { taps }: Plan): string {
  const { name, divisor, bias } = kernel;
  return [
    name,
    kernelSizeText(kernel),
    `${countTaps(taps)} tap${countTaps(taps) === 1 ? '' : 's'}`,
    `Σ ${shortNumber(sumOfWeights(kernel))}, Σ|w| ${shortNumber(sumOfMagnitudes(kernel))}`,
    ...(divisor === 1 ? [] : [`divisor ${shortNumber(divisor)}`]),
    ...(bias === 0 ? [] : [`bias ${shortNumber(bias)}`]),
  ].join(', ');
}

function reasonFor({ errorBound }: Plan, isAsked: boolean): string {
  if (isAsked) return 'as requested';
  return errorBound === 0 ? 'the cheapest that is exact' : 'the cheapest';
}

function errorText({ errorBound, source, method }: Plan): string {
  if (method === 'reference') return 'none, this method is the definition';
  if (errorBound === 0) return 'none, sums are exact';
  return `responses within ${errorBound.toPrecision(2)} of the exact values, at a full scale of ${source.scale}`;
}

/** The same decision as in the run: threads start while a large picture is decoded. */
function threadsText({ source }: Plan, milliseconds: number, most: number): string {
  const areThreadsStarted = source.width * source.height >= LARGE_PIXELS;
  const pays = milliseconds > (areThreadsStarted ? MIN_MS_TO_SHARE : MIN_MS_TO_START_THREADS);
  return pays || most === 1 ? String(most) : `1 (${most} would not be faster)`;
}

function alternativesOf({ alternatives, method }: Plan): string[] {
  if (alternatives.length === 0) return [];
  const heads = ['methods', 'ns per sample', 'without reading and writing samples'];
  const rows = alternatives.map((one) => {
    return [one.method, one.cost === null ? '–' : one.cost.toFixed(2), remarkOn(one, method)];
  });
  return alignColumns([heads, ...rows], [false, true, false]).map((line) => `  ${line}`);
}

function remarkOn({ method, rank, block, refused }: Alternative, selected: string): string {
  const transforms = block && (rank ? linesText(block) : `blocks of ${block.join('×')}`);
  const verdict = method === selected ? 'selected' : (refused ?? 'costs more');
  return [rank && `rank ${rank}`, transforms, verdict].filter(Boolean).join(': ');
}

function linesText([rowLength, columnLength]: readonly [number, number]): string {
  return `rows of ${rowLength}, columns of ${columnLength}`;
}

function timeText(ms: number): string {
  if (ms < 1000) return `${shortNumber(Number(ms.toPrecision(2)))} ms`;
  return `${shortNumber(Number((ms / 1000).toPrecision(2)))} s`;
}

function countText(count: number): string {
  const [unit, word] = count >= 1e9 ? [1e9, ' billion'] : count >= 1e6 ? [1e6, ' million'] : [1, ''];
  return `${shortNumber(Number((count / unit).toPrecision(3)))}${word}`;
}
