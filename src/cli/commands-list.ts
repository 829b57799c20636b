// The commands, in the order of help. A command's file is loaded when the command is called, because loading all of them
// takes longer than many runs. Also answers what must be known of a command line before it is parsed.

import { mayBeLarge } from '../io/large-file.js';
import { REPLACEMENT } from '../io/path-bytes.js';
import type { CommandEntry } from './add-commands.js';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'apply',
    isLongRunning: mayReadLarge,
    summary: 'apply kernels to images and write the feature maps',
    add: async (program, call) => (await import('./commands/apply.js')).addApply(program, call),
  },
  {
    name: 'compare',
    summary: 'compare a kernel with and without flip, side by side, with metrics',
    add: async (program, call) => (await import('./commands/compare.js')).addCompare(program, call),
  },
  {
    name: 'explain',
    summary: 'show how one sample of a map is computed',
    add: async (program, call) => (await import('./commands/explain.js')).addExplain(program, call),
  },
  {
    name: 'fit',
    summary: 'estimate the kernel that turns one image into another',
    add: async (program, call) => (await import('./commands/fit.js')).addFit(program, call),
  },
  {
    name: 'project',
    summary: 'project every patch onto a bank, and analyse the bank',
    add: async (program, call) => (await import('./commands/project.js')).addProject(program, call),
  },
  {
    name: 'reconstruct',
    summary: 'reconstruct an image from its coefficients on a bank',
    add: async (program, call) => (await import('./commands/reconstruct.js')).addReconstruct(program, call),
  },
  {
    name: 'kernels',
    isLongRunning: ([inner]) => inner === 'show' || inner === 'check',
    summary: 'list, show and check kernels',
    add: async (program, call, words) =>
      (await import('./commands/kernels/kernels.js')).addKernels(program, call, words),
  },
  {
    name: 'run',
    summary: 'run a stack of layers on images and write the maps of selected layers',
    add: async (program, call) => (await import('./commands/run.js')).addRun(program, call),
  },
  {
    name: 'completion',
    isLongRunning: () => false,
    summary: 'print a script that completes command lines in bash, zsh or fish',
    add: async (program, call) =>
      (await import('./commands/completion.js')).addCompletion(program, call, COMMANDS),
  },
];

/** Options that are answered without running a command. */
const HELP_OPTIONS: readonly string[] = ['-h', '--help', '-V', '--version'];

/** Whether the command line calls a command that may keep its thread busy for long. @param words without node and script. */
export function needsOwnThread(words: readonly string[]): boolean {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const entry = COMMANDS.find(({ name }) => name === words[at]);
  if (!entry || words.some((word) => HELP_OPTIONS.includes(word))) return false;
  return entry.isLongRunning?.(words.slice(at + 1)) ?? true;
}

/** Turns `help kernels show` and `kernels help show` into `kernels show --help`; other command lines are unchanged. */
export function helpAsOption(words: readonly string[]): readonly string[] {
  const at = words[0] === 'kernels' ? 1 : 0;
  if (words[at] !== 'help') return words;
  const topic = words.slice(at + 1).filter((word) => word !== 'help');
  const isKnown = at > 0 || topic.length === 0 || COMMANDS.some(({ name }) => name === topic[0]);
  return [...words.slice(0, at), ...topic, ...(isKnown ? ['--help'] : [])];
}

/**
 * Whether a command line of `apply` may read a large picture. Such commands run on their own thread: one step of work on a
 * large picture can take seconds, during which signals would wait.
 * @param words the arguments after the command's name; each that names a file counts as an input, also option values.
 * @returns true also where sizes are unknown: folders, patterns, lists of files, standard input and pipes.
 */
export function mayReadLarge(words: readonly string[]): boolean {
  return words.some((word, i) => {
    // Node has replaced bytes that are not UTF-8: the file has another name, by which it is not looked up here.
    if (word === '-' || word.startsWith('--files-from') || word.includes(REPLACEMENT)) return true;
    if (/^(-o|--out)$/.test(words[i - 1] ?? '') || /^[-[{]/.test(word)) return false;
    return /[*?[{]/.test(word) || mayBeLarge(word);
  });
}
