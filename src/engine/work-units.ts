// How the work on a group of plans is shared out: each claim is some tiles for some of the kernels. Claims can be
// carried out in any order and on any threads. Knows numbers only.

import type { Plan } from '../plan/plan.js';
import { carriesRows } from '../plan/tile.js';

/** Tiles and kernels, each from … up to but not including to. */
export interface WorkUnit {
  readonly tiles: readonly [from: number, to: number];
  readonly members: readonly [from: number, to: number];
}

/** Tiles that a thread takes at a time where a tile takes over rows from the one above it. */
const TILES_AT_A_TIME = 8;
/** So many claims let the threads of a machine share the work evenly. */
const ENOUGH = 16;

export class WorkUnits {
  readonly count: number;
  readonly #tiles: number;
  readonly #tilesEach: number;
  readonly #members: number;
  readonly #membersEach: number;
  readonly #perTile: number;

  /** `combined`: the kernels' responses meet in one map, so that one claim has all of them. */
  constructor(plans: readonly Pick<Plan, 'output' | 'tile' | 'terms' | 'box'>[], combined: boolean) {
    const { output, tile } = plans[0]!;
    this.#tiles = Math.ceil(output.width / tile.width) * Math.ceil(output.height / tile.height);
    this.#members = plans.length;
    const carries = plans.length === 1 && carriesRows(plans[0]!);
    const together = Math.max(1, Math.min(TILES_AT_A_TIME, Math.floor(this.#tiles / ENOUGH)));
    this.#tilesEach = carries ? together : 1;
    const stretches = Math.ceil(this.#tiles / this.#tilesEach);
    const parts = combined ? 1 : Math.min(plans.length, Math.ceil(ENOUGH / stretches));
    this.#membersEach = Math.ceil(plans.length / parts);
    this.#perTile = Math.ceil(plans.length / this.#membersEach);
    this.count = stretches * this.#perTile;
  }

  /** The claim of that number; neighbours share their tiles. */
  at(index: number): WorkUnit {
    const tile = Math.floor(index / this.#perTile) * this.#tilesEach;
    const member = (index % this.#perTile) * this.#membersEach;
    return {
      tiles: [tile, Math.min(tile + this.#tilesEach, this.#tiles)],
      members: [member, Math.min(member + this.#membersEach, this.#members)],
    };
  }
}
