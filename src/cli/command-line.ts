// One command line carried out: its exit status, and what becomes of an error that reaches the top. Used by the main
// thread and by the thread of commands that compute.

import { type Command, CommanderError } from 'commander';
import { restrictDecoders } from '../codecs/sharp/libvips.js';
import { ConvtoolError, cutMiddle, nameFlagsInErrors, OutputError } from '../core/errors.js';
import { exactArguments } from '../io/arguments.js';
import { COMMANDS, helpAsOption } from './commands-list.js';
import { EXIT } from './console/exit-status.js';
import type { Logger } from './console/logger.js';
import { ResultsLost, writeResult } from './console/stdout.js';
import { programFor } from './program.js';

/** Runs the command line `argv` (with node and script in front); returns the exit status. */
export async function runCommandLine(argv: readonly string[], logger: Logger): Promise<number> {
  nameFlagsInErrors();
  if (logger.host.hasProcess) restrictDecoders();
  const help: string[] = [];
  const call = { logger, status: EXIT.done };
  const program = await programFor(COMMANDS, helpAsOption(argv.slice(2)), call, (text) => help.push(text));
  reportErrorsOnce(program);
  try {
    const exact = helpAsOption(exactArguments(argv).slice(2));
    await program.parseAsync([...exact], { from: 'user' });
    return call.status;
  } catch (error) {
    const written = help.length > 0 ? writeResult(logger.host, help.join('')) : Promise.resolve();
    return written.then(
      () => statusOf(error, logger),
      (lost) => statusOf(lost, logger),
    );
  }
}

/** Errors of every command come here to be reported, instead of being printed and ending the process. */
function reportErrorsOnce(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const inner of command.commands) reportErrorsOnce(inner);
}

/** The exit status of a run that ended with `error`, which is reported. */
export function statusOf(error: unknown, logger: Logger): number {
  if (error instanceof ResultsLost) {
    if (error.report) logger.error(error.report.message);
    return EXIT.failed;
  }
  if ((error as NodeJS.ErrnoException).syscall === 'uv_cwd') {
    logger.error('the current folder is gone: change to one that is there');
    return EXIT.failed;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    if (error.code !== 'commander.help')
      logger.error(`${plainly(error.message)}; --help lists what there is`);
    return EXIT.usage;
  }
  if (error instanceof ConvtoolError) {
    logger.error(error.message);
    return error instanceof OutputError ? EXIT.failed : EXIT.usage;
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  logger.error(`a defect of convtool, please report it with the command line: ${what}`);
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
      / is invalid( for argument '\w+')?\. (Allowed choices are )?/,
      (_, where = '', choices) => ` is invalid${where}: ${choices ? 'expected one of ' : ''}`,
    ),
    400,
  );
}
