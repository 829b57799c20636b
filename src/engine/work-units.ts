// Splits the work on a group of plans into units: each is some tiles for some of the kernels. Units can be run in any
// order and on any thread.

import type { Plan } from '../plan/plan.js';
import { accessOf } from '../plan/tile.js';

/** Ranges of tiles and kernels, `to` excluded. */
export interface WorkUnit {
  readonly tiles: readonly [from: number, to: number];
  readonly members: readonly [from: number, to: number];
}

/** The most tiles per unit, where a tile reuses rows of the one above it. */
const MAX_TILES_PER_UNIT = 8;
/** At least this many units, where possible, so that threads share the work evenly. */
const MIN_UNITS = 16;

export class WorkUnits {
  readonly count: number;
  readonly #tiles: number;
  readonly #tilesPerUnit: number;
  readonly #members: number;
  readonly #membersPerUnit: number;
  readonly #unitsPerRun: number;

  /**
   * @param combined whether the kernels' responses are combined into one map, so that a unit must hold all kernels.
   */
  constructor(
    plans: readonly Pick<Plan, 'output' | 'tile' | 'terms' | 'box' | 'blocks' | 'stride'>[],
    combined: boolean,
  ) {
    const { output, tile } = plans[0]!;
    this.#tiles = Math.ceil(output.width / tile.width) * Math.ceil(output.height / tile.height);
    this.#members = plans.length;
    const tiles = Math.max(1, Math.min(MAX_TILES_PER_UNIT, Math.floor(this.#tiles / MIN_UNITS)));
    this.#tilesPerUnit = accessOf(plans) === 'rows' ? tiles : 1;
    const runs = Math.ceil(this.#tiles / this.#tilesPerUnit);
    const parts = combined ? 1 : Math.min(plans.length, Math.ceil(MIN_UNITS / runs));
    this.#membersPerUnit = Math.ceil(plans.length / parts);
    this.#unitsPerRun = Math.ceil(plans.length / this.#membersPerUnit);
    this.count = runs * this.#unitsPerRun;
  }

  /** The unit with this index; consecutive units share tiles. */
  at(index: number): WorkUnit {
    const tile = Math.floor(index / this.#unitsPerRun) * this.#tilesPerUnit;
    const member = (index % this.#unitsPerRun) * this.#membersPerUnit;
    return {
      tiles: [tile, Math.min(tile + this.#tilesPerUnit, this.#tiles)],
      members: [member, Math.min(member + this.#membersPerUnit, this.#members)],
    };
  }
}
