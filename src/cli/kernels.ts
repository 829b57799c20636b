// `convtool kernels`: the group of commands about kernels themselves. Slides nothing.

import type { Command } from 'commander';
import { addCheck } from './kernels-check.js';
import { addList } from './kernels-list.js';
import { addShow } from './kernels-show.js';
import type { Report } from './report.js';

const EXAMPLES = `
Examples:
  convtool kernels list                          every kernel, bank and generator
  convtool kernels list edge                     those that have to do with edges
  convtool kernels show sobel-x                  its weights, what they are and what they do
  convtool kernels show log:sigma=2 --picture log.png
  convtool kernels check kernels/*.json          every fault of every file
`;

/** Adds the command and its own commands to the program. */
export function addKernels(program: Command, report: Report): void {
  const kernels = program
    .command('kernels')
    .summary('list the kernels there are, show one, check kernel files')
    .description(
      'Lists the kernels that came with convtool, shows what one of them holds, or checks kernel files.',
    )
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);
  addList(kernels);
  addShow(kernels, report);
  addCheck(kernels, report);
}
