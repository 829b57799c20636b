// `convtool kernels list`: shipped kernels and banks, and generators, a line each under the heading of their group, or
// as JSON; all of them or those that some words are found in.

import type { Command } from 'commander';
import { UsageError } from '../../../core/errors.js';
import { loadKernels } from '../../../index.js';
import { shippedKernels } from '../../../io/shipped-kernels.js';
import { nearestNames } from '../../../kernels/did-you-mean.js';
import type { Generator } from '../../../kernels/generators/generator.js';
import { generators } from '../../../kernels/generators/list.js';
import { GROUP_WORDS, GROUPS, type Group } from '../../../kernels/groups.js';
import type { Invocation } from '../../add-commands.js';
import { EXIT } from '../../console/exit-status.js';
import { writeResult } from '../../console/stdout.js';
import { fitted, pageWidth } from '../../console/terminal.js';
import { type ParameterFacts, parameterFacts } from '../../text/parameters.js';

/** One entry; as JSON these are its keys. */
interface Entry {
  /** What --kernel takes; a generator's needs its parameters too. */
  readonly name: string;
  readonly kind: 'kernel' | 'bank' | 'generator';
  readonly group: Group;
  readonly description: string;
  readonly source: string;
  /** [width, height] of a kernel, or of all kernels of a bank where they have one; else null. */
  readonly size: readonly [number, number] | null;
  /** How many kernels there are; null for a generator. */
  readonly kernels: number | null;
  /** What people call it or its effect. */
  readonly keywords: readonly string[];
  /** A generator's; none for others. */
  readonly parameters: readonly ParameterFacts[];
}

const EXAMPLES = `
Examples:
  convtool kernels list
  convtool kernels list edge           those that have to do with edges
  convtool kernels list bank texture   those in which both words are found
  convtool kernels list --json gabor   with parameters, for programs
`;

/** Adds the command to its group. */
export function addList(kernels: Command, call: Invocation): void {
  kernels
    .command('list')
    .description(
      'Lists shipped kernels, banks and generators, those only in which every given word is found.',
    )
    .argument('[word...]', 'found in name, description, source, group or what people call it, in any case')
    .option('--json', 'one JSON object a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], { json }: { json: boolean }) => {
      const entries = chosen(await allEntries(), words);
      const { host } = call.logger;
      const text = json
        ? entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
        : listed(entries, pageWidth(host));
      await writeResult(host, text);
      call.status = EXIT.done;
    });
}

/** All there is, in the order of the groups, kernels before generators, by name. */
async function allEntries(): Promise<Entry[]> {
  const shipped = await Promise.all((await shippedKernels.builtinNames()).map(shippedEntry));
  const all = [...shipped, ...generators.map(generatorEntry)];
  return GROUPS.flatMap((group) => all.filter((entry) => entry.group === group).sort(inOrder));
}

const byName = new Intl.Collator('en', { numeric: true });

function inOrder(a: Entry, b: Entry): number {
  const kinds = Number(a.kind === 'generator') - Number(b.kind === 'generator');
  return kinds || byName.compare(a.name, b.name);
}

async function shippedEntry(name: string): Promise<Entry> {
  const bank = await loadKernels(name);
  const [first] = bank.kernels;
  const isOne = bank.kernels.every(({ width, height }) => width === first!.width && height === first!.height);
  return {
    name,
    kind: bank.kernels.length > 1 ? 'bank' : 'kernel',
    group: bank.group ?? first!.group ?? 'other',
    description: bank.description ?? first!.description ?? '',
    source: bank.source ?? first!.source ?? '',
    keywords: bank.keywords ?? first!.keywords ?? [],
    size: isOne ? [first!.width, first!.height] : null,
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

/** Those in which every word is found. @throws UsageError where there are none. */
function chosen(entries: readonly Entry[], words: readonly string[]): readonly Entry[] {
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
    problem: `nothing has to do with "${words.join(' ')}"`,
    advice: near.length > 0 ? `nearest: ${[...new Set(near)].join(', ')}` : 'without a word it lists all',
  });
}

/** Lines under headings, in columns; cut to the width of the page. */
function listed(entries: readonly Entry[], pageColumns: number): string {
  const rows = entries.map((entry) => ({ entry, name: callOf(entry), size: sizeOf(entry) }));
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const sizeWidth = Math.max(...rows.map(({ size }) => size.length));
  const sections = GROUPS.flatMap((group) => {
    const lines = rows
      .filter(({ entry }) => entry.group === group)
      .map(({ entry, name, size }) => {
        const text = `  ${name.padEnd(nameWidth)}  ${size.padEnd(sizeWidth)}  ${entry.description}${others(entry)}`;
        return fitted(text.trimEnd(), pageColumns);
      });
    return lines.length > 0 ? [[group, ...lines].join('\n')] : [];
  });
  return `${sections.join('\n\n')}\n`;
}

/** A generator with the parameters that it needs: `gabor:theta,lambda`. */
function callOf({ name, parameters }: Entry): string {
  const needed = parameters.filter(({ needed }) => needed).map((parameter) => parameter.name);
  return needed.length > 0 ? `${name}:${needed.join(',')}` : name;
}

function sizeOf({ kind, size, kernels }: Entry): string {
  if (kind === 'generator') return 'generator';
  const each = size === null ? 'kernels' : size.join('×');
  return kernels === 1 ? each : `${kernels} of ${each}`.replace('of kernels', 'kernels');
}

function others({ parameters }: Entry): string {
  const more = parameters.filter(({ needed }) => !needed).map(({ name }) => name);
  return more.length > 0 ? ` (${more.join(', ')})` : '';
}
