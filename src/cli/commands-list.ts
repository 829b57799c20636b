// Which commands there are, in the order of help. A command's file is loaded when the command is called: starting costs
// more than many a run. Also what a command line tells before that.

import type { CommandEntry } from './add-commands.js';
import { mayReadLarge } from './paths/large-inputs.js';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'apply',
    computesLong: mayReadLarge,
    summary: 'slide kernels over images and write the feature maps',
    add: async (program, call) => (await import('./commands/apply.js')).addApply(program, call),
  },
  {
    name: 'compare',
    computesLong: () => true,
    summary: 'the same kernel with and without flip, side by side, with figures',
    add: async (program, call) => (await import('./commands/compare.js')).addCompare(program, call),
  },
  {
    name: 'explain',
    computesLong: () => true,
    summary: 'work out one sample of a map by hand',
    add: async (program, call) => (await import('./commands/explain.js')).addExplain(program, call),
  },
  {
    name: 'fit',
    computesLong: () => true,
    summary: 'find the kernel that turns one image into another',
    add: async (program, call) => (await import('./commands/fit.js')).addFit(program, call),
  },
  {
    name: 'project',
    computesLong: () => true,
    summary: 'the inner products of every patch with a bank, and what the bank is',
    add: async (program, call) => (await import('./commands/project.js')).addProject(program, call),
  },
  {
    name: 'reconstruct',
    computesLong: () => true,
    summary: 'the image back from its coefficients on a bank',
    add: async (program, call) => (await import('./commands/reconstruct.js')).addReconstruct(program, call),
  },
  {
    name: 'kernels',
    computesLong: ([inner]) => inner === 'show' || inner === 'check',
    summary: 'list the kernels there are, show one, check kernel files',
    add: async (program, call, words) =>
      (await import('./commands/kernels/kernels.js')).addKernels(program, call, words),
  },
  {
    name: 'run',
    computesLong: () => true,
    summary: 'run a stack of layers over images and write the maps of any of them',
    add: async (program, call) => (await import('./commands/run.js')).addRun(program, call),
  },
  {
    name: 'completion',
    summary: 'print a script that completes command lines in bash, zsh or fish',
    add: async (program, call) =>
      (await import('./commands/completion.js')).addCompletion(program, call, COMMANDS),
  },
];

/** Words that are answered at once. */
const HELP: readonly string[] = ['-h', '--help', '-V', '--version'];

/** Whether the command line, without node and script, calls a command that computes for more than a moment. */
export function needsOwnThread(words: readonly string[]): boolean {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const entry = COMMANDS.find(({ name }) => name === words[at]);
  return !words.some((word) => HELP.includes(word)) && entry?.computesLong?.(words.slice(at + 1)) === true;
}

/** `help kernels show` and `kernels help show` as `kernels show --help`; other words, and commands unknown, as they are. */
export function helpAsOption(words: readonly string[]): readonly string[] {
  const at = words[0] === 'kernels' ? 1 : 0;
  if (words[at] !== 'help') return words;
  const asked = words.slice(at + 1).filter((word) => word !== 'help');
  const isKnown = at > 0 || asked.length === 0 || COMMANDS.some(({ name }) => name === asked[0]);
  return [...words.slice(0, at), ...asked, ...(isKnown ? ['--help'] : [])];
}
