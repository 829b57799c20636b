// Formats a projection as text and as the object of --json: the bank as a frame, energy by map, and sparsity.

import { energies, sparsity } from '../../analysis/projection/figures.js';
import type { Frame } from '../../analysis/projection/frame.js';
import type { Projection } from '../../analysis/projection/project.js';
import { printable } from '../../core/errors.js';
import type { ProjectionBank } from '../commands/projection-bank.js';
import { cutLine, type Page, shownName } from '../console/terminal.js';
import { alignColumns, counted, numberText, shareText } from './columns.js';

export interface ProjectionFacts {
  readonly input: string;
  readonly bank: ProjectionBank;
  readonly projection: Projection;
  /** null where the bank is too large to analyse. */
  readonly frame: Frame | null;
  readonly outputs: readonly string[];
}

/** Maps listed in rows of their own. */
const MAX_MAPS = 8;

export function projectionText(facts: ProjectionFacts, page: Page): string {
  const { width, colours } = page;
  const { input, bank, projection, frame, outputs } = facts;
  const { patches, channels } = projection;
  const { patch, stride } = patches;
  const bold = (text: string) => colours?.bold(text) ?? text;
  const total = countOf(projection);
  const samples = patches.width * patches.height * channels.length;
  const { shareFor99, hoyer, zeros } = sparsity(channels);
  const lines = [
    `${counted(bank.kernels.length, 'kernel')} in patches of ${patch.width}×${patch.height}, stride ${stride.join(',')}: ${patches.columns}×${patches.rows} patches${channels.length > 1 ? ` in each of ${channels.length} channels` : ''}`,
    `${counted(total, 'coefficient')} for ${counted(samples, 'sample')}`,
    ...frameText(frame, bank.kernels.length),
    '',
    ...energyRows(facts),
    '',
    `99 % of the energy is in ${counted(Math.round(shareFor99 * total), 'coefficient')}, ${shareText(shareFor99)} of all`,
    `Hoyer sparseness ${hoyer === null ? 'none' : numberText(hoyer, 4)} (0: all equal, 1: all energy in one coefficient); ${shareText(zeros)} are 0`,
  ];
  return [
    `${bold(printable(bank.name))} over ${shownName(input, page)}`,
    ...lines.map((line) => cutLine(line === '' ? '' : `  ${line}`, width)),
    ...(outputs.length > 0 ? ['', ...outputs.map((path) => shownName(path, page))] : []),
    '',
  ].join('\n');
}

/** What kind of frame the bank is, and its bounds. */
function frameText(frame: Frame | null, kernels: number): string[] {
  if (frame === null) return ['the bank is too large to analyse as a frame'];
  const { kind, lower, upper, redundancy, frequencies, weakest } = frame;
  const bounds =
    kind === 'frame' || kind === 'basis'
      ? `A = ${numberText(lower)}, B = ${numberText(upper)}, condition B/A = ${numberText(upper / lower)}`
      : `A = B = ${numberText(upper)}`;
  const grid = frequencies === 1 ? '' : `, over ${frequencies}×${frequencies} frequencies`;
  const where = weakest === null ? '' : `; weakest at ${frequencyText(weakest)}`;
  const more = `${numberText(redundancy)} coefficients per sample`;
  if (kind === 'none') return lossText(frame, kernels, grid);
  const inverse = `the kernels divided by ${numberText(upper)} are the inverse`;
  const texts = {
    orthonormal: `orthonormal, ${bounds}: patches keep their energy, and the kernels are their own inverse`,
    orthogonal: `orthogonal, ${bounds}: ${inverse}`,
    basis: `a basis, but not orthonormal: ${bounds}${grid}`,
    tight: `a tight frame of ${more}, ${bounds}${grid}: ${inverse}`,
    frame: `a frame of ${more}: ${bounds}${grid}${where}`,
  };
  return [texts[kind]];
}

function lossText({ dimensions, rank, weakest }: Frame, kernels: number, grid: string): string[] {
  const first = 'not a frame: adding certain images to an image changes no coefficient';
  if (weakest !== null || dimensions === 1) {
    const place = weakest === null ? 'any frequency' : frequencyText(weakest);
    return [`${first}${grid}`, `the response is 0 at ${place}`];
  }
  const what = `rank ${rank} of ${dimensions}: ${counted(kernels, 'kernel')} for the ${dimensions} samples per stride`;
  return [
    first,
    `${what}, ${counted(dimensions - rank, 'dimension')} lost; a smaller --stride may keep them`,
  ];
}

function frequencyText([u, v]: readonly [number, number]): string {
  if (u === 0 && v === 0) return 'frequency 0, the mean of the image';
  return `(${numberText(u, 3)}, ${numberText(v, 3)}) cycles per stride`;
}

/** The maps with most energy, and all others in one row. */
function energyRows({ bank, projection }: ProjectionFacts): string[] {
  const shares = sharesOf(projection);
  const order = shares.map((_, k) => k).sort((a, b) => shares[b]! - shares[a]! || a - b);
  const shown = order.slice(0, order.length > MAX_MAPS + 1 ? MAX_MAPS : order.length);
  const rest = order.slice(shown.length);
  const rows = [
    ['map', 'kernel', 'share of the energy'],
    ...shown.map((k) => [String(k + 1), printable(bank.kernels[k]!.name), shareText(shares[k]!)]),
  ];
  if (rest.length > 0) {
    const share = rest.reduce((sum, k) => sum + shares[k]!, 0);
    rows.push(['', `the other ${rest.length}`, shareText(share)]);
  }
  return alignColumns(rows, [true, false, true]);
}

export function projectionObject({ input, bank, projection, frame, outputs }: ProjectionFacts) {
  const { patches, channels } = projection;
  const { patch, stride, rows, columns: across } = patches;
  const shares = sharesOf(projection);
  return {
    ...{ input, bank: bank.name, kernels: bank.kernels.length },
    ...{ patch: [patch.width, patch.height], stride, rows, columns: across, channels: channels.length },
    coefficients: countOf(projection),
    frame: frame && {
      ...frame,
      condition: frame.lower === 0 ? null : frame.upper / frame.lower,
    },
    energy: bank.kernels.map(({ name }, k) => ({ kernel: name, share: shares[k]! })),
    sparsity: sparsity(channels),
    outputs,
  };
}

function sharesOf({ channels }: Projection): number[] {
  const all = energies(channels);
  const total = all.reduce((sum, energy) => sum + energy, 0);
  return all.map((energy) => (total === 0 ? 0 : energy / total));
}

function countOf({ channels }: Projection): number {
  return channels.length * channels[0]!.length * channels[0]![0]!.length;
}
