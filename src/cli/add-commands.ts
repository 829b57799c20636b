// Adds commands to the program, or to a group of commands: the called one in full, of the others name and summary.

import type { Command } from 'commander';
import type { Logger } from './console/logger.js';

/** A command line that is carried out. */
export interface Invocation {
  readonly logger: Logger;
  /** The exit status that its command returned; 0 before that. */
  status: number;
}

/** A command of the program, or of a group of commands. */
export interface CommandEntry {
  readonly name: string;
  /** What it does, for the list of commands. */
  readonly summary: string;
  /** Whether it computes on the thread that it runs on, for more than a moment; `words` are those behind its name. */
  readonly computesLong?: (words: readonly string[]) => boolean;
  /** Adds the command with its options and action to its parent; `words` are those behind its name. */
  add(parent: Command, call: Invocation, words: CommandLineWords): Promise<void>;
}

/** The words of a command line, or `all` where every command is wanted in full. */
export type CommandLineWords = readonly string[] | 'all';

/** Adds commands to their parent: in full the one that the words call, of the others what a list of commands says. */
export async function addCommands(
  parent: Command,
  entries: readonly CommandEntry[],
  call: Invocation,
  words: CommandLineWords,
): Promise<void> {
  const at = words === 'all' ? -1 : words.findIndex((word) => !word.startsWith('-'));
  for (const { name, summary, add } of entries) {
    if (words === 'all') await add(parent, call, words);
    else if (name === words[at]) await add(parent, call, words.slice(at + 1));
    else parent.command(name);
    parent.commands.at(-1)!.summary(summary);
  }
}
