// The program: runs a command line on this thread, or on a thread of its own where the command computes for long, so
// that signals are answered here at any moment.

import { canHoldThreads } from '../runtime/address-space.js';
import { helpAsOption, needsOwnThread } from './commands-list.js';
import { settleColour } from './console/colour.js';
import { openLogger } from './console/logger.js';
import { ERASE } from './console/progress.js';
import { endOnSignals } from './console/stdout.js';

/** Runs the command line `argv` (with node and script in front) and sets the exit status. */
export async function main(argv: readonly string[]): Promise<void> {
  const words = helpAsOption(argv.slice(2));
  settleColour(words);
  const logger = await openLogger();
  endOnSignals((line) => {
    // What goes on may be drawn by others.
    logger.terminal?.write(ERASE);
    logger.error(line);
  });
  // That thread starts others.
  if (needsOwnThread(words) && canHoldThreads(2))
    await (await import('./own-thread.js')).runOnOwnThread(argv, logger);
  else await (await import('./command-line.js')).runCommandLine(argv, logger);
}
