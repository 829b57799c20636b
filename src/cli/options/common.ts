// The options that every command has, and `help` as a command.

import { type Command, CommanderError, Option } from 'commander';
import { packageVersion } from '../../io/package-files.js';
import { EXIT } from '../console/exit-status.js';

/**
 * Adds the options to a command and to those inside it, but for commands of which only the summary is known. The version
 * is listed in the help of the program alone; `write` takes it.
 */
export function addCommonOptions(command: Command, write: (text: string) => void): void {
  if (command.description() === '') return;
  if (command.commands.length === 0) {
    command
      .option('-q, --quiet', 'no notes, errors only', false)
      .addOption(
        new Option('-v, --verbose', 'say what is read and written, and how long it takes, on standard error')
          .default(false)
          .conflicts('quiet'),
      );
  }
  command
    .option('--no-color', 'no colour, whatever the terminal and the environment say')
    .addOption(new Option('-V, --version', 'print the version').hideHelp(command.parent !== null))
    .on('option:version', () => {
      // Read only where it is asked for.
      write(`${packageVersion()}\n`);
      throw new CommanderError(EXIT.done, 'commander.version', packageVersion());
    });
  for (const inner of command.commands) addCommonOptions(inner, write);
}
