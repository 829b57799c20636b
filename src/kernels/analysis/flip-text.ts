// What flipping a kernel does to its map, in sentences: the verdict of symmetry.ts and why it is so. Knows no image.

import type { FlipEffect, Symmetry } from './symmetry.js';

/** What the sentences are about; `flip` and `evenShare` as of symmetry.ts. */
export interface FlipFacts {
  readonly symmetry: Symmetry;
  readonly flip: FlipEffect | null;
  readonly evenShare: number;
  readonly bias: number;
}

/**
 * Sentences without full stops; the first is the verdict.
 * @param dilation [x, y]; a shift grows with it.
 */
export function flipSentences(facts: FlipFacts, dilation: readonly [number, number] = [1, 1]): string[] {
  const { symmetry, flip, bias } = facts;
  if (symmetry === 'symmetric') return ['symmetric under 180°: flipping changes nothing'];
  if (symmetry === 'antisymmetric') {
    const verdict = 'antisymmetric under 180°: only the sign changes, so |maps| are equal';
    const more = `the bias keeps its sign: convolution = ${plain(2 * bias)} − correlation, |maps − ${plain(bias)}| are equal`;
    return bias === 0
      ? [verdict]
      : ['antisymmetric under 180°: only the sign changes, but for the bias', more];
  }
  if (flip === null)
    return ['neither symmetric nor antisymmetric: flipping gives another map', ...partsWords(facts)];
  const [x, y] = [flip.shift[0] * dilation[0], flip.shift[1] * dilation[1]];
  const kind = flip.sign > 0 ? 'symmetric' : 'antisymmetric';
  const does = flip.sign > 0 ? 'only shifts the map' : 'changes its sign and shifts the map';
  return [
    `${kind} about another point than the anchor: the flip ${does} by (${x}, ${y}), ${directions(x, y)}`,
    ...partsWords(facts),
  ];
}

/** Which part of the weights makes the difference. */
function partsWords({ evenShare }: FlipFacts): string[] {
  return [
    `the even part, ${percentage(evenShare)} of Σw², gives the same map both ways; the odd part, ${percentage(1 - evenShare)}, makes the difference`,
    "correlation − convolution = 2 × the odd part's map",
  ];
}

/** A way on the image: 8 to the right and 1 up. */
export function directions(x: number, y: number): string {
  const ways = [
    ...(x === 0 ? [] : [`${Math.abs(x)} to the ${x > 0 ? 'right' : 'left'}`]),
    ...(y === 0 ? [] : [`${Math.abs(y)} ${y > 0 ? 'down' : 'up'}`]),
  ];
  return ways.length > 0 ? ways.join(' and ') : 'nowhere';
}

function percentage(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function plain(value: number): string {
  return String(Number(value.toPrecision(6)) + 0);
}
