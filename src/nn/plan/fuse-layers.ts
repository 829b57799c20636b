// Splits a stack into groups of fused layers. Between groups, whole tensors are in memory; inside a group,
// only bands of rows, which pass through all its layers. Groups are as short as memory allows, because bands
// that pass through several layers compute the rows at their edges twice.

import { LARGEST_ARRAY } from '../../core/image.js';
import { type Layer, X, Y } from '../layer.js';
import { bandFloats } from '../run/band.js';
import { bandCount, type FusedGroup, maxRows } from '../run/band-run.js';
import { type Shape, sizeOf } from '../tensor.js';
import { supportOf } from './geometry.js';
import { windowOf } from './shape-inference.js';

export interface PlannedGroup extends FusedGroup {
  /** Index of its first layer. */
  readonly first: number;
  /** Bytes of tensors, bands and weights while it runs. */
  readonly bytes: number;
}

export interface StackPlan {
  readonly groups: readonly PlannedGroup[];
  /** Peak bytes of tensors, bands and weights. */
  readonly bytes: number;
}

/** The result if memory is insufficient: the minimum required, at the layer that needs most. */
export interface TooLarge {
  readonly layer: number;
  readonly bytes: number;
}

/** Limit of a thread's bands, if possible, even if there is more memory. */
const MAX_BAND_BYTES = 64 * 2 ** 20;
/** Bands per thread: enough to balance the work, and to handle signals in between. */
const BANDS_PER_THREAD = 4;

/**
 * Plans the groups of a stack.
 * @param shapes of the input and of each layer's output.
 * @param kept indices of the layers whose output is requested.
 * @param memory bytes for tensors, bands and weights.
 */
export function planFusedGroups(
  layers: readonly Layer[],
  shapes: readonly Shape[],
  kept: ReadonlySet<number>,
  { memory, threads }: { readonly memory: number; readonly threads: number },
): StackPlan | TooLarge {
  const least: TooLarge[] = [];
  /** The best split of the layers from an index, or null if they do not fit; memoized. */
  const splits = new Map<number, StackPlan | null>();
  const splitFrom = (first: number): StackPlan | null => {
    const known = splits.get(first);
    if (known !== undefined) return known;
    let found: StackPlan | null = null;
    let smallest = Number.POSITIVE_INFINITY;
    const others = bytesHeldAt(first, shapes, kept);
    for (const end of endsAfter(first, layers, kept)) {
      const whole = others + bytesOf(shapes[end]!);
      const part = { layers: layers.slice(first, end), shapes: shapes.slice(first, end + 1), first };
      const group = { ...part, bandRows: rowsFor(part, (memory - whole) / threads, threads) };
      const bytes = whole + Math.min(threads, bandCount(group)) * bandBytes(group);
      smallest = Math.min(smallest, bytes);
      // Node's maximum array size.
      if (bytes > memory || bytesOf(shapes[end]!) >= LARGEST_ARRAY) continue;
      // A group that fits may leave too little memory for the following ones.
      const rest = end === layers.length ? { groups: [], bytes: 0 } : splitFrom(end);
      if (!rest) continue;
      found = { groups: [{ ...group, bytes }, ...rest.groups], bytes: Math.max(bytes, rest.bytes) };
      break;
    }
    if (!found) least.push({ layer: first, bytes: smallest });
    splits.set(first, found);
    return found;
  };
  return splitFrom(0) ?? least.reduce((most, one) => (one.bytes > most.bytes ? one : most));
}

/** Bytes of the tensors in memory before a group: its input, and requested outputs. */
function bytesHeldAt(first: number, shapes: readonly Shape[], kept: ReadonlySet<number>): number {
  const requested = [...kept].filter((layer) => layer < first - 1);
  return requested.reduce((sum, layer) => sum + bytesOf(shapes[layer + 1]!), bytesOf(shapes[first]!));
}

/** Types of layers that work in place. */
const IN_PLACE = /^(relu|abs|tanh|sigmoid|normalise)$/;

/** Possible ends of a group, nearest first: a layer that works in place stays with the previous one. */
function endsAfter(first: number, layers: readonly Layer[], kept: ReadonlySet<number>): number[] {
  const ends: number[] = [];
  for (let end = first + 1; end <= layers.length; end++) {
    const next = layers[end];
    // Means over whole maps need whole maps.
    const isForced = next === undefined || kept.has(end - 1) || next.type === 'normalise-over';
    if (isForced || !IN_PLACE.test(next.type)) ends.push(end);
    if (isForced) break;
  }
  return ends;
}

/** Rows per band: few enough to share the work among threads, and to fit into `memory` of one thread. */
function rowsFor(group: Omit<FusedGroup, 'bandRows'>, memory: number, threads: number): number {
  const { height } = group.shapes.at(-1)!;
  let bandRows = Math.max(1, Math.ceil(height / (threads * BANDS_PER_THREAD)));
  const most = Math.min(memory, MAX_BAND_BYTES);
  while (bandRows > 1 && bandBytes({ ...group, bandRows }) > most) bandRows = Math.ceil(bandRows / 2);
  return bandRows;
}

/** Bytes that a thread needs for a group: two bands, a padded one, and packed weights. */
export function bandBytes(group: FusedGroup): number {
  const { layers, shapes } = group;
  const rows = maxRows(group);
  let largest = 0;
  let scratch = 0;
  let weights = 0;
  for (const [i, { channels, width }] of shapes.entries()) {
    largest = Math.max(largest, bandFloats(channels, width, rows[i]!));
    const layer = layers[i];
    if (!layer || !('weights' in layer)) continue;
    const supportY = supportOf(windowOf(layer, Y));
    const supportX = supportOf(windowOf(layer, X));
    const outputRows = rows[i + 1]!;
    const inputRows =
      layer.type === 'conv' ? (outputRows - 1) * layer.stride[Y] + supportY : outputRows + supportY + 2;
    scratch = Math.max(scratch, channels * (inputRows + 1) * (width + supportX + 64 * layer.stride[X]));
    weights += 2 * layer.weights.length;
  }
  return 4 * (2 * largest + scratch + weights);
}

function bytesOf(shape: Shape): number {
  return 4 * sizeOf(shape);
}
