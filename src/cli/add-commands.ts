// Adds commands to the program or to a group of commands: the called one with its options, the others as name and summary
// only, which need no file to be loaded.

import type { Command } from 'commander';
import type { Logger } from './console/logger.js';

/** A run of a command line. */
export interface Invocation {
  readonly logger: Logger;
  /** The exit status returned by its command; 0 before. */
  status: number;
}

/** A command of the program, or of a group of commands. */
export interface CommandEntry {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Whether it may keep its thread busy for long; by default it may. @param words the arguments after its name. */
  readonly isLongRunning?: (words: readonly string[]) => boolean;
  /** Adds the command with its options and action to its parent. @param words the arguments after its name. */
  add(parent: Command, call: Invocation, words: CommandLineWords): Promise<void>;
}

/** The arguments of a command line, or `all` to add every command in full. */
export type CommandLineWords = readonly string[] | 'all';

/** Adds commands to their parent: the one that `words` call in full, the others by name and summary. */
export async function addCommands(
  parent: Command,
  entries: readonly CommandEntry[],
  call: Invocation,
  words: CommandLineWords,
): Promise<void> {
  const commandIndex = words === 'all' ? -1 : words.findIndex((word) => !word.startsWith('-'));
  for (const { name, summary, add } of entries) {
    if (words === 'all') await add(parent, call, words);
    else if (name === words[commandIndex]) await add(parent, call, words.slice(commandIndex + 1));
    else parent.command(name);
    parent.commands.at(-1)!.summary(summary);
  }
}
