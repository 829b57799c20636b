// A lower bound for the JPEG run of any program in Node: the start of Node plus the work of vips on two cores.

import { milliseconds, table } from '../table.js';
import { median, takeTurns } from '../turns.js';
import { type Command, processorTime, timeCommand } from './process.js';

const ROUNDS = 15;

/** The section's text. @param sides runs of vips, of Node with an empty script, and of Node that only loads sharp. */
export async function leastTimes(
  { vips, node, sharp }: Readonly<Record<'vips' | 'node' | 'sharp', Command>>,
  folder: string,
): Promise<string> {
  const timed = (command: Command) => async () => timeCommand(command, folder);
  const runs = [timed(vips), async () => processorTime(vips, folder), timed(node), timed(sharp)];
  const all = await takeTurns(runs.map((run) => ({ rounds: ROUNDS, run })));
  const [whole, work, empty, loaded] = all.map(median) as [number, number, number, number];
  const rows = [
    ['vips, the whole run', whole],
    ['vips, processor time of all threads', work],
    ['Node, an empty script', empty],
    ['Node, sharp loaded, nothing done', loaded],
    ["Node, an empty script, plus half of vips' processor time", empty + work / 2],
    ["Node, sharp loaded, plus half of vips' processor time", loaded + work / 2],
  ] as const;
  return [
    'The JPEG run compared with vips, lower bounds in milliseconds: what a program in Node would take if two cores shared the',
    'work of vips perfectly:\n',
    table(
      ['what', 'median', 'the vips run as a multiple'],
      rows.map(([what, time]) => [what, milliseconds(time), `${(whole / time).toFixed(2)}×`]),
    ),
  ].join('\n');
}
