// The program: its commands, its exit statuses, and what becomes of an error that reaches the top.

import { Command, CommanderError } from 'commander';
import { ConvtoolError, cutMiddle, OutputError } from '../errors.js';
import { readOwnFile } from '../files/own.js';
import { addCommands, COMMANDS } from './commands.js';
import { styleHelp } from './help.js';
import { openReport, type Report } from './report.js';
import { EXIT, endOnSignals, ResultsLost } from './streams.js';

const AFTER_HELP = `
Exit status: 0 all done · 1 an input or output failed (the others are done) · 2 a wrong command line or
kernel (nothing is done) · 130 interrupted · 70 a defect of convtool

Example:
  convtool apply --kernel sobel-x img.png    writes img.sobel-x.png beside img.png
`;

/** Runs the command line `argv` (with node and script in front) and sets the exit status. */
export async function main(argv: readonly string[]): Promise<void> {
  const report = await openReport();
  endOnSignals((line) => report.error(line));
  const program = newProgram();
  await addCommands(program, COMMANDS, report, argv.slice(2));
  styleHelp(program);
  speakInOneLine(program);
  try {
    await program.parseAsync(argv as string[]);
  } catch (error) {
    process.exitCode = statusOf(error, report);
  }
}

function newProgram(): Command {
  return new Command('convtool')
    .description(
      'Slides kernels over images, as convolution (flipped) or cross-correlation (as written), and writes the feature maps.',
    )
    .option('--version', 'print the version')
    .on('option:version', printVersion)
    .helpOption('--help', 'print this help, or that of a command')
    .helpCommand(false)
    .showSuggestionAfterError()
    .addHelpText('after', AFTER_HELP);
}

/** Reads the version only where it is asked for. */
function printVersion(): never {
  const file = Buffer.from(readOwnFile('package.json')).toString('utf8');
  const { version } = JSON.parse(file) as { version: string };
  process.stdout.write(`${version}\n`);
  throw new CommanderError(EXIT.done, 'commander.version', version);
}

/** Errors of every command come here to be said, instead of being printed and ending the process. */
function speakInOneLine(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const inner of command.commands) speakInOneLine(inner);
}

function statusOf(error: unknown, report: Report): number {
  if (error instanceof ResultsLost) {
    if (error.report) report.error(error.report.message);
    return EXIT.failed;
  }
  if ((error as NodeJS.ErrnoException).syscall === 'uv_cwd') {
    report.error('the current folder is gone: change to one that is there');
    return EXIT.failed;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    if (error.code !== 'commander.help')
      report.error(`${plainly(error.message)}; --help lists what there is`);
    return EXIT.usage;
  }
  if (error instanceof ConvtoolError) {
    report.error(error.message);
    return error instanceof OutputError ? EXIT.failed : EXIT.usage;
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  report.error(`a defect of convtool, please report it with the command line: ${what}`);
  return EXIT.defect;
}

/** Commander's words as one sentence without its prefix and full stops. */
function plainly(message: string): string {
  const line = message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  return cutMiddle(
    line.replace(
      / is invalid\. (Allowed choices are )?/,
      (_, choices) => ` is invalid: ${choices ? 'expected one of ' : ''}`,
    ),
    400,
  );
}
