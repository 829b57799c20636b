// Longer sentences and printouts of commands: what a mapping lost, and a plan for people.

import type { FormatName } from '../output/formats.js';
import type { Plan } from '../plan/plan.js';
import type { FeatureMap } from '../samples.js';
import { percent, short } from './report.js';

/** What the mapping lost and how to keep it, or null where it lost nothing. */
export function lossNote(
  { clipped, min, max }: FeatureMap,
  kernel: string,
  format: FormatName,
): string | null {
  if (clipped === 0) return null;
  const keep = format === 'tiff' || format === 'raw' ? '--depth float' : '--format npy';
  const lost = `${kernel}: ${percent(clipped)} of samples lost their sign or range`;
  return `${lost} (responses ${short(min)} … ${short(max)}); ${keep} keeps them, --map minmax or --gain fits them in`;
}

/** A plan as JSON: one line, or for people indented, with its taps counted, not listed. */
export function printPlan(plan: Plan, input: string, output: string, json: boolean): string {
  if (json) return `${JSON.stringify({ input, writes: output, ...plan })}\n`;
  const { taps, terms, definition: _, ...rest } = plan;
  return `${JSON.stringify({ input, writes: output, ...rest, taps: taps.length, ...(terms ? { rank: terms.length } : {}) }, rounded, 2)}\n`;
}

/** Costs and bounds to a few digits; whole numbers as they are. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
