// Carries out a plan tile by tile: fill the scratch, run the taps over each row, finish the row, copy the
// tile into the map. One runner a thread; it knows nothing of the others.

import type { Plan } from '../plan/plan.js';
import type { SampleArray } from '../samples.js';
import { SAMPLE_BYTES, TileInput } from './input.js';
import { ReferenceRows } from './reference-rows.js';
import { Renormalizer } from './renormalize.js';
import { SeparablePasses } from './separable.js';
import { BLOCK, SEGMENT, Sums } from './sums.js';
import { Arena, type Loops } from './wasm.js';

/** Smallest and largest response, and how many samples lost sign or range. */
export interface Stats {
  readonly min: number;
  readonly max: number;
  readonly clipped: number;
}

const MAPS = { clamp: 0, abs: 1, signed: 2 } as const;
const OUTPUTS = { float: 0, 8: 1, 16: 2 } as const;

/** Tiles that a thread takes at a time where a tile takes over rows from the one above it. */
const TILES_AT_A_TIME = 8;

function tileCount({ output, tile }: Plan): number {
  return Math.ceil(output.width / tile.width) * Math.ceil(output.height / tile.height);
}

/** Tiles that are claimed together, so that the threads of a machine still share the work evenly. */
function claimSize(plan: Plan): number {
  return plan.terms ? Math.max(1, Math.min(TILES_AT_A_TIME, Math.floor(tileCount(plan) / 16))) : 1;
}

/** How many claims carry out a plan, in any order and on any threads. */
export function claimCount(plan: Plan): number {
  return Math.ceil(tileCount(plan) / claimSize(plan));
}

export class TileRunner {
  readonly #plan: Plan;
  readonly #loops: Loops;
  readonly #target: SampleArray;
  readonly #renormalizer: Renormalizer | null;
  readonly #reference: ReferenceRows | null;
  readonly #input: TileInput;
  readonly #sums: Sums;
  readonly #passes: SeparablePasses | null;
  readonly #at: Record<'stats' | 'sums' | 'narrow' | 'wide' | 'out', number>;
  readonly #bytes: Uint8Array;

  /** @throws RangeError where memory for a tile cannot be had. */
  constructor(plan: Plan, loops: Loops, source: SampleArray, target: SampleArray) {
    this.#plan = plan;
    this.#loops = loops;
    this.#target = target;
    const byDefinition = plan.method === 'reference';
    this.#reference = byDefinition ? new ReferenceRows(plan, source) : null;
    this.#renormalizer = plan.border.mode === 'renormalize' && !byDefinition ? new Renormalizer(plan) : null;
    const arena = new Arena(loops);
    this.#input = new TileInput(plan, loops, source, arena);
    this.#sums = new Sums(loops, arena);
    const { terms } = plan;
    this.#passes = terms ? new SeparablePasses(plan, terms, this.#input, this.#sums, arena) : null;
    this.#at = {
      stats: arena.take(24),
      sums: arena.take((SEGMENT + BLOCK) * 8),
      narrow: arena.take((SEGMENT + BLOCK) * 4),
      wide: arena.take((SEGMENT + BLOCK) * 8),
      out: arena.take((plan.tile.width * plan.output.channels * 4 + BLOCK) * plan.tile.height + BLOCK),
    };
    const memory = arena.commit();
    this.#input.attach(memory);
    this.#passes?.attach(memory);
    this.#bytes = new Uint8Array(memory);
    new Float64Array(memory, this.#at.stats, 3).set([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]);
  }

  get stats(): Stats {
    const [min, max, clipped] = new Float64Array(this.#bytes.buffer, this.#at.stats, 3);
    return { min: min!, max: max!, clipped: clipped! };
  }

  /** Computes the tiles of one claim into the map. */
  run(claim: number): void {
    const size = claimSize(this.#plan);
    const last = Math.min((claim + 1) * size, tileCount(this.#plan));
    for (let index = claim * size; index < last; index++) this.#runTile(index);
  }

  /** Computes tile `index`, counted down columns of tiles. */
  #runTile(index: number): void {
    const { output, tile } = this.#plan;
    const perColumn = Math.ceil(output.height / tile.height);
    const left = Math.floor(index / perColumn) * tile.width;
    const top = (index % perColumn) * tile.height;
    const width = Math.min(tile.width, output.width - left);
    const height = Math.min(tile.height, output.height - top);
    const count = width * output.channels;
    const outBytes = this.#target.BYTES_PER_ELEMENT;
    const targetRow = output.width * output.channels * outBytes;
    const targetStart = this.#target.byteOffset + top * targetRow + left * output.channels * outBytes;
    // Addresses on both sides agree modulo 8, so that copies to shared memory go word by word.
    const rowBytes = count * outBytes;
    const outPitch = width === output.width ? rowBytes : rowBytes + ((((targetRow - rowBytes) % 8) + 8) % 8);
    const out = this.#at.out + (targetStart % 8);
    if (this.#reference) this.#runReference(left, top, width, height, out, outPitch);
    else this.#runTaps(left, top, width, height, out, outPitch);
    const target = new Uint8Array(this.#target.buffer, targetStart);
    if (width === output.width) target.set(this.#bytes.subarray(out, out + rowBytes * height));
    else {
      for (let y = 0; y < height; y++) {
        const row = out + y * outPitch;
        target.set(this.#bytes.subarray(row, row + rowBytes), y * targetRow);
      }
    }
  }

  #runReference(
    left: number,
    top: number,
    width: number,
    height: number,
    out: number,
    outPitch: number,
  ): void {
    const { output } = this.#plan;
    const sums = new Float64Array(this.#bytes.buffer, this.#at.sums, SEGMENT);
    const outBytes = this.#target.BYTES_PER_ELEMENT;
    const count = width * output.channels;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < count; x += SEGMENT) {
        const some = Math.min(SEGMENT, count - x);
        this.#reference!.responses(sums, top + y, left * output.channels + x, some);
        this.#finish('f64', this.#at.sums, out + y * outPitch + x * outBytes, some, 1, 0);
      }
    }
  }

  #runTaps(left: number, top: number, width: number, height: number, out: number, outPitch: number): void {
    const { lane, output, across, taps } = this.#plan;
    const layout = this.#input.layout(width, height);
    const sampleBytes = SAMPLE_BYTES[lane];
    const outBytes = this.#target.BYTES_PER_ELEMENT;
    const count = across ? width : width * output.channels;
    const carried = this.#passes?.begin(layout, left, top, height, count) ?? 0;
    const scratch = this.#input.fill(layout, left, top, carried);
    this.#passes?.convolveRows(scratch, layout, count, carried);
    for (let y = 0; y < height; y++) {
      const row = scratch + y * layout.pitch * sampleBytes;
      for (let x = 0; x < count; x += SEGMENT) {
        const some = Math.min(SEGMENT, count - x);
        if (this.#passes) this.#passes.sumColumns(y, x, some, this.#at.sums);
        else this.#sums.lane(lane, row + x * sampleBytes, this.#input.taps, taps.length, this.#at.sums, some);
        this.#sumsToValues(top + y, left * output.channels + x, some, out + y * outPitch + x * outBytes);
      }
    }
  }

  #sumsToValues(row: number, firstSample: number, count: number, dst: number): void {
    const { lane, finish, divisor, bias } = this.#plan;
    const at = this.#at;
    const loops = this.#loops;
    if (finish === 'i16') {
      const map = MAPS[this.#plan.output.map ?? 'clamp'];
      loops.finishI16(at.sums, dst, count, map, at.stats);
      return;
    }
    let sums = at.sums;
    if (lane === 'i16' || lane === 'u16') {
      loops.widenI16(sums, at.narrow, count, lane === 'i16');
      sums = at.narrow;
    }
    if (finish === 'f64' && lane !== 'f64') {
      loops.widenF32(sums, at.wide, count);
      sums = at.wide;
    }
    if (this.#renormalizer) {
      const memory = this.#bytes.buffer;
      const view =
        finish === 'f64' ? new Float64Array(memory, sums, count) : new Float32Array(memory, sums, count);
      this.#renormalizer.scale(view, row, firstSample, count);
    }
    this.#finish(finish, sums, dst, count, divisor, bias);
  }

  #finish(
    finish: 'f32' | 'f64',
    sums: number,
    dst: number,
    count: number,
    divisor: number,
    bias: number,
  ): void {
    const { depth, map, gain } = this.#plan.output;
    const loop = finish === 'f64' ? this.#loops.finishF64 : this.#loops.finishF32;
    loop(sums, dst, count, OUTPUTS[depth], MAPS[map ?? 'clamp'], divisor, bias, gain, this.#at.stats);
  }
}
