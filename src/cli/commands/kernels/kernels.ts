// `convtool kernels`: the group of subcommands that list, show and check kernels.

import type { Command } from 'commander';
import {
  addCommands,
  type CommandEntry,
  type CommandLineWords,
  type Invocation,
} from '../../add-commands.js';

const EXAMPLES = `
Examples:
  convtool kernels list                every kernel, bank and generator
  convtool kernels list edge           those that match "edge"
  convtool kernels show sobel-x        its weights and properties
  convtool kernels show log:sigma=2 --picture log.png
                                       also draws them
  convtool kernels check kernels/*.json
                                       every error in every file
`;

const SUBCOMMANDS: readonly CommandEntry[] = [
  {
    name: 'list',
    summary: 'list shipped kernels, banks and generators',
    add: async (kernels, call) => (await import('./list.js')).addList(kernels, call),
  },
  {
    name: 'show',
    summary: 'show the weights and properties of a kernel',
    add: async (kernels, call) => (await import('./show.js')).addShow(kernels, call),
  },
  {
    name: 'check',
    summary: 'report every error in kernel files',
    add: async (kernels, call) => (await import('./check.js')).addCheck(kernels, call),
  },
];

/** Adds the command to the program, with the subcommand that `words` select. */
export async function addKernels(program: Command, call: Invocation, words: CommandLineWords): Promise<void> {
  const kernels = program
    .command('kernels')
    .description('Lists the shipped kernels, shows a kernel, or checks kernel files.')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);
  await addCommands(kernels, SUBCOMMANDS, call, words);
}
