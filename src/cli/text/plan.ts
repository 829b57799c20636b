// A plan as people read it: aligned lines of what is computed, how, why so, and what the other methods would cost.
// Knows plans; prints nothing.

import { LARGE_PIXELS } from '../../codecs/sharp/decode.js';
import { printable } from '../../core/errors.js';
import { estimate, MIN_MS_TO_SHARE, MIN_MS_TO_START_THREADS } from '../../engine/run.js';
import { type Kernel, sumOfMagnitudes, sumOfWeights } from '../../kernels/kernel.js';
import type { AccumulatorType, Alternative, Plan } from '../../plan/plan.js';
import { countTaps } from '../../plan/taps.js';
import { shortNumber } from '../console/logger.js';

const LANES: Readonly<Record<AccumulatorType, string>> = {
  i16: '16-bit whole numbers',
  u16: '16-bit whole numbers without sign',
  i32: '32-bit whole numbers',
  f32: 'float32',
  f64: 'float64',
};

/** What the plan itself does not say. */
export interface PlanContext {
  /** Whether the method was asked for by name. */
  readonly isAsked: boolean;
  /** Threads that may be used. */
  readonly threads: number;
  /** Kernels that run together with this one. */
  readonly others: readonly string[];
  /** What all of these are expected to take on one thread, in milliseconds. */
  readonly milliseconds: number;
  /** The bank that this kernel's map becomes a part of. */
  readonly combined: string | null;
}

/** The plan in lines, the alternatives below it. */
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
        ? `with ${about.others.map(printable).join(', ')}: tiles are read once for all`
        : null,
    ],
    ['method', `${plan.method}, ${reasonFor(plan, about.isAsked)}`],
    ['caution', plan.caveat ?? null],
    [
      'rank',
      terms
        ? `${terms.length}, ${terms.length === 1 ? 'a product' : 'products'} of a row and a column`
        : null,
    ],
    ['blocks', blocks && !terms ? `${blocks.size.join('×')} samples a transform` : null],
    ['lines', blocks && terms ? `transforms of ${linesText(blocks.size)}` : null],
    ['sums', LANES[plan.method === 'reference' ? 'f64' : plan.accumulator]],
    ['error', errorText(plan)],
    ['tiles', `${tiles} of ${tile.width}×${tile.height}`],
    ['threads', threadsText(plan, about.milliseconds, Math.min(about.threads, tiles))],
    ['time', `about ${plan.cost.toFixed(2)} ns a sample, ${timeText(estimate([plan]))} on one thread`],
    ['work', `${countText(plan.multiplyAdds)} multiply-adds`],
  ];
  const shown = rows.filter((row): row is [string, string] => row[1] !== null);
  return [...aligned(shown), ...alternativesOf(plan)].map((line) => `${line}\n`).join('');
}

function sizeOf({ width, height, channels, depth }: Plan['source'] | Plan['output']): string {
  const each = depth === 'float' ? 'float32' : `${depth} bits`;
  return `${width}×${height}, ${channels} channel${channels === 1 ? '' : 's'} of ${each}`;
}

function kernelText(kernel: Kernel, { taps }: Plan): string {
  const { name, width, height, inChannels, divisor, bias } = kernel;
  return [
    name,
    `${width}×${height}${inChannels === null ? '' : ` on each of ${inChannels} channels`}`,
    `${countTaps(taps)} tap${countTaps(taps) === 1 ? '' : 's'}`,
    `Σ ${shortNumber(sumOfWeights(kernel))}, Σ|w| ${shortNumber(sumOfMagnitudes(kernel))}`,
    ...(divisor === 1 ? [] : [`divisor ${shortNumber(divisor)}`]),
    ...(bias === 0 ? [] : [`bias ${shortNumber(bias)}`]),
  ].join(', ');
}

function reasonFor({ errorBound }: Plan, isAsked: boolean): string {
  if (isAsked) return 'as asked for';
  return errorBound === 0 ? 'the cheapest that is exact' : 'the cheapest';
}

function errorText({ errorBound, source, method }: Plan): string {
  if (method === 'reference') return 'none, it is the definition';
  if (errorBound === 0) return 'none, sums are exact';
  return `responses within ${errorBound.toPrecision(2)} of the definition's, full scale being ${source.scale}`;
}

/** As the run decides: threads come up while a large picture is decoded. */
function threadsText({ source }: Plan, milliseconds: number, most: number): string {
  const isUp = source.width * source.height >= LARGE_PIXELS;
  const pays = milliseconds > (isUp ? MIN_MS_TO_SHARE : MIN_MS_TO_START_THREADS);
  return pays || most === 1 ? String(most) : `1, ${most} would not pay`;
}

function alternativesOf({ alternatives, method }: Plan): string[] {
  if (alternatives.length === 0) return [];
  const names = ['methods', ...alternatives.map((alternative) => alternative.method)];
  const costs = ['ns a sample', ...alternatives.map(({ cost }) => (cost === null ? '–' : cost.toFixed(2)))];
  const remarks = [
    'without moving samples in and out',
    ...alternatives.map((alternative) => remarkOn(alternative, method)),
  ];
  const [left, right] = [widest(names), widest(costs)];
  return names.map((name, i) => {
    return `  ${name.padEnd(left)}  ${costs[i]!.padStart(right)}  ${remarks[i]}`.trimEnd();
  });
}

function remarkOn({ method, rank, block, refused }: Alternative, taken: string): string {
  const transforms = block && (rank ? linesText(block) : `blocks of ${block.join('×')}`);
  const how = [...(rank ? [`rank ${rank}`] : []), ...(transforms ? [transforms] : [])];
  const verdict = method === taken ? 'taken' : (refused ?? 'costs more');
  return [...how, verdict].join(': ');
}

function linesText([across, down]: readonly [number, number]): string {
  return `rows of ${across}, columns of ${down}`;
}

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = widest(rows.map(([name]) => name));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}

function timeText(ms: number): string {
  if (ms < 1000) return `${shortNumber(Number(ms.toPrecision(2)))} ms`;
  return `${shortNumber(Number((ms / 1000).toPrecision(2)))} s`;
}

function countText(count: number): string {
  const [unit, word] = count >= 1e9 ? [1e9, ' thousand million'] : count >= 1e6 ? [1e6, ' million'] : [1, ''];
  return `${shortNumber(Number((count / unit).toPrecision(3)))}${word}`;
}
