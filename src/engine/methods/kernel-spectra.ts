// The spectra of a group's kernels, in memory that all threads share: the first thread that needs a spectrum computes
// it while others wait.

import type { Plan } from '../../plan/plan.js';
import { scratchChannels } from '../../plan/tile.js';
import type { PackedPlan } from '../packed-taps.js';
import type { Loops } from '../wasm-module.js';
import type { Planes, Transform } from './fft-transform.js';
import type { MethodContext } from './method.js';

/** Spectra and their states: 0 not started, 1 being computed, 2 done. */
export interface SpectraMemory {
  readonly values: Float32Array;
  readonly states: Int32Array;
}

const COMPUTING = 1;
const DONE = 2;

/**
 * Allocates the spectra of a group; null if its method uses none, or only line spectra, which each thread computes
 * itself.
 */
export function allocateSpectra(group: readonly PackedPlan[]): SpectraMemory | null {
  const { blocks, terms } = group[0]!.plan;
  if (!blocks || terms) return null;
  const count = group.length * planesOf(group[0]!.plan);
  const bytes = blocks.size[0] * blocks.size[1] * 8;
  return {
    values: new Float32Array(new SharedArrayBuffer(bytes * count)),
    states: new Int32Array(new SharedArrayBuffer(4 * count)),
  };
}

/** Planes of weights of a kernel, each with its spectrum. */
function planesOf(plan: Plan): number {
  return plan.sumChannels ? scratchChannels(plan) : 1;
}

export class Spectra {
  readonly #group: readonly PackedPlan[];
  readonly #shared: SpectraMemory;
  readonly #transform: Transform;
  readonly #buffer: Planes;
  readonly #loops: Loops;
  /** The address in this thread's memory of the spectrum with the index `#loaded`. */
  readonly #at: number;
  #loaded: number | undefined;

  constructor(
    { group, loops, arena }: MethodContext,
    shared: SpectraMemory,
    transform: Transform,
    buffer: Planes,
  ) {
    this.#group = group;
    this.#loops = loops;
    this.#shared = shared;
    this.#transform = transform;
    this.#buffer = buffer;
    this.#at = arena.take(this.#size * 4);
  }

  /** The address of the spectrum of one plane of a kernel, in rows without gaps; valid until the next is loaded. */
  load(member: number, plane: number): number {
    const index = this.ensure(member, plane);
    if (this.#loaded === index) return this.#at;
    const size = this.#size;
    const own = new Float32Array(this.#loops.memory.buffer, this.#at, size);
    own.set(this.#shared.values.subarray(index * size, (index + 1) * size));
    this.#loaded = index;
    return this.#at;
  }

  /** Computes a spectrum, or waits until another thread has; returns its index. */
  ensure(member: number, plane: number): number {
    const index = member * planesOf(this.#group[0]!.plan) + plane;
    const { values, states } = this.#shared;
    if (Atomics.compareExchange(states, index, 0, COMPUTING) === 0) {
      try {
        values.set(this.#compute(this.#group[member]!, plane), index * this.#size);
      } finally {
        // Also on failure, which fails the job: no thread may wait forever.
        Atomics.store(states, index, DONE);
        Atomics.notify(states, index);
      }
    }
    while (Atomics.load(states, index) !== DONE) Atomics.wait(states, index, COMPUTING);
    return index;
  }

  /** Floats per spectrum. */
  get #size(): number {
    return this.#transform.width * this.#transform.height * 2;
  }

  /**
   * Transforms a kernel mirrored about the block's corner, so that multiplication correlates, and divided by the
   * block's size for the inverse.
   */
  #compute({ plan, taps }: PackedPlan, plane: number): Float32Array {
    const { width, height, pitch } = this.#transform;
    const { re, im } = this.#buffer;
    const [firstX, firstY] = plan.blocks!.first;
    const memory = new Float32Array(this.#loops.memory.buffer);
    const rows = (height * pitch) / 4;
    memory.fill(0, re / 4, re / 4 + rows);
    memory.fill(0, im / 4, im / 4 + rows);
    let lowest = height;
    for (let i = 0; i < taps.length; i += 4) {
      if (taps[i + 2] !== plane && plan.sumChannels) continue;
      const x = (width - (taps[i]! - firstX)) % width;
      const y = (height - (taps[i + 1]! - firstY)) % height;
      if (y > 0) lowest = Math.min(lowest, y);
      memory[re / 4 + (y * pitch) / 4 + x] = taps[i + 3]! / (width * height);
    }
    this.#transform.forwardRows(this.#buffer, 0, 1);
    this.#transform.forwardRows(this.#buffer, lowest, height);
    this.#transform.forwardColumns(this.#buffer);
    const spectrum = new Float32Array(width * height * 2);
    for (let y = 0; y < height; y++) {
      const at = (y * pitch) / 4;
      spectrum.set(memory.subarray(re / 4 + at, re / 4 + at + width), y * width);
      spectrum.set(memory.subarray(im / 4 + at, im / 4 + at + width), (height + y) * width);
    }
    return spectrum;
  }
}
