// Runs one command line and returns its exit status; reports errors that reach the top. Used by the main thread and by the
// thread of long-running commands.

import { CommanderError } from 'commander';
import { restrictDecoders } from '../codecs/sharp/libvips.js';
import { ConvtoolError, cutMiddle, nameFlagsInErrors, OutputError, PackageError } from '../core/errors.js';
import { exactArguments } from '../io/arguments.js';
import { COMMANDS, helpAsOption } from './commands-list.js';
import { EXIT } from './console/exit-status.js';
import type { Logger } from './console/logger.js';
import { ResultsLost } from './console/stdout.js';
import { programFor } from './program.js';

/** Runs the command line `argv` (with node and script in front); returns the exit status. */
export async function runCommandLine(argv: readonly string[], logger: Logger): Promise<number> {
  nameFlagsInErrors();
  if (logger.host.hasProcess) restrictDecoders();
  const help: string[] = [];
  const call = { logger, status: EXIT.done };
  const program = await programFor(COMMANDS, helpAsOption(argv.slice(2)), call, (text) => help.push(text));
  try {
    const exact = helpAsOption(exactArguments(argv).slice(2));
    await program.parseAsync([...exact], { from: 'user' });
    return call.status;
  } catch (error) {
    const written = help.length > 0 ? logger.result(help.join('')) : Promise.resolve();
    return written.then(
      () => statusOf(error, logger),
      (lost) => statusOf(lost, logger),
    );
  }
}

/** Reports `error` and returns the exit status for it. */
export function statusOf(error: unknown, logger: Logger): number {
  if (error instanceof ResultsLost) {
    if (error.report) logger.error(error.report.message);
    return EXIT.failed;
  }
  if ((error as NodeJS.ErrnoException).syscall === 'uv_cwd') {
    logger.error('the current folder no longer exists: change to another one');
    return EXIT.failed;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    if (error.code !== 'commander.help') logger.error(`${plainly(error.message)}; see --help`);
    return EXIT.usage;
  }
  if (error instanceof ConvtoolError) {
    logger.error(error.message);
    const isSystem = error instanceof OutputError || error instanceof PackageError;
    return isSystem ? EXIT.failed : EXIT.usage;
  }
  const description = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  logger.error(`internal error, please report it with the command line: ${description}`);
  return EXIT.internalError;
}

/** Commander's message as one sentence, without its prefix and full stops. */
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
