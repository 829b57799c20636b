// The fft method by overlap-save: the upper half of a tile is the real part of a complex block, the lower half the
// imaginary part. Kernels are real, so one transform filters both halves, and the parts of the result are the halves
// again. Source: Stockham 1966.

import type { Plan } from '../../plan/plan.js';
import { SCRATCH_BYTES, scratchChannels } from '../../plan/tile.js';
import type { TileInput } from '../input/tile-input.js';
import type { Loops } from '../wasm-module.js';
import { type Planes, Transform } from './fft-transform.js';
import { Spectra, type SpectraMemory } from './kernel-spectra.js';
import type { MethodContext, PlacedTile, RowMethod } from './method.js';

/** Samples that loops may write past a row's end. */
const MARGIN = 16;

export class FftBlocks implements RowMethod {
  readonly #plan: Plan;
  readonly #loops: Loops;
  readonly #input: TileInput;
  readonly #transform: Transform;
  readonly #spectra: Spectra;
  /** Channels that are transformed; summed channels give one row of sums. */
  readonly #channels: number;
  /** The input's transforms, kept for all kernels; empty if a single kernel's product can overwrite them. */
  readonly #inputs: readonly Planes[];
  readonly #work: Planes;
  /** Interleaved sums of the tile, if there are several channels or a stride. */
  readonly #sums: number;
  readonly #sumsPitch: number;
  #tile: PlacedTile | undefined;
  #scratch = 0;
  #half = 0;

  constructor(context: MethodContext, shared: SpectraMemory) {
    const { group, input, loops, arena } = context;
    const { plan } = group[0]!;
    const [width, height] = plan.blocks!.size;
    this.#plan = plan;
    this.#loops = loops;
    this.#input = input;
    this.#transform = new Transform(width, height, loops, arena);
    this.#channels = scratchChannels(plan);
    this.#work = this.#transform.takePlanes(arena);
    this.#spectra = new Spectra(context, shared, this.#transform, this.#work);
    const keepsInput = group.length > 1 || plan.sumChannels;
    this.#inputs = keepsInput
      ? Array.from({ length: this.#channels }, () => this.#transform.takePlanes(arena))
      : [];
    this.#sumsPitch = plan.tile.width * plan.output.channels;
    const apart = plan.output.channels > 1 || plan.stride[0] > 1;
    this.#sums = apart ? arena.take((this.#sumsPitch * plan.tile.height + MARGIN) * 4) : 0;
  }

  attach(memory: ArrayBuffer): void {
    this.#transform.attach(memory);
  }

  beginTile(tile: PlacedTile): void {
    const { left, top, height, layout } = tile;
    this.#tile = tile;
    this.#scratch = this.#input.fill(layout, left, top);
    this.#half = Math.min(height, this.#plan.tile.height >> 1 || 1);
    this.#inputs.forEach((planes, channel) => {
      this.#load(channel, planes);
      this.#transform.forwardColumns(planes, layout.columns.coordinates.length);
      this.#transform.forwardRows(planes);
    });
  }

  selectKernel(member: number): void {
    const { output, sumChannels } = this.#plan;
    const used = (this.#tile!.width - 1) * this.#plan.stride[0] + 1;
    for (let channel = 0; channel < output.channels; channel++) {
      // Computing a spectrum overwrites the buffer that a channel is filtered in, so it is loaded first.
      if (sumChannels) this.#sumProducts(member);
      else this.#filter(channel, this.#spectra.load(member, 0));
      this.#transform.inverseColumns(this.#work, used);
      if (this.#sums !== 0) this.#interleave(channel);
    }
  }

  computeRow(y: number, x: number): number {
    return (this.#sums !== 0 ? this.#sums + y * this.#sumsPitch * 4 : this.#rowOf(y)) + x * 4;
  }

  /** Multiplies one channel by a spectrum, and transforms rows back. */
  #filter(channel: number, spectrum: number): void {
    const input = this.#inputs[channel];
    if (input) {
      this.#transform.multiply(this.#work, input, spectrum, false);
      this.#transform.inverseRows(this.#work);
      return;
    }
    this.#load(channel, this.#work);
    this.#transform.forwardColumns(this.#work, this.#tile!.layout.columns.coordinates.length);
    this.#transform.filterRows(this.#work, spectrum);
  }

  #sumProducts(member: number): void {
    // Computing a spectrum overwrites the buffer that receives the products, so all are computed first.
    const planes = this.#inputs.map((_, plane) => plane);
    for (const plane of planes) this.#spectra.ensure(member, plane);
    for (const plane of planes) {
      const spectrum = this.#spectra.load(member, plane);
      this.#transform.multiply(this.#work, this.#inputs[plane]!, spectrum, plane > 0);
    }
    this.#transform.inverseRows(this.#work);
  }

  /** Loads one channel of the scratch as a block; the rest of the block is 0. */
  #load(channel: number, { re, im }: Planes): void {
    const { layout } = this.#tile!;
    const { sumChannels, scratch, stride } = this.#plan;
    const { width, height, pitch } = this.#transform;
    const columns = layout.columns.coordinates.length;
    const rows = layout.rows.coordinates.length;
    const bytes = SCRATCH_BYTES[scratch];
    const step = sumChannels ? 1 : this.#channels;
    const first = this.#scratch + (sumChannels ? channel * columns : channel) * bytes;
    const from = layout.pitch * bytes;
    for (const [plane, skip] of [
      [re, 0],
      [im, this.#half * stride[1]],
    ] as const) {
      const filled = Math.max(0, rows - skip);
      // A lower half without outputs may be far beyond the scratch.
      const source = filled > 0 ? first + skip * from : first;
      this.#loops.pickRows(source, from, plane, pitch, height, filled, columns, width, step, bytes === 1);
    }
  }

  /** The address of the first sum of a tile's row after the inverse transform. */
  #rowOf(y: number): number {
    const { re, im } = this.#work;
    const plane = y < this.#half ? re : im;
    return plane + (y < this.#half ? y : y - this.#half) * this.#plan.stride[1] * this.#transform.pitch;
  }

  /** Interleaves the sums of one channel with the others; with a stride, only every stride-th. */
  #interleave(channel: number): void {
    const { width, height } = this.#tile!;
    const { stride, output } = this.#plan;
    const pitch = this.#transform.pitch * stride[1];
    const to = this.#sumsPitch * 4;
    const half = this.#half;
    for (const [y, rows] of [
      [0, half],
      [half, height - half],
    ] as const) {
      const dst = this.#sums + y * to + channel * 4;
      this.#loops.placeRows(this.#rowOf(y), pitch, dst, to, rows, width, stride[0], output.channels);
    }
  }
}
