// Fills rows of a tile's scratch for the tap loop: resolves borders, selects channels, gathers strided columns and
// widens samples, so that the loop needs none of that.

import { bytesPerSample, type SampleArray } from '../../core/image.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import type { AxisLayout } from '../../plan/layout.js';
import type { Plan } from '../../plan/plan.js';
import { scratchChannels } from '../../plan/tile.js';
import { asTarget, copyBytes } from '../memcpy.js';
import type { Loops } from '../wasm-module.js';

/** The scratch as an array of the accumulator's sample type. */
type ScratchArray = Uint8Array | Uint16Array | Float32Array | Float64Array;

/** The array types of the scratch. Rows of images of the same type are copied without conversion. */
const SCRATCH_ARRAYS = { u8: Uint8Array, u16: Uint16Array, f32: Float32Array, f64: Float64Array } as const;

/** Luma weights on stored values, as in Rec. 601. */
export const LUMA = [0.299, 0.587, 0.114] as const;

/** Runs shorter than this are gathered sample by sample. */
const SHORT_RUN = 8;
/**
 * Also gathered are samples further apart than this, in bytes of one channel: a run would copy everything between them.
 */
const FAR_BYTES = 16;

/** Consecutive slots of a row whose source columns are `step` apart. */
interface Run {
  readonly slot: number;
  readonly column: number;
  readonly length: number;
}

/** The source columns of a tile; the same for every row of it. */
export interface Columns {
  /** Slots per row; where channels are summed, a row holds one plane after the other. */
  readonly count: number;
  readonly runs: readonly Run[];
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
  const runs: Run[] = [];
  const slots: number[] = [];
  const columns: number[] = [];
  const outside: number[] = [];
  for (let slot = 0; slot < sources.length; ) {
    const column = sources[slot]!;
    let length = 1;
    if (column === OUTSIDE) outside.push(slot);
    else {
      while (sources[slot + length] === column + length * step) length++;
      if (length >= SHORT_RUN && !isFar) runs.push({ slot, column, length });
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
    count: sources.length,
    runs,
    step,
    slots: Int32Array.from(slots),
    columns: Int32Array.from(columns),
    outside: Int32Array.from(outside),
  };
}

/** Fills rows of a scratch in a thread's memory. */
export class RowPacker {
  readonly #plan: Plan;
  readonly #loops: Loops;
  /** The address of a buffer for one run of raw samples. */
  readonly #staging: number;
  #bytes = asTarget(new ArrayBuffer(0));
  /** All of the memory, in the scratch's type. */
  #view: ScratchArray = new Uint8Array();

  constructor(plan: Plan, staging: number, loops: Loops) {
    this.#plan = plan;
    this.#staging = staging;
    this.#loops = loops;
  }

  /** Creates views of the memory once it has its final size. */
  attach(memory: ArrayBuffer): void {
    this.#bytes = asTarget(memory);
    this.#view = new SCRATCH_ARRAYS[this.#plan.scratch](memory);
  }

  /**
   * Fills one scratch row, at index `at` of the view, with row `y` of the source, or with the border's value if `y` is
   * OUTSIDE. Rows must be filled in order: a run may write a few samples past its end, which the next row overwrites.
   */
  fill(source: SampleArray, y: number, columns: Columns, at: number): void {
    const { border, luma, sumChannels, channelIndices, source: image } = this.#plan;
    const { runs, step, count } = columns;
    const view = this.#view;
    const channels = scratchChannels(this.#plan);
    const value = border.mode === 'constant' ? border.value : 0;
    if (y === OUTSIDE) {
      view.fill(value, at, at + count * channels);
      return;
    }
    const row = y * image.width * image.channels;
    const canCopy = !luma && !sumChannels && channelIndices.length === image.channels && step === 1;
    for (const run of runs) {
      const from = row + run.column * channels;
      if (canCopy)
        this.#copyRun(source.subarray(from, from + run.length * channels), at + run.slot * channels);
      else this.#selectRun(source, row, run, columns, at);
    }
    if (luma) this.#gatherLuma(source, row, columns, at);
    else this.#gather(source, row, columns, at);
    for (const slot of columns.outside) {
      for (let c = 0; c < channels; c++)
        view[sumChannels ? at + c * count + slot : at + slot * channels + c] = value;
    }
  }

  #copyRun(run: SampleArray, to: number): void {
    const view = this.#view;
    const raw = run instanceof Uint8Array ? run : new Uint8Array(run.buffer, run.byteOffset, run.byteLength);
    if (run.constructor === view.constructor) {
      copyBytes(raw, this.#bytes, to * view.BYTES_PER_ELEMENT);
      return;
    }
    if (!(view instanceof Float32Array)) {
      view.set(run, to);
      return;
    }
    // Short copies from shared memory go word by word only if both addresses agree modulo 8.
    const stage = this.#staging + (run.byteOffset % 8);
    copyBytes(raw, this.#bytes, stage);
    if (run instanceof Uint8Array) this.#loops.widenU8(stage, to * 4, run.length);
    else this.#loops.widenI16(stage, to * 4, run.length, false);
  }

  /** A run of pixels `step` apart: copies the selected channels, or computes luma. */
  #selectRun(
    source: SampleArray,
    row: number,
    { slot, column, length }: Run,
    { step, count }: Columns,
    at: number,
  ): void {
    const { channelIndices, sumChannels, luma, source: image } = this.#plan;
    const { channels } = image;
    const from = row + column * channels;
    const run = source.subarray(from, from + ((length - 1) * step + 1) * channels);
    const next = channels * step;
    const kind = run.BYTES_PER_ELEMENT;
    const tile = this.#view.BYTES_PER_ELEMENT;
    const stage = this.#staging + (run.byteOffset % 8);
    copyBytes(new Uint8Array(run.buffer, run.byteOffset, run.byteLength), this.#bytes, stage);
    if (luma) {
      this.#loops.lumaRow(stage, kind, next, (at + slot) * tile, tile, length, ...LUMA);
      return;
    }
    channelIndices.forEach((index, c) => {
      const to = sumChannels ? at + c * count + slot : at + slot * channelIndices.length + c;
      const spacing = sumChannels ? 1 : channelIndices.length;
      this.#loops.selectRow(stage + index * kind, kind, next, to * tile, tile, spacing, length);
    });
  }

  #gather(source: SampleArray, row: number, { slots, columns, count }: Columns, at: number): void {
    const { channelIndices, sumChannels, source: image } = this.#plan;
    const { channels } = image;
    const view = this.#view;
    const selected = channelIndices.length;
    const slotStep = sumChannels ? 1 : selected;
    const planeStep = sumChannels ? count : 1;
    for (let c = 0; c < selected; c++) {
      const from = row + channelIndices[c]!;
      const to = at + c * planeStep;
      for (let i = 0; i < slots.length; i++)
        view[to + slots[i]! * slotStep] = source[from + columns[i]! * channels]!;
    }
  }

  #gatherLuma(source: SampleArray, row: number, { slots, columns }: Columns, at: number): void {
    const { channels } = this.#plan.source;
    const view = this.#view;
    const [red, green, blue] = LUMA;
    for (let i = 0; i < slots.length; i++) {
      const p = row + columns[i]! * channels;
      view[at + slots[i]!] = red * source[p]! + green * source[p + 1]! + blue * source[p + 2]!;
    }
  }
}
