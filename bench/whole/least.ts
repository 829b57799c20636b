// How soon a JPEG could be there if nothing but Node's start came on top of vips' own work: what bounds every program that
// runs in Node, whatever it does and however fast.

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
    ['vips, what its threads together work', work],
    ['Node, an empty script', empty],
    ['Node, sharp loaded and nothing done', loaded],
    ["Node, an empty script, and vips' work shared by two cores without loss", empty + work / 2],
    ["Node, sharp loaded, and vips' work shared by two cores without loss", loaded + work / 2],
  ] as const;
  return [
    'The JPEG beside vips, bounds in milliseconds: what a program in Node would take if it did with two cores in half the',
    'time all that vips does:\n',
    table(
      ['what', 'median', 'vips’ run to it'],
      rows.map(([what, time]) => [what, milliseconds(time), `${(whole / time).toFixed(2)}×`]),
    ),
  ].join('\n');
}
