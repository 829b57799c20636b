// Which commands there are, in the order of help. A command's file is loaded when the command is called: starting costs
// more than many a run. Of the others only name and summary are known.

import type { Command } from 'commander';
import type { Report } from './console/logger.js';
import { mayReadLarge } from './paths/large-inputs.js';

/** A command of the program, or of a group of commands. */
export interface CommandEntry {
  readonly name: string;
  /** What it does, for the list of commands. */
  readonly summary: string;
  /** Whether it computes on the thread that it runs on, for more than a moment; `words` are those behind its name. */
  readonly computesLong?: (words: readonly string[]) => boolean;
  /** Adds the command with its options and action to its parent; `words` are those behind its name. */
  add(parent: Command, report: Report, words: Words): Promise<void>;
}

/** The words of a command line, or `all` where every command is wanted in full. */
export type Words = readonly string[] | 'all';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'apply',
    computesLong: mayReadLarge,
    summary: 'slide kernels over images and write the feature maps',
    add: async (program, report) => (await import('./commands/apply.js')).addApply(program, report),
  },
  {
    name: 'compare',
    computesLong: () => true,
    summary: 'the same kernel with and without flip, side by side, with figures',
    add: async (program, report) => (await import('./commands/compare.js')).addCompare(program, report),
  },
  {
    name: 'explain',
    computesLong: () => true,
    summary: 'work out one sample of a map by hand',
    add: async (program, report) => (await import('./commands/explain.js')).addExplain(program, report),
  },
  {
    name: 'fit',
    computesLong: () => true,
    summary: 'find the kernel that turns one image into another',
    add: async (program, report) => (await import('./commands/fit.js')).addFit(program, report),
  },
  {
    name: 'project',
    computesLong: () => true,
    summary: 'the inner products of every patch with a bank, and what the bank is',
    add: async (program, report) => (await import('./commands/project.js')).addProject(program, report),
  },
  {
    name: 'reconstruct',
    computesLong: () => true,
    summary: 'the image back from its coefficients on a bank',
    add: async (program, report) =>
      (await import('./commands/reconstruct.js')).addReconstruct(program, report),
  },
  {
    name: 'kernels',
    computesLong: ([inner]) => inner === 'show' || inner === 'check',
    summary: 'list the kernels there are, show one, check kernel files',
    add: async (program, report, words) =>
      (await import('./commands/kernels/kernels.js')).addKernels(program, report, words),
  },
  {
    name: 'run',
    computesLong: () => true,
    summary: 'run a stack of layers over images and write the maps of any of them',
    add: async (program, report) => (await import('./commands/run.js')).addRun(program, report),
  },
  {
    name: 'completion',
    summary: 'print a script that completes command lines in bash, zsh or fish',
    add: async (program, report) => (await import('./commands/completion.js')).addCompletion(program, report),
  },
];

/** Words that are answered at once. */
const HELP: readonly string[] = ['-h', '--help', '-V', '--version'];

/** Whether the command line, without node and script, calls a command that computes for more than a moment. */
export function computesLong(words: readonly string[]): boolean {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const entry = COMMANDS.find(({ name }) => name === words[at]);
  return !words.some((word) => HELP.includes(word)) && entry?.computesLong?.(words.slice(at + 1)) === true;
}

/** Adds commands to their parent: in full the one that the words call, of the others what a list of commands says. */
export async function addCommands(
  parent: Command,
  entries: readonly CommandEntry[],
  report: Report,
  words: Words,
): Promise<void> {
  const at = words === 'all' ? -1 : words.findIndex((word) => !word.startsWith('-'));
  for (const { name, summary, add } of entries) {
    if (words === 'all') await add(parent, report, words);
    else if (name === words[at]) await add(parent, report, words.slice(at + 1));
    else parent.command(name);
    parent.commands.at(-1)!.summary(summary);
  }
}
