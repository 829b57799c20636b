// How a stack is cut into stretches of layers. Between two stretches a whole tensor lies in memory; inside of one, bands
// of rows go through all its layers, so that no tensor between them is ever there as a whole. Stretches are as short as
// memory allows, since bands that go through several layers compute the rows at their edges twice. Sizes only.

import { LARGEST_ARRAY } from '../../core/image.js';
import { type Layer, X, Y } from '../layer.js';
import { bandFloats } from '../run/band.js';
import { bandCount, type FusedGroup, mostRows } from '../run/band-run.js';
import { type Shape, sizeOf } from '../tensor.js';
import { supportOf } from './geometry.js';
import { windowOf } from './shape-inference.js';

export interface PlannedGroup extends FusedGroup {
  /** Number of its first layer. */
  readonly first: number;
  /** Bytes of tensors, bands and weights that are there while it runs. */
  readonly bytes: number;
}

export interface StackPlan {
  readonly stretches: readonly PlannedGroup[];
  /** The most bytes of tensors, bands and weights at a time. */
  readonly bytes: number;
}

/** That there is no way to run in the memory given: the least that it takes, at the layer where it takes most. */
export interface TooLarge {
  readonly layer: number;
  readonly bytes: number;
}

/** A thread's bands take no more, where that is possible, however much memory there is. */
const MOST_BAND_BYTES = 64 * 2 ** 20;
/** So many bands a thread share the work evenly, and let a signal have its turn between two of them. */
const BANDS_A_THREAD = 4;

/**
 * @param shapes of the input and of each layer's output.
 * @param kept numbers of the layers whose output is wanted.
 * @param memory bytes for tensors, bands and weights.
 */
export function planFusedGroups(
  layers: readonly Layer[],
  shapes: readonly Shape[],
  kept: ReadonlySet<number>,
  { memory, threads }: { readonly memory: number; readonly threads: number },
): StackPlan | TooLarge {
  const least: TooLarge[] = [];
  /** Where the layers from one on are cut, or null where they do not fit; asked of each layer once. */
  const cuts = new Map<number, Cut | null>();
  const cutFrom = (first: number): Cut | null => {
    const known = cuts.get(first);
    if (known !== undefined) return known;
    let found: Cut | null = null;
    let smallest = Number.POSITIVE_INFINITY;
    const others = heldAt(first, shapes, kept);
    for (const end of endsAfter(first, layers, kept)) {
      const whole = others + bytesOf(shapes[end]!);
      const part = { layers: layers.slice(first, end), shapes: shapes.slice(first, end + 1), first };
      const stretch = { ...part, bandRows: rowsFor(part, (memory - whole) / threads, threads) };
      const bytes = whole + Math.min(threads, bandCount(stretch)) * bandBytes(stretch);
      smallest = Math.min(smallest, bytes);
      // No array of Node is longer.
      if (bytes > memory || bytesOf(shapes[end]!) >= LARGEST_ARRAY) continue;
      // What fits by itself may leave too much in memory for those behind it.
      const rest = end === layers.length ? END : cutFrom(end);
      if (!rest) continue;
      found = { stretches: [{ ...stretch, bytes }, ...rest.stretches], bytes: Math.max(bytes, rest.bytes) };
      break;
    }
    if (!found) least.push({ layer: first, bytes: smallest });
    cuts.set(first, found);
    return found;
  };
  return cutFrom(0) ?? least.reduce((most, one) => (one.bytes > most.bytes ? one : most));
}

type Cut = StackPlan;
const END: Cut = { stretches: [], bytes: 0 };

/** Bytes of tensors that are there before a stretch: its input, and outputs that are wanted. */
function heldAt(first: number, shapes: readonly Shape[], kept: ReadonlySet<number>): number {
  const wanted = [...kept].filter((layer) => layer < first - 1);
  return wanted.reduce((sum, layer) => sum + bytesOf(shapes[layer + 1]!), bytesOf(shapes[first]!));
}

/** Where a stretch may end, nearest first: a layer that works in place goes with the one before it. */
function endsAfter(first: number, layers: readonly Layer[], kept: ReadonlySet<number>): number[] {
  const ends: number[] = [];
  for (let end = first + 1; end <= layers.length; end++) {
    const next = layers[end];
    // Means of whole maps need whole maps.
    const isForced = next === undefined || kept.has(end - 1) || next.type === 'normalise-over';
    if (isForced || !isPointwise(next)) ends.push(end);
    if (isForced) break;
  }
  return ends;
}

function isPointwise({ type }: Layer): boolean {
  return /^(relu|abs|tanh|sigmoid|normalise)$/.test(type);
}

/** Rows of a band: few enough for the threads to share the work, and for `memory`, which is one thread's. */
function rowsFor(stretch: Omit<FusedGroup, 'bandRows'>, memory: number, threads: number): number {
  const { height } = stretch.shapes.at(-1)!;
  let bandRows = Math.max(1, Math.ceil(height / (threads * BANDS_A_THREAD)));
  const most = Math.min(memory, MOST_BAND_BYTES);
  while (bandRows > 1 && bandBytes({ ...stretch, bandRows }) > most) bandRows = Math.ceil(bandRows / 2);
  return bandRows;
}

/** Bytes that a thread takes for a stretch: two bands, one that is laid out, and packed weights. */
export function bandBytes(stretch: FusedGroup): number {
  const { layers, shapes } = stretch;
  const rows = mostRows(stretch);
  let largest = 0;
  let scratch = 0;
  let weights = 0;
  for (const [i, { channels, width }] of shapes.entries()) {
    largest = Math.max(largest, bandFloats(channels, width, rows[i]!));
    const layer = layers[i];
    if (!layer || !('weights' in layer)) continue;
    const down = supportOf(windowOf(layer, Y));
    const across = supportOf(windowOf(layer, X));
    const made = rows[i + 1]!;
    const read = layer.type === 'conv' ? (made - 1) * layer.stride[Y] + down : made + down + 2;
    scratch = Math.max(scratch, channels * (read + 1) * (width + across + 64 * layer.stride[X]));
    weights += 2 * layer.weights.length;
  }
  return 4 * (2 * largest + scratch + weights);
}

function bytesOf(shape: Shape): number {
  return 4 * sizeOf(shape);
}
