// Describes what can be completed on convtool's command lines, as plain data for the generators of shell scripts. Derived
// from the commander commands, so that new options are completed without a change here. Also quotes words for scripts.

import type { Argument, Command, Option } from 'commander';
import { PICTURE_ENDINGS } from '../../codecs/decode/signature.js';
import { shippedKernels } from '../../io/package-files.js';
import { generators } from '../../kernels/generators/list.js';
import { GROUPS } from '../../kernels/groups.js';
import { BORDER_MODES } from '../../plan/border.js';

/** Candidates for an option's value or an argument. A word that ends in `:` is incomplete: no space follows it. */
export type Candidates =
  | { readonly kind: 'none' | 'files' | 'folders' | 'kernels' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** Files with these endings, and folders. */
  | { readonly kind: 'endings'; readonly endings: readonly string[] };

export interface CompletedOption {
  /** The long form, then the short one if there is one. */
  readonly flags: readonly string[];
  /** One line, without choices and default. */
  readonly description: string;
  /** null: the option takes no value. */
  readonly value: Candidates | null;
  readonly repeats: boolean;
}

export interface CompletedCommand {
  /** The words that select the command: empty for the program, `kernels show` for a subcommand. */
  readonly path: string;
  readonly inner: readonly { readonly name: string; readonly path: string; readonly summary: string }[];
  readonly options: readonly CompletedOption[];
  readonly argument: Candidates;
  /** Whether it takes more than one argument. */
  readonly repeats: boolean;
}

export interface Completions {
  readonly name: string;
  /** The program itself comes first. */
  readonly commands: readonly CompletedCommand[];
  /** Names that --kernel takes: shipped kernels and banks, and generators followed by a colon. */
  readonly kernels: readonly string[];
}

/** The longest line of kernel names in a script, in characters. */
export const NAMES_WIDTH = 111;

/** Candidates that commander has no declaration for, by option or argument name. */
const UNDECLARED: Readonly<Record<string, Candidates>> = {
  '--kernel': { kind: 'kernels' },
  '--bank': { kind: 'kernels' },
  '--border': { kind: 'words', words: BORDER_MODES.map((mode) => (mode === 'constant' ? `${mode}:` : mode)) },
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
  file: { kind: 'endings', endings: ['json', 'npy', 'safetensors', 'mat', 'csv', 'txt'] },
  word: { kind: 'words', words: GROUPS },
};

export async function completionsOf(program: Command): Promise<Completions> {
  const shipped = await shippedKernels.builtinNames();
  const kernels = [...shipped, ...generators.map(({ name }) => `${name}:`)];
  return { name: program.name(), commands: commandsOf(program, ''), kernels };
}

function commandsOf(command: Command, path: string): CompletedCommand[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command).map(optionOf);
  const args = command.registeredArguments;
  const inner = command.commands.map((one) => {
    return { name: one.name(), path: `${path} ${one.name()}`.trim(), summary: one.summary() };
  });
  return [
    {
      path,
      inner,
      options,
      argument: mergeFiles(args.map((arg) => candidates(arg.name(), arg))),
      repeats: args.length > 1 || (args[0]?.variadic ?? false),
    },
    ...command.commands.flatMap((one, i) => commandsOf(one, inner[i]!.path)),
  ];
}

/** Merges the candidates of several arguments, all of them files: the scripts do not count arguments. */
function mergeFiles(all: readonly Candidates[]): Candidates {
  const endings = all.flatMap((one) => (one.kind === 'endings' ? one.endings : []));
  return all.length > 1 ? { kind: 'endings', endings } : (all[0] ?? { kind: 'none' });
}

function optionOf(option: Option): CompletedOption {
  const flags = [option.long, option.short].filter((flag) => flag !== undefined);
  const [long = ''] = flags;
  return {
    flags,
    description: option.description,
    value: option.required || option.optional ? candidates(long, option) : null,
    repeats: ['--kernel', '--bank', '--layer'].includes(long),
  };
}

/** The declared choices, else the entry in UNDECLARED, else a guess from the placeholder: <folder>, <path>, <file>. */
function candidates(name: string, value: Option | Argument): Candidates {
  if (value.argChoices !== undefined) return { kind: 'words', words: value.argChoices };
  const known = UNDECLARED[name];
  if (known !== undefined) return known;
  const flags = 'flags' in value ? value.flags : `<${value.name()}>`;
  if (/[<[](folder|dir)/.test(flags)) return { kind: 'folders' };
  return { kind: /[<[](path|file)\b/.test(flags) ? 'files' : 'none' };
}

/** A text in single quotes for POSIX shells. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
