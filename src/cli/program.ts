// Builds the commander program: name, description, help, version and commands.

import { Command } from 'commander';
import { addCommands, type CommandEntry, type CommandLineWords, type Invocation } from './add-commands.js';
import { styleHelp } from './console/help.js';
import { addCommonOptions } from './options/common.js';

const AFTER_HELP = `
Exit status:
  0    success
  1    an input or output failed; the others are done
  2    wrong command line or kernel; nothing is done
  70   internal error
  130  interrupted; 143 by SIGTERM, 129 by SIGHUP

Examples:
  convtool apply --kernel sobel-x img.png   writes img.sobel-x.png
  convtool apply --help                     options and examples of a command
`;

/**
 * The program with the command that `words` call in full, and the others by name and summary.
 * @param words arguments of the command line, or `all` for every command in full.
 * @param write receives the text of help and version.
 */
export async function programFor(
  commands: readonly CommandEntry[],
  words: CommandLineWords,
  call: Invocation,
  write: (text: string) => void,
): Promise<Command> {
  const program = new Command('convtool')
    .description(
      'Applies convolution kernels to images and writes the feature maps. Kernels are applied as written (cross-correlation) or flipped (convolution).',
    )
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError()
    .addHelpText('after', AFTER_HELP);
  await addCommands(program, commands, call, words);
  addCommonOptions(program, write);
  styleHelp(program, write);
  return program;
}
