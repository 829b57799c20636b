// Fills rows of a tile's scratch for the tap loop: resolves borders, selects channels, gathers strided columns and
// widens samples, so that the loop needs none of that.

import { bytesPerSample, type SampleArray } from '../../core/image.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import type { AxisLayout } from '../../plan/layout.js';
import type { Plan } from '../../plan/plan.js';
import { scratchChannels } from '../../plan/tile.js';
import { copyBytes } from '../memcpy.js';
import type { Loops } from '../wasm-module.js';

/** The scratch as an array of the accumulator's sample type. */
export type ScratchArray = Uint8Array | Uint16Array | Float32Array | Float64Array;

/** Luma weights on stored values, as in Rec. 601. */
export const LUMA = [0.299, 0.587, 0.114] as const;

/** Runs shorter than this are gathered sample by sample. */
const SHORT_RUN = 8;
/**
 * Also gathered are samples further apart than this, in bytes of one channel: a run would copy everything between them.
 */
const FAR_BYTES = 16;

/** The source columns of a tile; the same for every row of it. */
export interface Columns {
  /** Runs of columns `step` apart in consecutive slots: [slot, column, length]. */
  readonly runs: readonly (readonly [number, number, number])[];
  readonly step: number;
  /** The remaining slots and their columns. */
  readonly slots: Int32Array;
  readonly columns: Int32Array;
  /** Slots outside the image. */
  readonly outside: Int32Array;
}

/** Resolves the columns of a tile whose first output is at input position `position`. */
export function resolveColumns(plan: Plan, layout: AxisLayout, position: number): Columns {
  const { map } = BORDERS[plan.border.mode];
  const sources = layout.coordinates.map((coordinate) => map(position + coordinate, plan.source.width));
  // Transforms need every position, whatever the stride.
  const step = plan.blocks ? 1 : plan.stride[0];
  const { depth } = plan.source;
  const isFar = step > 1 && step * bytesPerSample(depth) > FAR_BYTES;
  const runs: [number, number, number][] = [];
  const slots: number[] = [];
  const columns: number[] = [];
  const outside: number[] = [];
  for (let slot = 0; slot < sources.length; ) {
    const column = sources[slot]!;
    let length = 1;
    if (column === OUTSIDE) outside.push(slot);
    else {
      while (sources[slot + length] === column + length * step) length++;
      if (length >= SHORT_RUN && !isFar) runs.push([slot, column, length]);
      else {
        for (let i = 0; i < length; i++) {
          slots.push(slot + i);
          columns.push(column + i * step);
        }
      }
    }
    slot += length;
  }
  return {
    runs,
    step,
    slots: Int32Array.from(slots),
    columns: Int32Array.from(columns),
    outside: Int32Array.from(outside),
  };
}

/** The target of a fill: a view of the whole memory in the scratch's type, and a staging buffer. */
export interface Scratch {
  readonly view: ScratchArray;
  readonly bytes: Buffer;
  /** Address of a buffer for one run of raw samples. */
  readonly staging: number;
  /** Slots per row; where channels are summed, a row holds one plane after the other. */
  readonly slots: number;
}

/**
 * Fills one scratch row, at index `at` of the view, with row `y` of the source, or with the border's value if `y` is
 * OUTSIDE. Rows must be filled in order: a run may write a few samples past its end, which the next row overwrites.
 */
export function fillRow(
  plan: Plan,
  loops: Loops,
  source: SampleArray,
  y: number,
  columns: Columns,
  scratch: Scratch,
  at: number,
): void {
  const { view, slots } = scratch;
  const channels = scratchChannels(plan);
  const value = plan.border.mode === 'constant' ? plan.border.value : 0;
  if (y === OUTSIDE) {
    view.fill(value, at, at + slots * channels);
    return;
  }
  const row = y * plan.source.width * plan.source.channels;
  const isWhole = !plan.luma && !plan.sumChannels && plan.channelIndices.length === plan.source.channels;
  const canCopy = isWhole && columns.step === 1;
  for (const run of columns.runs) {
    const [slot, column, length] = run;
    if (canCopy)
      copyRun(loops, source, row + column * channels, length * channels, scratch, at + slot * channels);
    else selectRun(plan, loops, source, row, run, columns.step, scratch, at);
  }
  if (plan.luma) gatherLuma(plan, source, row, columns, view, at);
  else gather(plan, source, row, columns, view, at, slots);
  for (const slot of columns.outside) {
    for (let c = 0; c < channels; c++)
      view[plan.sumChannels ? at + c * slots + slot : at + slot * channels + c] = value;
  }
}

function copyRun(
  loops: Loops,
  source: SampleArray,
  from: number,
  count: number,
  scratch: Scratch,
  to: number,
): void {
  const { view, bytes, staging } = scratch;
  const run = source.subarray(from, from + count);
  const raw = run instanceof Uint8Array ? run : new Uint8Array(run.buffer, run.byteOffset, run.byteLength);
  if (run.constructor === view.constructor) {
    copyBytes(raw, bytes, to * view.BYTES_PER_ELEMENT);
    return;
  }
  if (!(view instanceof Float32Array)) {
    view.set(run, to);
    return;
  }
  // Short copies from shared memory go word by word only if both addresses agree modulo 8.
  const stage = staging + (run.byteOffset % 8);
  copyBytes(raw, bytes, stage);
  if (run instanceof Uint8Array) loops.widenU8(stage, to * 4, count);
  else loops.widenI16(stage, to * 4, count, false);
}

/** A run of pixels `step` apart: copies the selected channels, or computes luma. */
function selectRun(
  { channelIndices, sumChannels, luma, source: { channels } }: Plan,
  loops: Loops,
  source: SampleArray,
  row: number,
  [slot, column, length]: Columns['runs'][number],
  step: number,
  { view, bytes, staging, slots }: Scratch,
  at: number,
): void {
  const from = row + column * channels;
  const run = source.subarray(from, from + ((length - 1) * step + 1) * channels);
  const next = channels * step;
  const [kind, tile] = [run.BYTES_PER_ELEMENT, view.BYTES_PER_ELEMENT];
  const stage = staging + (run.byteOffset % 8);
  copyBytes(new Uint8Array(run.buffer, run.byteOffset, run.byteLength), bytes, stage);
  if (luma) {
    const [red, green, blue] = LUMA;
    loops.lumaRow(stage, kind, next, (at + slot) * tile, tile, length, red, green, blue);
    return;
  }
  channelIndices.forEach((index, c) => {
    const to = sumChannels ? at + c * slots + slot : at + slot * channelIndices.length + c;
    const spacing = sumChannels ? 1 : channelIndices.length;
    loops.selectRow(stage + index * kind, kind, next, to * tile, tile, spacing, length);
  });
}

function gather(
  { channelIndices, sumChannels, source: { channels } }: Plan,
  source: SampleArray,
  row: number,
  { slots, columns }: Columns,
  view: ScratchArray,
  at: number,
  slotsOfRow: number,
): void {
  const selected = channelIndices.length;
  const slotStep = sumChannels ? 1 : selected;
  const planeStep = sumChannels ? slotsOfRow : 1;
  for (let c = 0; c < selected; c++) {
    const from = row + channelIndices[c]!;
    const to = at + c * planeStep;
    for (let i = 0; i < slots.length; i++)
      view[to + slots[i]! * slotStep] = source[from + columns[i]! * channels]!;
  }
}

function gatherLuma(
  { source: { channels } }: Plan,
  source: SampleArray,
  row: number,
  { slots, columns }: Columns,
  view: ScratchArray,
  at: number,
): void {
  const [red, green, blue] = LUMA;
  for (let i = 0; i < slots.length; i++) {
    const p = row + columns[i]! * channels;
    view[at + slots[i]!] = red * source[p]! + green * source[p + 1]! + blue * source[p + 2]!;
  }
}
