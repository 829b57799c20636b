// `convtool kernels`: the group of commands about kernels themselves. Slides nothing.

import type { Command } from 'commander';
import { addCommands, type CommandEntry, type CommandLineWords } from '../../add-commands.js';
import type { Logger } from '../../console/logger.js';

const EXAMPLES = `
Examples:
  convtool kernels list                every kernel, bank and generator
  convtool kernels list edge           those that have to do with edges
  convtool kernels show sobel-x        its weights, what they are and do
  convtool kernels show log:sigma=2 --picture log.png
                                       and a picture of them
  convtool kernels check kernels/*.json
                                       every fault of every file
`;

const INNER: readonly CommandEntry[] = [
  {
    name: 'list',
    summary: 'shipped kernels, banks and generators, all or some',
    add: async (kernels) => (await import('./list.js')).addList(kernels),
  },
  {
    name: 'show',
    summary: 'what a kernel holds and does',
    add: async (kernels, logger) => (await import('./show.js')).addShow(kernels, logger),
  },
  {
    name: 'check',
    summary: 'all that is wrong with kernel files',
    add: async (kernels, logger) => (await import('./check.js')).addCheck(kernels, logger),
  },
];

/** Adds the command to the program, and of its own commands the one that the words call. */
export async function addKernels(program: Command, logger: Logger, words: CommandLineWords): Promise<void> {
  const kernels = program
    .command('kernels')
    .description(
      'Lists the kernels that came with convtool, shows what one of them holds, or checks kernel files.',
    )
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);
  await addCommands(kernels, INNER, logger, words);
}
