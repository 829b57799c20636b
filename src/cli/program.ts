// Builds the commander program: name, description, commands, the options that every command has, and the format of help:
// choices and defaults in one bracket after each option, examples wrapped at 80 columns.

import { Command, CommanderError, Option } from 'commander';
import { packageVersion } from '../io/package-files.js';
import { addCommands, type CommandEntry, type CommandLineWords, type Invocation } from './add-commands.js';
import { EXIT } from './console/exit-status.js';

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
  configureHelpAndErrors(program, write);
  return program;
}

/**
 * Adds the options to a command and its subcommands, except commands of which only the summary was loaded.
 * @param write takes the version's text. The help of the program lists --version; the commands accept it, too.
 */
function addCommonOptions(command: Command, write: (text: string) => void): void {
  if (command.description() === '') return;
  // A new help option, in commands that group their options: by default, commands share the program's.
  if (command.optionsGroup() !== '')
    command.optionsGroup('General options:').helpOption('-h, --help', 'print this help');
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

const WIDTH = 80;

/**
 * Applies the format of help to a command and its subcommands, and makes them throw errors instead of printing them and
 * ending the process, so that they are reported once.
 * @param write receives the text of help.
 */
function configureHelpAndErrors(command: Command, write: (text: string) => void): void {
  const writeOut = (text: string) => write(text.split('\n').map(wrapExample).join('\n'));
  command
    .exitOverride()
    .configureHelp({ optionDescription })
    .configureOutput({ writeOut, outputError: () => undefined });
  for (const inner of command.commands) configureHelpAndErrors(inner, write);
}

/** Moves the comment of an example to the next line where both are too long for one. */
function wrapExample(line: string): string {
  if (line.length <= WIDTH) return line;
  return line.replace(/^( {2}\S.*?) {2,}(\S.*)$/, (_, example, text) => {
    const indent = ' '.repeat(Math.max(4, Math.min(40, WIDTH - text.length)));
    return `${example}\n${indent}${text}`;
  });
}

function optionDescription(option: Option): string {
  const fallback = option.defaultValueDescription ?? defaultText(option.defaultValue);
  const facts: string[] = [];
  if (option.argChoices) facts.push(option.argChoices.join(' | '));
  if (fallback !== null) facts.push(`default ${fallback}`);
  return facts.length > 0 ? `${option.description} (${facts.join('; ')})` : option.description;
}

function defaultText(value: unknown): string | null {
  if (value === undefined || typeof value === 'boolean') return null;
  return Array.isArray(value) ? value.join(',') : String(value);
}
