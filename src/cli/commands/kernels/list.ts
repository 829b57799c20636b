// `convtool kernels list`: lists shipped kernels, banks and generators, one line each under the heading of their group, or
// as JSON. With words, lists only entries that contain all of them.

import type { Command } from 'commander';
import { UsageError } from '../../../core/errors.js';
import { loadKernels } from '../../../index.js';
import { shippedKernels } from '../../../io/package-files.js';
import { nearestNames } from '../../../kernels/did-you-mean.js';
import type { Generator } from '../../../kernels/generators/generator.js';
import { generators } from '../../../kernels/generators/list.js';
import { GROUP_WORDS, GROUPS } from '../../../kernels/groups.js';
import type { Invocation } from '../../add-commands.js';
import { EXIT } from '../../console/exit-status.js';
import { cutLine, pageWidth } from '../../console/terminal.js';
import { alignColumns } from '../../text/columns.js';
import { type ParameterFacts, parameterFacts } from '../../text/parameters.js';

/** An entry of the list, with its keys in JSON. */
interface Entry extends Pick<Generator, 'name' | 'group' | 'description' | 'source'> {
  readonly kind: 'kernel' | 'bank' | 'generator';
  /** [width, height] of the kernel, or of a bank whose kernels all have one size; else null. */
  readonly size: readonly [number, number] | null;
  /** Number of kernels; null for a generator. */
  readonly kernels: number | null;
  /** Other names for the kernel or its effect. */
  readonly keywords: readonly string[];
  /** Empty unless it is a generator. */
  readonly parameters: readonly ParameterFacts[];
}

const EXAMPLES = `
Examples:
  convtool kernels list
  convtool kernels list edge           entries that contain "edge"
  convtool kernels list bank texture   entries that contain both words
  convtool kernels list --json gabor   as JSON, with all parameters
`;

export function addList(kernels: Command, call: Invocation): void {
  kernels
    .command('list')
    .description(
      'Lists shipped kernels, banks and generators; with words, only entries that contain all of them.',
    )
    .argument('[word...]', 'text to find in name, description, source, group or keywords; case is ignored')
    .option('--json', 'print one JSON object per line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], { json }: { json: boolean }) => {
      const entries = filterEntries(await loadEntries(), words);
      const { logger } = call;
      if (json) for (const entry of entries) await logger.json(entry);
      else await logger.result(entriesText(entries, pageWidth(logger.host)));
      call.status = EXIT.done;
    });
}

/** All entries in the order of the groups; within a group, kernels before generators, then by name. */
async function loadEntries(): Promise<Entry[]> {
  const shipped = await Promise.all((await shippedKernels.builtinNames()).map(shippedEntry));
  const all = [...shipped, ...generators.map(generatorEntry)];
  return GROUPS.flatMap((group) => all.filter((entry) => entry.group === group).sort(compareEntries));
}

const byName = new Intl.Collator('en', { numeric: true });

function compareEntries(a: Entry, b: Entry): number {
  const kinds = Number(a.kind === 'generator') - Number(b.kind === 'generator');
  return kinds || byName.compare(a.name, b.name);
}

async function shippedEntry(name: string): Promise<Entry> {
  const bank = await loadKernels(name);
  const [first] = bank.kernels;
  const haveOneSize = bank.kernels.every(
    ({ width, height }) => width === first!.width && height === first!.height,
  );
  return {
    name,
    kind: bank.kernels.length > 1 ? 'bank' : 'kernel',
    group: bank.group ?? first!.group ?? 'other',
    description: bank.description ?? first!.description ?? '',
    source: bank.source ?? first!.source ?? '',
    keywords: bank.keywords ?? first!.keywords ?? [],
    size: haveOneSize ? [first!.width, first!.height] : null,
    kernels: bank.kernels.length,
    parameters: [],
  };
}

function generatorEntry(generator: Generator): Entry {
  const { name, group, description, source, keywords = [] } = generator;
  const parameters = parameterFacts(generator);
  const none = { size: null, kernels: null };
  return { name, kind: 'generator', group, description, source, keywords, ...none, parameters };
}

/** The entries that contain every word. @throws UsageError if there is none. */
function filterEntries(entries: readonly Entry[], words: readonly string[]): readonly Entry[] {
  const wanted = words.flatMap((word) => word.toLowerCase().split(/[\s_]+/));
  const found = entries.filter(({ name, kind, group, description, source, keywords }) => {
    const all = [name, kind, group, GROUP_WORDS[group], description, source, ...keywords];
    const text = all.join('\n').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  if (found.length > 0) return found;
  const known = entries.flatMap(({ name }) => [name, name.split('-')[0]!]);
  const near = words.flatMap((word) => nearestNames(word, [...new Set([...known, ...GROUPS])]));
  throw new UsageError({
    subject: 'kernels list',
    problem: `nothing matches "${words.join(' ')}"`,
    advice:
      near.length > 0 ? `nearest: ${[...new Set(near)].join(', ')}` : 'without words, it lists everything',
  });
}

/** The entries as columns under the headings of their groups; lines are cut at `pageColumns`. */
function entriesText(entries: readonly Entry[], pageColumns: number): string {
  const rows = entries.map((entry) => {
    return [callText(entry), sizeText(entry), entry.description + optionalParametersText(entry)];
  });
  const lines = alignColumns(rows, [false, false, false]).map((line) => cutLine(`  ${line}`, pageColumns));
  const sections = GROUPS.flatMap((group) => {
    const own = lines.filter((_, i) => entries[i]!.group === group);
    return own.length > 0 ? [[group, ...own].join('\n')] : [];
  });
  return `${sections.join('\n\n')}\n`;
}

/** The name; of a generator, with its required parameters: `box:size`. */
function callText({ name, parameters }: Entry): string {
  const required = parameters.filter(({ needed }) => needed).map((parameter) => parameter.name);
  return required.length > 0 ? `${name}:${required.join(',')}` : name;
}

function sizeText({ kind, size, kernels }: Entry): string {
  if (kind === 'generator') return 'generator';
  const each = size === null ? 'kernels' : size.join('×');
  return kernels === 1 ? each : `${kernels} of ${each}`.replace('of kernels', 'kernels');
}

function optionalParametersText({ parameters }: Entry): string {
  const names = parameters.filter(({ needed }) => !needed).map(({ name }) => name);
  return names.length > 0 ? ` (${names.join(', ')})` : '';
}
