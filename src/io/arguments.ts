// Command-line arguments with their original bytes. Node decodes invalid UTF-8 to the replacement character, which would
// name a different file.

import { UsageError } from '../core/errors.js';
import { fileSystem } from './file-system.js';
import { REPLACEMENT, textOfBytes } from './path-bytes.js';
import { systemOr } from './system-error.js';

/**
 * The `argv` of the process, with invalid UTF-8 escaped as in path-bytes.ts.
 * @throws UsageError if an argument is not UTF-8 and the system does not expose its bytes.
 */
export function exactArguments(argv: readonly string[]): readonly string[] {
  if (!argv.some((argument) => argument.includes(REPLACEMENT))) return argv;
  const all = argumentBytes();
  // Node's own options come between the name of its executable and our arguments.
  const ours = all?.slice(all.length - (argv.length - 2));
  if (ours?.length === argv.length - 2 && ours.every((bytes, i) => bytes.toString('utf8') === argv[i + 2]))
    return [...argv.slice(0, 2), ...ours.map(textOfBytes)];
  const subject = argv.find((argument) => argument.includes(REPLACEMENT))!;
  const problem = 'is not UTF-8, and this system does not reveal its bytes';
  throw new UsageError({ subject, problem, advice: 'rename the file, or name its folder' });
}

/** All arguments of this process as bytes; null if the system does not expose them. */
function argumentBytes(): Buffer[] | null {
  const line = systemOr(() => fileSystem().readFileSync('/proc/self/cmdline'), null);
  const all = line?.toString('latin1').replace(/\0$/, '').split('\0');
  return all?.map((argument) => Buffer.from(argument, 'latin1')) ?? null;
}
