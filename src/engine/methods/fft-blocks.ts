// The method fft inside a tile, by overlap-save: the tile's upper half is the real part of a block of complex
// numbers, its lower half the imaginary part. Kernels being real, one transform filters both, and the halves come
// out apart. Source: Stockham 1966. Knows nothing of borders or outputs.

import { SCRATCH_BYTES } from '../../plan/tile.js';
import type { Arena } from '../arena.js';
import type { TileInput } from '../input/tile-input.js';
import type { PackedPlan } from '../packed-taps.js';
import type { Loops } from '../wasm-module.js';
import { type Planes, Transform } from './fft-transform.js';
import { Spectra, type SpectraMemory } from './kernel-spectra.js';
import type { ConvolutionMethod, TileAt } from './method.js';

/** Samples that loops may write beyond a row. */
const BEYOND = 16;

export class FftBlocks implements ConvolutionMethod {
  readonly #plan: PackedPlan['plan'];
  readonly #loops: Loops;
  readonly #input: TileInput;
  readonly #transform: Transform;
  readonly #spectra: Spectra;
  /** Channels that are transformed; summed ones give one row of sums. */
  readonly #channels: number;
  /** The input's transforms, kept for all kernels; none where one kernel's product can take their place. */
  readonly #kept: readonly Planes[];
  readonly #work: Planes;
  readonly #spectrum: number;
  /** Sums of the tile with all channels side by side, where there are several. */
  readonly #sums: number;
  readonly #sumsPitch: number;
  #tile: TileAt | undefined;
  #scratch = 0;
  #half = 0;

  constructor(
    group: readonly PackedPlan[],
    shared: SpectraMemory,
    input: TileInput,
    loops: Loops,
    arena: Arena,
  ) {
    const { plan } = group[0]!;
    const [width, height] = plan.blocks!.size;
    this.#plan = plan;
    this.#loops = loops;
    this.#input = input;
    this.#transform = new Transform(width, height, loops, arena);
    this.#channels = plan.sumChannels ? plan.channelIndices.length : plan.output.channels;
    this.#work = this.#transform.takePlanes(arena);
    this.#spectra = new Spectra(group, shared, this.#transform, this.#work);
    const keeps = group.length > 1 || plan.sumChannels;
    this.#kept = keeps ? Array.from({ length: this.#channels }, () => this.#transform.takePlanes(arena)) : [];
    this.#spectrum = arena.take(width * height * 8);
    this.#sumsPitch = plan.tile.width * plan.output.channels;
    const apart = plan.output.channels > 1 || plan.stride[0] > 1;
    this.#sums = apart ? arena.take((this.#sumsPitch * plan.tile.height + BEYOND) * 4) : 0;
  }

  attach(memory: ArrayBuffer): void {
    this.#transform.attach(memory);
    this.#spectra.attach(memory);
  }

  start(): void {
    // No tile follows on another.
  }

  begin(tile: TileAt): void {
    const { left, top, height, layout } = tile;
    this.#tile = tile;
    this.#scratch = this.#input.fill(layout, left, top);
    this.#half = Math.min(height, this.#plan.tile.height >> 1 || 1);
    this.#kept.forEach((planes, channel) => {
      this.#load(channel, planes);
      this.#transform.forwardColumns(planes, layout.columns.coordinates.length);
      this.#transform.forwardRows(planes);
    });
  }

  select(member: number): void {
    const { output, sumChannels } = this.#plan;
    const used = (this.#tile!.width - 1) * this.#plan.stride[0] + 1;
    for (let channel = 0; channel < output.channels; channel++) {
      // The room is the spectra's too: they come first.
      if (sumChannels) this.#sumProducts(member);
      else {
        this.#spectra.bring(member, 0, this.#spectrum);
        this.#filter(channel);
      }
      this.#transform.inverseColumns(this.#work, used);
      if (this.#sums !== 0) this.#place(channel);
    }
  }

  row(y: number, x: number): number {
    return (this.#sums !== 0 ? this.#sums + y * this.#sumsPitch * 4 : this.#rowOf(y)) + x * 4;
  }

  /** The product of one channel with the spectrum, inverse along rows already. */
  #filter(channel: number): void {
    const kept = this.#kept[channel];
    if (kept) {
      this.#transform.multiply(this.#work, kept, this.#spectrum, false);
      this.#transform.inverseRows(this.#work);
      return;
    }
    this.#load(channel, this.#work);
    this.#transform.forwardColumns(this.#work, this.#tile!.layout.columns.coordinates.length);
    this.#transform.filterRows(this.#work, this.#spectrum);
  }

  #sumProducts(member: number): void {
    // Spectra are computed in the room that products go to.
    const planes = this.#kept.map((_, plane) => plane);
    for (const plane of planes) this.#spectra.prepare(member, plane);
    for (const plane of planes) {
      this.#spectra.bring(member, plane, this.#spectrum);
      this.#transform.multiply(this.#work, this.#kept[plane]!, this.#spectrum, plane > 0);
    }
    this.#transform.inverseRows(this.#work);
  }

  /** One channel of the scratch as a block; what the scratch does not hold is 0. */
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
      // A lower half without outputs may lie far beyond the scratch.
      const source = filled > 0 ? first + skip * from : first;
      this.#loops.pickRows(source, from, plane, pitch, height, filled, columns, width, step, bytes === 1);
    }
  }

  /** Where the first sum of a tile's row lies after the inverse transform. */
  #rowOf(y: number): number {
    const { re, im } = this.#work;
    const plane = y < this.#half ? re : im;
    return plane + (y < this.#half ? y : y - this.#half) * this.#plan.stride[1] * this.#transform.pitch;
  }

  /** Sums of one channel to their places between the others; of a stride, only those that are asked for. */
  #place(channel: number): void {
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
