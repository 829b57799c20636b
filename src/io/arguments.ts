// The arguments of the command line with the bytes that they were given with: Node decodes those that are not UTF-8 to
// the replacement character, which names another file.

import { readFileSync } from 'node:fs';
import { UsageError } from '../core/errors.js';
import { textOfBytes } from './path-bytes.js';

const REPLACEMENT = '\uFFFD';

/**
 * `argv` of the process, its arguments as path-bytes.ts writes them.
 * @throws UsageError where an argument is not UTF-8 and the system does not tell its bytes.
 */
export function exactArguments(argv: readonly string[]): readonly string[] {
  if (!argv.some((argument) => argument.includes(REPLACEMENT))) return argv;
  const given = givenArguments();
  // Options of Node itself stand between its name and ours.
  const own = given?.slice(given.length - (argv.length - 2));
  if (own?.length === argv.length - 2 && own.every((bytes, i) => bytes.toString('utf8') === argv[i + 2]))
    return [...argv.slice(0, 2), ...own.map(textOfBytes)];
  const subject = argv.find((argument) => argument.includes(REPLACEMENT))!;
  const problem = 'is not UTF-8, and this system does not tell its bytes';
  throw new UsageError({ subject, problem, advice: 'rename the file, or name its folder' });
}

/** All arguments of this process; null where the system does not tell. */
function givenArguments(): Buffer[] | null {
  let line: Buffer;
  try {
    line = readFileSync('/proc/self/cmdline');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return null;
  }
  const all: Buffer[] = [];
  for (let from = 0; from < line.length; ) {
    const end = line.indexOf(0, from);
    const to = end < 0 ? line.length : end;
    all.push(line.subarray(from, to));
    from = to + 1;
  }
  return all;
}
