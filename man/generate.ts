// Generates the manual pages from the help of the commands, so that the two never differ. Run by `npm run man`; a test
// compares the files with its output.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command, Option } from 'commander';
import { COMMANDS } from '../src/cli/commands-list.js';
import { processHost } from '../src/cli/console/host.js';
import { Logger } from '../src/cli/console/logger.js';
import { Progress } from '../src/cli/console/progress.js';
import { programFor } from '../src/cli/program.js';
import { readPackageFile } from '../src/io/package-files.js';
import { afterHelp, type HelpBlock } from './after-help.js';
import { MORE } from './more.js';
import { bold, italic, paragraph, roff, section, subsection, tagged } from './roff.js';

/** When the text that only the pages have (more.ts) was last reviewed. */
const DATE = '2026-11-24';

/** All pages, by file name. */
export async function manualPages(): Promise<Map<string, string>> {
  const program = await programFor(
    COMMANDS,
    'all',
    { logger: new Logger(processHost(), null, 'errors', new Progress(null)), status: 0 },
    () => undefined,
  );
  const own = Buffer.from(readPackageFile('package.json')).toString('utf8');
  const { version } = JSON.parse(own) as { version: string };
  const all = [program, ...program.commands];
  const names = all.map(pageName);
  return new Map(all.map((command) => [`${pageName(command)}.1`, pageOf(command, names, version)]));
}

function pageName(command: Command): string {
  return command.parent ? `${pageName(command.parent)}-${command.name()}` : command.name();
}

function callOf(command: Command): string {
  return command.parent ? `${callOf(command.parent)} ${command.name()}` : command.name();
}

function pageOf(command: Command, names: readonly string[], version: string): string {
  const name = pageName(command);
  const leaves = command.parent ? command.commands : [];
  const blocks = afterHelp(command);
  const more = MORE[name] ?? [];
  const others = names.filter((other) => other !== name).map((other) => `${bold(other)}(1)`);
  const lines = [
    '.\\" Made by "npm run man" from the commands themselves: edit those.',
    `.TH ${roff(name.toUpperCase())} 1 ${DATE} "convtool ${version}" "convtool"`,
    section('Name'),
    `${roff(name)} \\- ${roff(command.parent ? command.summary() : 'apply kernels to images and write the feature maps')}`,
    section('Synopsis'),
    ...[command, ...leaves]
      .filter((one) => one.parent === null || one.commands.length === 0)
      .flatMap(synopsis),
    section('Description'),
    paragraph(command.description()),
    ...blocks.filter(isText).map(({ text }) => paragraph(text)),
    ...more.filter(({ before }) => before).flatMap(({ heading, lines }) => [section(heading), ...lines]),
    ...(command.parent === null ? [section('Commands'), ...command.commands.map(commandLine)] : []),
    ...(leaves.length === 0 ? optionsOf(command) : []),
    ...(leaves.length > 0 ? [section('Commands'), ...leaves.flatMap(leaf)] : []),
    ...[...blocks.filter(isList), ...statusOf(command)].flatMap(({ heading, items }) => [
      section(heading),
      ...listed(items),
    ]),
    ...more.filter(({ before }) => !before).flatMap(({ heading, lines }) => [section(heading), ...lines]),
    section('See also'),
    `${others.join(',\n')}`,
    '',
  ];
  // A heading starts a new paragraph.
  return lines.join('\n').replace(/^(\.S[HS] .*\n)\.PP\n/gm, '$1');
}

/** A command without its own exit statuses uses the program's. */
function statusOf({ parent }: Command): ListBlock[] {
  const blocks = parent ? afterHelp(parent).filter(isList) : [];
  return blocks.filter(({ heading }) => heading === 'Exit status');
}

function synopsis(command: Command): string[] {
  const usage = command.commands.length > 0 ? ' [options] <command>' : ` ${command.usage()}`;
  return ['.PP', `${bold(callOf(command))}${italic(usage)}`];
}

function commandLine(command: Command): string {
  return tagged(`${bold(pageName(command))}(1)`, command.summary());
}

function leaf(command: Command): string[] {
  const blocks = afterHelp(command);
  return [
    subsection(callOf(command)),
    paragraph(command.description()),
    ...command.registeredArguments.map((one) => tagged(italic(`<${one.name()}>`), one.description)),
    ...command
      .createHelp()
      .visibleOptions(command)
      .map((option) => optionLine(command, option)),
    ...blocks.filter(isList).flatMap(({ heading, items }) => [paragraph(`${heading}:`), ...listed(items)]),
  ];
}

/** Arguments and options under the headings that help has. */
function optionsOf(command: Command): string[] {
  const help = command.createHelp();
  const visible = help.visibleOptions(command);
  const groups = help.groupItems([...command.options], visible, (one) => one.helpGroupHeading ?? 'Options:');
  const args = command.registeredArguments.map((one) =>
    tagged(
      italic(`<${one.name()}>`),
      `${one.description}${one.argChoices ? `: ${one.argChoices.join(', ')}` : ''}`,
    ),
  );
  return [
    ...(args.length > 0 ? [section('Arguments'), ...args] : []),
    section('Options'),
    ...[...groups].flatMap(([heading, options]) => [
      ...(groups.size > 1 ? [subsection(heading.replace(/:$/, ''))] : []),
      ...options.map((option) => optionLine(command, option)),
    ]),
  ];
}

function optionLine(command: Command, option: Option): string {
  const flags = option.flags.replace(/(-{1,2}[\w-]+)|(<[^>]*>)/g, (_, flag, value) =>
    flag ? bold(flag) : italic(value),
  );
  return tagged(flags, command.createHelp().optionDescription(option));
}

function listed(items: readonly (readonly [string, string])[]): string[] {
  return items.map(([term, text]) => tagged(bold(term), text));
}

type TextBlock = Extract<HelpBlock, { text: string }>;
type ListBlock = Extract<HelpBlock, { heading: string }>;

function isText(block: HelpBlock): block is TextBlock {
  return 'text' in block;
}

function isList(block: HelpBlock): block is ListBlock {
  return 'heading' in block;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of await manualPages()) writeFileSync(new URL(name, import.meta.url), text);
}
