// `convtool kernels`: the group of commands about kernels themselves. Slides nothing.

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
    add: async (kernels, call) => (await import('./list.js')).addList(kernels, call),
  },
  {
    name: 'show',
    summary: 'what a kernel holds and does',
    add: async (kernels, call) => (await import('./show.js')).addShow(kernels, call),
  },
  {
    name: 'check',
    summary: 'all that is wrong with kernel files',
    add: async (kernels, call) => (await import('./check.js')).addCheck(kernels, call),
  },
];

/** Adds the command to the program, and of its own commands the one that the words call. */
export async function addKernels(program: Command, call: Invocation, words: CommandLineWords): Promise<void> {
  const kernels = program
    .command('kernels')
    .description(
      'Lists the kernels that came with convtool, shows what one of them holds, or checks kernel files.',
    )
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);
  await addCommands(kernels, INNER, call, words);
}
