// Describes in sentences what flipping a kernel does to its map, and why.

import type { FlipEffect, Symmetry } from './symmetry.js';

/** The facts to describe; `flip` and `evenShare` come from symmetry.ts. */
export interface FlipFacts {
  /** Symmetry under rotation by 180° about the anchor. */
  readonly symmetry: Symmetry;
  /** If flipping only shifts the map or changes its sign: how; else null. */
  readonly flip: FlipEffect | null;
  /** The share (0…1) of Σw² in the even part of the weights; the rest is in the odd part. */
  readonly evenShare: number;
  readonly bias: number;
}

/**
 * Sentences without full stops; the first is the verdict.
 * @param dilation [x, y]; multiplies a shift.
 */
export function flipSentences(facts: FlipFacts, dilation: readonly [number, number] = [1, 1]): string[] {
  const { symmetry, flip, bias } = facts;
  if (symmetry === 'symmetric') return ['symmetric under 180°: flipping changes nothing'];
  if (symmetry === 'antisymmetric') {
    if (bias === 0) return ['antisymmetric under 180°: only the sign changes, so |maps| are equal'];
    const more = `the bias keeps its sign: convolution = ${formatNumber(2 * bias)} − correlation, |maps − ${formatNumber(bias)}| are equal`;
    return ['antisymmetric under 180°: only the sign changes, except for the bias', more];
  }
  if (flip === null)
    return ['neither symmetric nor antisymmetric: flipping changes the map', ...evenOddSentences(facts)];
  const [x, y] = [flip.shift[0] * dilation[0], flip.shift[1] * dilation[1]];
  const kind = flip.sign > 0 ? 'symmetric' : 'antisymmetric';
  const does = flip.sign > 0 ? 'only shifts the map' : 'changes its sign and shifts the map';
  return [
    `${kind} about a point other than the anchor: the flip ${does} by (${x}, ${y}), ${formatDisplacement(x, y)}`,
    ...evenOddSentences(facts),
  ];
}

/** Describes the even and odd parts of the weights. */
function evenOddSentences({ evenShare }: FlipFacts): string[] {
  return [
    `the even part, ${percentage(evenShare)} of Σw², gives the same map both ways; the odd part, ${percentage(1 - evenShare)}, makes the difference`,
    "correlation − convolution = 2 × the odd part's map",
  ];
}

/** A displacement in the image: `8 to the right and 1 up`. */
export function formatDisplacement(x: number, y: number): string {
  const ways = [
    ...(x === 0 ? [] : [`${Math.abs(x)} to the ${x > 0 ? 'right' : 'left'}`]),
    ...(y === 0 ? [] : [`${Math.abs(y)} ${y > 0 ? 'down' : 'up'}`]),
  ];
  return ways.length > 0 ? ways.join(' and ') : 'nowhere';
}

function percentage(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function formatNumber(value: number): string {
  return String(Number(value.toPrecision(6)) + 0);
}
