// Runs the program and returns its exit status: on this thread, or on a thread of its own where the command is long-running
// and signals must be handled at any moment.

import { useFileSystem } from '../io/file-system.js';
import { setStandardInput } from '../io/pipe.js';
import { forgetFolders } from '../io/write/temp-files.js';
import { canHoldThreads } from '../runtime/address-space.js';
import { helpAsOption, needsOwnThread } from './commands-list.js';
import type { Host } from './console/host.js';
import { openLogger } from './console/logger.js';
import { ERASE_LINE } from './console/progress.js';
import { settleColour } from './console/terminal.js';

export { processHost } from './console/host.js';

/** Runs the command line `argv` (with node and script in front) and returns the exit status. Runs must not overlap. */
export async function main(argv: readonly string[], host: Host): Promise<number> {
  const restoreFileSystem = useFileSystem(host.files);
  try {
    const words = helpAsOption(argv.slice(2));
    settleColour(words, host.env);
    setStandardInput(() => host.stdin);
    forgetFolders();
    // Failed writes are reported by the writer; without a listener the process would end with a stack trace.
    for (const stream of [host.stdout, host.stderr]) stream.on('error', () => undefined);
    const logger = await openLogger(host);
    const { signals } = host;
    signals?.listen((line) => {
      // The progress line may have been drawn by another logger.
      logger.progress.terminal?.write(ERASE_LINE);
      logger.error(line);
    });
    // The command's thread starts worker threads in turn.
    if (signals && needsOwnThread(words) && canHoldThreads(2))
      return await (await import('./own-thread.js')).runOnOwnThread(argv, logger, signals);
    return await (await import('./command-line.js')).runCommandLine(argv, logger);
  } finally {
    restoreFileSystem();
  }
}
