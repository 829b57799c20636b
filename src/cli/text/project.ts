// A projection in lines for people, and as an object for programs: the bank as a frame, energy by map, sparsity. Knows no
// files; paths are told to it.

import { energies, sparsity } from '../../analysis/projection/figures.js';
import type { Frame } from '../../analysis/projection/frame.js';
import type { Projection } from '../../analysis/projection/project.js';
import { printable } from '../../core/errors.js';
import type { ProjectionBank } from '../commands/projection-bank.js';
import { fitted, type Page, shownName } from '../console/terminal.js';
import { counted } from '../paths/inputs.js';
import { columns, plain } from './kernel.js';

/** All that is said of one image. */
export interface ProjectionFacts {
  readonly input: string;
  readonly bank: ProjectionBank;
  readonly projection: Projection;
  /** null where the bank is too large to tell. */
  readonly frame: Frame | null;
  readonly outputs: readonly string[];
}

/** Maps that are listed by themselves. */
const MOST_MAPS = 8;

/** For people. */
export function projectionText(facts: ProjectionFacts, page: Page): string {
  const { width, colours } = page;
  const { input, bank, projection, frame, outputs } = facts;
  const { patches, channels } = projection;
  const { patch, stride } = patches;
  const bold = (text: string) => colours?.bold(text) ?? text;
  const total = countOf(projection);
  const samples = patches.width * patches.height * channels.length;
  const { shareFor99, hoyer, zeros } = sparsity(channels);
  const about = [
    `${counted(bank.kernels.length, 'kernel')} in patches of ${patch.width}×${patch.height}, stride ${stride.join(',')}: ${patches.columns}×${patches.rows} patches${channels.length > 1 ? ` in each of ${channels.length} channels` : ''}`,
    `${counted(total, 'coefficient')} for ${counted(samples, 'sample')}`,
  ];
  const lines = [
    ...frameText(frame, bank.kernels.length),
    '',
    ...energyRows(facts),
    '',
    `99 % of the energy lies in ${counted(Math.round(shareFor99 * total), 'coefficient')}, ${percent(shareFor99)} of them`,
    `Hoyer's sparseness ${hoyer === null ? 'none' : plain(hoyer, 4)} (0: all alike, 1: one has it all); ${percent(zeros)} are 0`,
  ];
  return [
    `${bold(printable(bank.name))} over ${shownName(input, page)}`,
    ...[...about, ...lines].map((line) => fitted(line === '' ? '' : `  ${line}`, width)),
    ...(outputs.length > 0 ? ['', ...outputs.map((path) => shownName(path, page))] : []),
    '',
  ].join('\n');
}

/** What the bank is, in plain words. */
export function frameText(frame: Frame | null, kernels: number): string[] {
  if (frame === null) return ['whether the bank is a frame is not known: it is too large to tell soon'];
  const { kind, lower, upper, dimensions, rank, redundancy, frequencies, weakest } = frame;
  const bounds =
    kind === 'frame' || kind === 'basis'
      ? `A = ${plain(lower)}, B = ${plain(upper)}, condition B/A = ${plain(upper / lower)}`
      : `A = B = ${plain(upper)}`;
  const looked = frequencies === 1 ? '' : `, over ${frequencies}×${frequencies} frequencies`;
  const where = weakest === null ? '' : `; weakest at ${frequencyWords(weakest)}`;
  const more = `${plain(redundancy)} coefficients a sample`;
  switch (kind) {
    case 'orthonormal':
      return [`orthonormal, ${bounds}: patches keep their energy, and the kernels themselves invert it`];
    case 'orthogonal':
      return [`orthogonal, ${bounds}: the kernels over ${plain(upper)} invert it`];
    case 'basis':
      return [`a basis, but not orthonormal: ${bounds}${looked}`];
    case 'tight':
      return [`a tight frame of ${more}, ${bounds}${looked}: the kernels over ${plain(upper)} invert it`];
    case 'frame':
      return [`a frame of ${more}: ${bounds}${looked}${where}`];
    case 'none':
      return lossWords({ dimensions, rank, kernels, weakest, looked });
  }
}

function lossWords(facts: {
  readonly dimensions: number;
  readonly rank: number;
  readonly kernels: number;
  readonly weakest: readonly [number, number] | null;
  readonly looked: string;
}): string[] {
  const { dimensions, rank, kernels, weakest, looked } = facts;
  const first = 'not a frame: some images, added to another, change no coefficient';
  if (weakest !== null || dimensions === 1) {
    const place = weakest === null ? 'any frequency' : frequencyWords(weakest);
    return [`${first}${looked}`, `nothing passes at ${place}`];
  }
  const what = `rank ${rank} of ${dimensions}: ${counted(kernels, 'kernel')} for the ${dimensions} samples of a stride`;
  return [
    first,
    `${what}, ${dimensions - rank} dimensions of them are lost; a smaller --stride may keep them`,
  ];
}

function frequencyWords([u, v]: readonly [number, number]): string {
  if (u === 0 && v === 0) return 'frequency 0, the mean of the image';
  return `(${plain(u, 3)}, ${plain(v, 3)}) cycles a stride`;
}

/** The strongest maps, and all others in one line. */
function energyRows({ bank, projection }: ProjectionFacts): string[] {
  const shares = sharesOf(projection);
  const order = shares.map((_, k) => k).sort((a, b) => shares[b]! - shares[a]! || a - b);
  const shown = order.slice(0, order.length > MOST_MAPS + 1 ? MOST_MAPS : order.length);
  const rest = order.slice(shown.length);
  const rows = [
    ['map', 'kernel', 'share of the energy'],
    ...shown.map((k) => [String(k + 1), printable(bank.kernels[k]!.name), percent(shares[k]!)]),
  ];
  if (rest.length > 0) {
    const share = rest.reduce((sum, k) => sum + shares[k]!, 0);
    rows.push(['', `the other ${rest.length}`, percent(share)]);
  }
  return columns(rows, [true, false, true]);
}

/** For programs. */
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

function percent(share: number): string {
  return `${plain(100 * share, 3)} %`;
}
