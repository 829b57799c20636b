// Options that every command has: --quiet, --verbose, --no-color, --version, --help.

import { type Command, CommanderError, Option } from 'commander';
import { packageVersion } from '../../io/package-files.js';
import { EXIT } from '../console/exit-status.js';

/** Heading of these options in commands that group their options. */
const HEADING = 'General options:';

/**
 * Adds the options to a command and its subcommands, except commands of which only the summary was loaded.
 * @param write takes the version's text. The help of the program lists --version; the commands accept it, too.
 */
export function addCommonOptions(command: Command, write: (text: string) => void): void {
  if (command.description() === '') return;
  // A new help option: by default, commands share the program's.
  if (command.optionsGroup() !== '')
    command.optionsGroup(HEADING).helpOption('-h, --help', 'print this help');
  if (command.commands.length === 0) {
    command
      .option('-q, --quiet', 'print errors only', false)
      .addOption(
        new Option('-v, --verbose', 'report reads, writes and timings on standard error')
          .default(false)
          .conflicts('quiet'),
      );
  }
  command
    .option('--no-color', 'never print colour, whatever the environment says')
    .addOption(new Option('-V, --version', 'print the version').hideHelp(command.parent !== null))
    .on('option:version', () => {
      // The package file is read only when it is needed.
      write(`${packageVersion()}\n`);
      throw new CommanderError(EXIT.done, 'commander.version', packageVersion());
    });
  for (const inner of command.commands) addCommonOptions(inner, write);
}
