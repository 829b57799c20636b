// The tile runners that a thread keeps for the next jobs.

import { type GroupShape, TileRunner } from './tile.js';
import { instantiateLoops, type Loops } from './wasm-module.js';

/** More instances of the loops than this are not kept: each has the memory of a tile. */
const MAX_INSTANCES = 4;

/** The tile runners of a thread. Each uses an instance of the loops of its own, so that several can be kept. */
export class TileRunners {
  readonly #module: WebAssembly.Module;
  readonly #loops: Loops[] = [];
  readonly #kept: ({ readonly id: number; readonly runner: TileRunner } | undefined)[] = [];

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /**
   * The runner of a group.
   * @param place of the group among those that a work uses in turn.
   * @throws RangeError if memory for a tile cannot be allocated.
   */
  get(shape: GroupShape, place = 0): TileRunner {
    const at = Math.min(place, MAX_INSTANCES - 1);
    const kept = this.#kept[at];
    if (kept?.id === shape.id) return kept.runner;
    this.#loops[at] ??= instantiateLoops(this.#module);
    // From here on the memory belongs to the new runner, even if its constructor fails.
    this.#kept[at] = undefined;
    const runner = new TileRunner(shape, this.#loops[at]);
    this.#kept[at] = { id: shape.id, runner };
    return runner;
  }

  /** Forgets all runners: after a failure their state may be incomplete. */
  clear(): void {
    this.#kept.length = 0;
  }
}
