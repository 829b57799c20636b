// The spectra of a group's kernels, in memory that all threads share: each is computed once, by whichever thread
// asks first; others wait for it. Knows taps and transforms; knows no image.

import type { PackedPlan } from '../packed-taps.js';
import type { Planes, Transform } from './fft-transform.js';

/** Spectra and how far they are: 0 nobody has begun, 1 somebody has, 2 it is there. */
export interface SpectraMemory {
  readonly values: Float32Array;
  readonly states: Int32Array;
}

const BEGUN = 1;
const DONE = 2;

/** Memory for the spectra of a group; null where its method needs none, or only lines that each thread transforms. */
export function allocateSpectra(group: readonly PackedPlan[]): SpectraMemory | null {
  const { blocks, terms, sumChannels, channelIndices } = group[0]!.plan;
  if (!blocks || terms) return null;
  const count = group.length * (sumChannels ? channelIndices.length : 1);
  const bytes = blocks.size[0] * blocks.size[1] * 8;
  return {
    values: new Float32Array(new SharedArrayBuffer(bytes * count)),
    states: new Int32Array(new SharedArrayBuffer(4 * count)),
  };
}

export class Spectra {
  readonly #group: readonly PackedPlan[];
  readonly #shared: SpectraMemory;
  readonly #transform: Transform;
  readonly #room: Planes;
  #memory = new Float32Array();
  /** Which spectrum lies at which address of this thread's memory. */
  readonly #held = new Map<number, number>();

  constructor(group: readonly PackedPlan[], shared: SpectraMemory, transform: Transform, room: Planes) {
    this.#group = group;
    this.#shared = shared;
    this.#transform = transform;
    this.#room = room;
  }

  attach(memory: ArrayBuffer): void {
    this.#memory = new Float32Array(memory);
  }

  /** Brings the spectrum of one plane of a kernel to an address, as rows without gaps. */
  bring(member: number, plane: number, to: number): void {
    const index = this.prepare(member, plane);
    if (this.#held.get(to) === index) return;
    const size = this.#size;
    this.#memory.set(this.#shared.values.subarray(index * size, (index + 1) * size), to / 4);
    this.#held.set(to, index);
  }

  /** Waits until a spectrum is there, or computes it where nobody has begun; its index. */
  prepare(member: number, plane: number): number {
    const { sumChannels, channelIndices } = this.#group[0]!.plan;
    const index = member * (sumChannels ? channelIndices.length : 1) + plane;
    const { values, states } = this.#shared;
    if (Atomics.compareExchange(states, index, 0, BEGUN) === 0) {
      try {
        values.set(this.#compute(this.#group[member]!, plane), index * this.#size);
      } finally {
        // Also where it failed, and the job with it: nobody may wait for ever.
        Atomics.store(states, index, DONE);
        Atomics.notify(states, index);
      }
    }
    while (Atomics.load(states, index) !== DONE) Atomics.wait(states, index, BEGUN);
    return index;
  }

  /** Numbers of a spectrum. */
  get #size(): number {
    return this.#transform.width * this.#transform.height * 2;
  }

  /** A kernel mirrored about the block's corner, so that products of spectra correlate; with the inverse's divisor. */
  #compute({ plan, taps }: PackedPlan, plane: number): Float32Array {
    const { width, height, pitch } = this.#transform;
    const { re, im } = this.#room;
    const [firstX, firstY] = plan.blocks!.first;
    const memory = this.#memory;
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
    this.#transform.forwardRows(this.#room, 0, 1);
    this.#transform.forwardRows(this.#room, lowest, height);
    this.#transform.forwardColumns(this.#room);
    const spectrum = new Float32Array(width * height * 2);
    for (let y = 0; y < height; y++) {
      const at = (y * pitch) / 4;
      spectrum.set(memory.subarray(re / 4 + at, re / 4 + at + width), y * width);
      spectrum.set(memory.subarray(im / 4 + at, im / 4 + at + width), (height + y) * width);
    }
    return spectrum;
  }
}
