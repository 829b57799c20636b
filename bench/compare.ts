// Runs one work with convtool and its peers: checks that the results agree, then times warm and cold runs, alternating.

import type { Samples } from '../dist/index.js';
import { largestDifference } from './alike.js';
import { timedInNode } from './in-node.js';
import { timedImageMagick } from './peers/magick.js';
import type { Peer } from './peers/peer.js';
import type { PythonPeers } from './peers/python.js';
import type { Timed } from './task.js';
import type { CommonTask, Tasks } from './tasks.js';
import { median, ratio, steady, takeTurns } from './turns.js';
import type { Work } from './works.js';

const COLD_ROUNDS = 3;
const TOLERANCE = { uint8: 1, float32: 1e-4 } as const;

/** Medians in milliseconds, and how many times as long the peer took. */
export interface Times {
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
}

export interface Row {
  readonly work: Work;
  readonly peer: Peer;
  /** How convtool did it. */
  readonly method: string;
  readonly warm: Times | null;
  readonly cold: Times;
  /** Largest difference of the results: levels of 8 bits, or a share of the largest response. */
  readonly difference: number;
}

export interface Workplace {
  /** Folder for intermediate results. */
  readonly folder: string;
  readonly tasks: Tasks;
  readonly python: PythonPeers;
  /** Maximum number of rounds. */
  readonly rounds: number;
}

/** @throws where a side's result is not convtool's within the tolerance. */
export async function compare(work: Work, place: Workplace): Promise<Row[]> {
  const { image, task } = await place.tasks.of(work);
  const ours = await timedInNode('convtool', { ...task, call: '', parameters: {} }, image);
  const theirs: Timed[] = [];
  for (const peer of work.peers) theirs.push(await start(peer, task, image, place));

  const differences = await differencesOf(work, ours, theirs);
  const roundsOf = ({ rounds }: Pick<Peer, 'rounds'>) => Math.min(rounds ?? work.rounds, place.rounds);
  const coldRoundsOf = (peer: Pick<Peer, 'rounds'>) => Math.min(roundsOf(peer), COLD_ROUNDS);
  const turns = [{ run: await steady(ours.warm), rounds: roundsOf(work) }];
  for (const [i, { warm: run }] of theirs.entries()) {
    // Who has no warm runs takes part in no round.
    turns.push(
      run ? { run: await steady(run), rounds: roundsOf(work.peers[i]!) } : { ...turns[0]!, rounds: 0 },
    );
  }
  const [ourWarm, ...warm] = await takeTurns(turns);
  const [ourCold, ...cold] = await takeTurns([
    { run: ours.cold, rounds: coldRoundsOf(work) },
    ...theirs.map(({ cold: run }, i) => ({ run, rounds: coldRoundsOf(work.peers[i]!) })),
  ]);
  return work.peers.map((peer, i) => ({
    work,
    peer,
    method: ours.method(),
    warm: theirs[i]!.warm && timesOf(ourWarm!, warm[i]!),
    cold: timesOf(ourCold!, cold[i]!),
    difference: differences[i]!,
  }));
}

/** From convtool's result, peer by peer; the first runs of all. */
async function differencesOf(work: Work, ours: Timed, theirs: readonly Timed[]): Promise<number[]> {
  const expected = await ours.maps();
  const differences: number[] = [];
  for (const [i, peer] of work.peers.entries()) {
    const difference = largestDifference(expected, await theirs[i]!.maps());
    const tolerance = peer.tolerance ?? TOLERANCE[work.output];
    if (!(difference <= tolerance)) {
      throw new Error(`${work.name}: ${peer.label} is ${difference} away, more than ${tolerance}`);
    }
    differences.push(difference);
  }
  return differences;
}

function timesOf(ours: readonly number[], theirs: readonly number[]): Times {
  return { ours: median(ours), theirs: median(theirs), ratio: ratio(ours, theirs) };
}

function start(peer: Peer, common: CommonTask, image: Samples, place: Workplace): Promise<Timed> | Timed {
  const { program, call, parameters = {}, output = common.output } = peer;
  const task = { ...common, call, parameters, output };
  if (program === 'sharp') return timedInNode('sharp', task, image);
  if (program === 'imagemagick') return timedImageMagick(task, place.folder);
  return place.python.timed(program, task);
}
