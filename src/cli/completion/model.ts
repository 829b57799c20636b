// What can stand where on a command line, as plain data for the writers of completion scripts. Read off the commands,
// so that a new option is completed without a word here. Knows no shell.

import type { Argument, Command, Option } from 'commander';
import { PICTURE_ENDINGS } from '../../codecs/decode/signature.js';
import { shippedKernels } from '../../io/shipped-kernels.js';
import { generators } from '../../kernels/generators/list.js';
import { GROUPS } from '../../kernels/groups.js';
import { BORDER_MODES } from '../../plan/border.js';

/** What an option's value or an argument can be; a word that ends in `:` goes on. */
export type Candidates =
  | { readonly kind: 'none' | 'files' | 'folders' | 'kernels' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** Files of these endings, and folders on the way to them. */
  | { readonly kind: 'endings'; readonly endings: readonly string[] };

export interface CompletedOption {
  readonly short: string | undefined;
  readonly long: string;
  /** In one line, without choices and defaults. */
  readonly description: string;
  /** null: takes no value. */
  readonly value: Candidates | null;
  readonly repeats: boolean;
}

export interface CompletedCommand {
  /** The words that call it: none for the program, `kernels show` for an inner command. */
  readonly path: string;
  readonly inner: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly CompletedOption[];
  /** What its arguments can be. */
  readonly argument: Candidates;
  /** Whether there may be more than one argument. */
  readonly repeats: boolean;
}

export interface Completions {
  readonly name: string;
  /** The program itself first. */
  readonly commands: readonly CompletedCommand[];
  /** What --kernel takes by name: shipped kernels and banks, and generators with their colon. */
  readonly kernels: readonly string[];
}

const KERNEL_FILES = ['json', 'npy', 'safetensors', 'mat', 'csv', 'txt'];

/** What commander does not know of a value, by option or argument. */
const KNOWN: Readonly<Record<string, Candidates>> = {
  '--kernel': { kind: 'kernels' },
  '--bank': { kind: 'kernels' },
  '--border': {
    kind: 'words',
    words: BORDER_MODES.map((mode) => (mode === 'constant' ? `${mode}:` : mode)),
  },
  '--depth': { kind: 'words', words: ['8', '16', 'float'] },
  '--out': { kind: 'folders' },
  '--files-from': { kind: 'files' },
  '--report': { kind: 'endings', endings: ['html', 'htm'] },
  '--compare': { kind: 'endings', endings: PICTURE_ENDINGS },
  '--picture': { kind: 'endings', endings: PICTURE_ENDINGS },
  '--before': { kind: 'endings', endings: PICTURE_ENDINGS },
  '--after': { kind: 'endings', endings: PICTURE_ENDINGS },
  image: { kind: 'endings', endings: PICTURE_ENDINGS },
  kernel: { kind: 'kernels' },
  description: { kind: 'endings', endings: ['json'] },
  stack: { kind: 'endings', endings: ['json'] },
  file: { kind: 'endings', endings: KERNEL_FILES },
  word: { kind: 'words', words: GROUPS },
};

/** What there is to complete in a program. */
export async function completionsOf(program: Command): Promise<Completions> {
  const shipped = await shippedKernels.builtinNames();
  const kernels = [...shipped, ...generators.map(({ name }) => `${name}:`)];
  return { name: program.name(), commands: commandsOf(program, ''), kernels };
}

function commandsOf(command: Command, path: string): CompletedCommand[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command).map(optionOf);
  const takers = command.registeredArguments;
  const inner = command.commands.map((one) => ({ name: one.name(), summary: one.summary() }));
  return [
    {
      path,
      inner,
      options,
      argument: together(takers.map((taker) => candidates(taker.name(), taker))),
      repeats: takers.length > 1 || (takers[0]?.variadic ?? false),
    },
    ...command.commands.flatMap((one) => commandsOf(one, `${path} ${one.name()}`.trim())),
  ];
}

/** What any of several arguments can be, as far as they are files; shells do not count arguments here. */
function together(all: readonly Candidates[]): Candidates {
  const endings = all.flatMap((one) => (one.kind === 'endings' ? one.endings : []));
  return all.length > 1 ? { kind: 'endings', endings } : (all[0] ?? { kind: 'none' });
}

function optionOf(option: Option): CompletedOption {
  const long = option.long ?? option.short!;
  return {
    short: option.long === undefined ? undefined : option.short,
    long,
    description: option.description,
    value: option.required || option.optional ? candidates(long, option) : null,
    repeats: ['--kernel', '--bank', '--layer'].includes(long),
  };
}

/** Choices as commander has them, else what is known of the name, else what the word in the brackets says. */
function candidates(name: string, taker: Option | Argument): Candidates {
  if (taker.argChoices !== undefined) return { kind: 'words', words: taker.argChoices };
  const known = KNOWN[name];
  if (known !== undefined) return known;
  const flags = 'flags' in taker ? taker.flags : `<${taker.name()}>`;
  if (/[<[](folder|dir)/.test(flags)) return { kind: 'folders' };
  return { kind: /[<[](path|file)\b/.test(flags) ? 'files' : 'none' };
}
