// Carries out a group of plans tile by tile: fill the scratch once, then for each kernel sum each row, turn it into
// values, and copy the tile into the kernel's map. One runner a thread; it knows nothing of the others.

import { bytesPerSample, type Rows, type SampleArray } from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import { Arena } from './arena.js';
import { TileInput } from './input/tile-input.js';
import { asTarget, copyBytes } from './memcpy.js';
import { BLOCK, SEGMENT, Sums } from './methods/accumulate.js';
import { DirectBytes, DirectSums } from './methods/direct.js';
import { PairSums } from './methods/direct-i32.js';
import { FftBlocks } from './methods/fft-blocks.js';
import { FftLines, HELD } from './methods/fft-lines.js';
import type { SpectraMemory } from './methods/kernel-spectra.js';
import type { ByteMethod, RowMethod, TileAt } from './methods/method.js';
import { ReferenceRows } from './methods/reference-rows.js';
import { RunningSums } from './methods/running-sums.js';
import { makesBytes, RunningBytes } from './methods/running-sums-u8.js';
import { SeparablePasses } from './methods/separable.js';
import { type Join, JoinedRows } from './output/combine-tile.js';
import { Staging, type Stats, Values } from './output/requantize.js';
import type { PackedPlan } from './packed-taps.js';
import type { Loops } from './wasm-module.js';
import { type WorkUnit, WorkUnits } from './work-units.js';

/** Rows are copied out as soon as they make so many bytes, so that they do not push input out of the cache. */
const OUT_BYTES = 64 * 1024;
/** Where both addresses agree modulo this, processors move a byte to shared memory in 0.047 instead of 0.067 ns. */
const PAGE = 4096;

/** What a group's runs have in common; threads that hold a group by its id need not be told again. */
export interface GroupShape {
  readonly id: number;
  readonly group: readonly PackedPlan[];
  /** Makes one map of all kernels' responses. */
  readonly join: Join | null;
  readonly spectra: SpectraMemory | null;
}

const NOTHING = new Uint8Array();

export class TileRunner {
  readonly #plan: Plan;
  readonly #shape: GroupShape;
  readonly #claims: WorkUnits;
  readonly #input: TileInput | null;
  readonly #summer: RowMethod | ByteMethod;
  readonly #values: readonly Values[];
  readonly #joined: JoinedRows | null;
  readonly #sums: number;
  readonly #out: number;
  readonly #outBytes: number;
  /** Rows that are copied out together. */
  readonly #rowsOut: number;
  #bytes = NOTHING;
  #targets: readonly SampleArray[] = [];
  /** The row of the maps with which the targets begin. */
  #firstRow = 0;
  #last: TileAt | undefined;

  /** @throws RangeError where memory for a tile cannot be had. */
  constructor(shape: GroupShape, loops: Loops) {
    const { group, join } = shape;
    const { plan } = group[0]!;
    const plans = group.map((member) => member.plan);
    const depth = join ? join.depth : plan.output.depth;
    this.#plan = plan;
    this.#shape = shape;
    this.#claims = new WorkUnits(plans, join !== null);
    const arena = new Arena(loops);
    const hold = plan.terms === undefined || group.length > 1 ? null : plan.blocks ? HELD : 1;
    this.#input = plan.method === 'reference' ? null : new TileInput(group, hold, loops, arena);
    this.#summer = this.#makeSummer(loops, arena);
    const staging = new Staging(arena);
    this.#values = group.map((member) => new Values(member, loops, staging, arena));
    const samples = plan.tile.width * plan.output.channels;
    this.#joined = join && new JoinedRows(join, group.length, samples, plan.tile.height, loops, arena);
    this.#sums = arena.take((SEGMENT + BLOCK) * 8);
    this.#outBytes = bytesPerSample(depth);
    // Rows lie at most 7 bytes further apart than they are long, and whole blocks are stored.
    const row = samples * this.#outBytes + 7;
    this.#rowsOut = Math.max(1, Math.min(plan.tile.height, Math.floor(OUT_BYTES / row)));
    this.#out = Math.ceil(arena.take(2 * PAGE + row * this.#rowsOut + BLOCK * 4) / PAGE) * PAGE;
    const memory = arena.commit();
    this.#bytes = new Uint8Array(memory);
    for (const part of [this.#input, this.#summer, this.#joined, ...this.#values]) part?.attach(memory);
  }

  /**
   * Begins a run.
   * @param source all rows of the image, or as many as the next tiles read (see `TileInput.read`).
   * @param targets one map a kernel, or one for all where they are joined; none where only the stats are asked for.
   * @param firstRow where the targets are rows of the maps: which is their first.
   */
  begin(source: SampleArray, targets: readonly SampleArray[], firstRow = 0): void {
    this.#targets = targets;
    this.#firstRow = firstRow;
    this.#last = undefined;
    this.#input?.read(source);
    this.#summer.start(source);
    for (const values of this.#values) values.begin(source);
    this.#joined?.clear();
  }

  /** Ends it: nothing of an image is held any longer. */
  end(): void {
    this.begin(NOTHING, []);
  }

  /** One for each kernel, or one for all where they are joined. */
  get stats(): Stats[] {
    return this.#joined ? [this.#joined.stats] : this.#values.map((values) => values.stats);
  }

  /** Computes one claim into the maps. */
  run(index: number): void {
    const { tiles, members } = this.#claims.at(index);
    for (let tile = tiles[0]; tile < tiles[1]; tile++) this.#runTile(tile, members);
  }

  /** Computes rows of the maps, whatever tiles they make; of plans whose bytes do not depend on tiles. */
  runRows({ from, to }: Rows): void {
    const { output, tile } = this.#plan;
    for (let left = 0; left < output.width; left += tile.width) {
      for (let top = from; top < to; top += tile.height) {
        this.#runTileAt(left, top, Math.min(tile.height, to - top), [0, this.#shape.group.length]);
      }
    }
  }

  #makeSummer(loops: Loops, arena: Arena): RowMethod | ByteMethod {
    const { group, spectra } = this.#shape;
    const plans = group.map((member) => member.plan);
    const plan = this.#plan;
    const input = this.#input;
    if (!input) return new ReferenceRows(plans);
    if (plan.blocks && plan.terms) return new FftLines(plan, plan.blocks, plan.terms, input, loops, arena);
    if (plan.blocks) return new FftBlocks(group, spectra!, input, loops, arena);
    if (plan.box && makesBytes(plan, plan.box)) return new RunningBytes(plan, plan.box, input, loops, arena);
    if (plan.box) return new RunningSums(plan, plan.box, input, loops, arena);
    if (plan.terms) return new SeparablePasses(plans, input, loops, arena);
    if (plan.accumulator === 'i32') return new PairSums(group, input, loops, arena);
    if (plans.every(({ finish }) => finish === 'i16')) return new DirectBytes(group, input, loops, arena);
    return new DirectSums(group, input, new Sums(loops, arena), arena);
  }

  /** Computes tile `index`, counted down columns of tiles, for some kernels. */
  #runTile(index: number, members: WorkUnit['members']): void {
    const { output, tile } = this.#plan;
    const perColumn = Math.ceil(output.height / tile.height);
    const left = Math.floor(index / perColumn) * tile.width;
    const top = (index % perColumn) * tile.height;
    this.#runTileAt(left, top, Math.min(tile.height, output.height - top), members);
  }

  #runTileAt(left: number, top: number, height: number, [from, to]: WorkUnit['members']): void {
    const { output, tile } = this.#plan;
    const width = Math.min(tile.width, output.width - left);
    const layout = this.#input?.layout(width, height);
    const at: TileAt = { left, top, width, height, count: width * output.channels, layout: layout! };
    if (this.#last?.left !== left || this.#last.top !== top) this.#summer.begin(at);
    this.#last = at;
    for (let member = from; member < to; member++) {
      const summer = this.#summer;
      summer.select(member);
      if ('bytes' in summer) this.#storeBytes(summer, member, at);
      else if (this.#joined) this.#joinRows(summer, member, at);
      else this.#storeRows(summer, member, at);
    }
    if (!this.#joined) return;
    this.#copyOut(at, 0, (y, dst) => this.#joined!.store(y, at.count, dst));
  }

  #storeBytes(summer: ByteMethod, member: number, at: TileAt): void {
    this.#copyOut(at, member, (y, dst) => this.#values[member]!.storeBytes(summer, y, at.count, dst));
  }

  #storeRows(summer: RowMethod, member: number, at: TileAt): void {
    const { left, top, count } = at;
    const first = left * this.#plan.output.channels;
    const segment = segmentOf(count);
    const values = this.#values[member]!;
    this.#copyOut(at, member, (y, dst) => {
      for (let x = 0; x < count; x += segment) {
        const some = Math.min(segment, count - x);
        const to = dst + x * this.#outBytes;
        const sums = summer.row(y, x, some, this.#sums);
        values.store(sums, to, top + y, first + x, some);
      }
    });
  }

  #joinRows(summer: RowMethod, member: number, { left, top, height, count }: TileAt): void {
    const first = left * this.#plan.output.channels;
    const joined = this.#joined!;
    const segment = segmentOf(count);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < count; x += segment) {
        const some = Math.min(segment, count - x);
        const sums = summer.row(y, x, some, this.#sums);
        this.#values[member]!.store(sums, joined.responses, top + y, first + x, some);
        joined.add(member, y, x, some);
      }
    }
  }

  /** Has rows of a tile stored in this thread's memory, a few at a time, and copies them into a map. */
  #copyOut(
    { left, top, width, height, count }: TileAt,
    map: number,
    store: (y: number, dst: number) => void,
  ) {
    const { output } = this.#plan;
    const target = this.#targets[map];
    const targetRow = output.width * output.channels * this.#outBytes;
    const start =
      (top - this.#firstRow) * targetRow +
      left * output.channels * this.#outBytes +
      (target?.byteOffset ?? 0);
    const rowBytes = count * this.#outBytes;
    const isWhole = width === output.width;
    // Addresses on both sides agree modulo 8, so that short copies to shared memory go word by word.
    const pitch = isWhole ? rowBytes : rowBytes + ((((targetRow - rowBytes) % 8) + 8) % 8);
    const rows = this.#rowsOut;
    for (let from = 0; from < height; from += rows) {
      const to = Math.min(height, from + rows);
      const first = start + from * targetRow;
      const out = this.#out + (first % PAGE);
      for (let y = from; y < to; y++) store(y, out + (y - from) * pitch);
      if (!target) continue;
      const made = this.#bytes.subarray(out, out + pitch * (to - from));
      const room = asTarget(target.buffer, first, targetRow * (to - from - 1) + rowBytes);
      if (isWhole) copyBytes(made, room, 0);
      else {
        for (let row = 0; row < to - from; row++)
          copyBytes(made.subarray(row * pitch, row * pitch + rowBytes), room, row * targetRow);
      }
    }
  }
}

/** Samples of a row that are summed at a time: as few parts as there must be, all about as long, whole blocks. */
function segmentOf(count: number): number {
  return Math.ceil(count / Math.ceil(count / SEGMENT) / BLOCK) * BLOCK;
}
