// Running sums for means of bytes with byte outputs: column totals in 16 bits, and each row summed, scaled and rounded
// in one pass.

import { roundsWithoutTies } from '../../plan/accumulator.js';
import type { Box, Plan } from '../../plan/plan.js';
import type { MethodContext, ValueMethod } from './method.js';
import { RunningTotals } from './running-sums.js';
import { BLOCK } from './segment.js';

/** The largest column total: differences of two totals fit in signed 16 bits. */
const LARGEST = 32767;

/**
 * Whether a box's responses are means of bytes, never negative and never rounded beyond 255, for which multiplying by a
 * float32 rounds like the exact response.
 */
export function canSumAsBytes({ scratch, finish, divisor, bias, border, output }: Plan, box: Box): boolean {
  const { width, height, weight } = box;
  if (scratch !== 'u8' || finish !== 'f32' || border.mode === 'renormalize') return false;
  if (output.depth !== 8 || output.map === 'signed' || output.gain !== 1 || bias !== 0) return false;
  if (height * 255 > LARGEST) return false;
  const isOneProduct = divisor === 1 ? weight > 0 : weight === 1 && roundsWithoutTies(divisor);
  const scale = Math.fround(Math.fround(weight) / divisor);
  return isOneProduct && Math.fround(width * height * 255 * scale) < 255.5;
}

export class RunningBytes extends RunningTotals implements ValueMethod {
  /** A row of zeros, in place of a missing row that enters or leaves. */
  readonly #zeros: number;
  readonly #zeroBytes: number;

  constructor(context: MethodContext, box: Box) {
    super(context, box, 2);
    const { input, arena } = context;
    const { tile } = this.plan;
    this.#zeroBytes = input.layout(tile.width, tile.height).pitch + BLOCK;
    this.#zeros = arena.take(this.#zeroBytes);
  }

  attach(memory: ArrayBuffer): void {
    new Uint8Array(memory, this.#zeros, this.#zeroBytes).fill(0);
  }

  computeValues(y: number, count: number, dst: number, _map: number, stats: number): void {
    const { width, height, weight } = this.box;
    const { divisor, output } = this.plan;
    const { channels } = output;
    const reach = (width - 1) * channels;
    const enters = y + height - 1;
    const leaves = y > 0 ? y - 1 : null;
    this.update(enters, leaves, 0, reach);
    this.loops.narrowFirst(this.totals, width - 1, channels, this.last);
    this.loops.runBytes(
      ...([this.totals, this.#rowOf(enters), this.#rowOf(leaves), dst, count] as const),
      ...([reach, channels, this.last, weight, divisor, stats] as const),
    );
  }

  protected override update(enters: number | null, leaves: number | null, from: number, to: number): void {
    const [entering, leaving] = [this.#rowOf(enters) + from, this.#rowOf(leaves) + from];
    this.loops.narrowColumns(this.totals + from * 2, entering, leaving, to - from);
  }

  #rowOf(row: number | null): number {
    return row === null ? this.#zeros : this.input.addressOf(row);
  }
}
