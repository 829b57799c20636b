// Parses the text after the options in a command's help: paragraphs, and lists under a heading such as "Examples:", each
// line with its description. The tests of the examples use it too.

import type { Command } from 'commander';

export type HelpBlock =
  | { readonly text: string }
  | { readonly heading: string; readonly items: readonly (readonly [string, string])[] };

/** The blocks of a command's help after its options, in order. */
export function afterHelp(command: Command): HelpBlock[] {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const after = help.slice(command.helpInformation().length);
  return after
    .split(/\n{2,}/)
    .map((block) => block.replace(/^\n+|\s+$/g, ''))
    .filter(Boolean)
    .map(blockOf);
}

function blockOf(text: string): HelpBlock {
  const [first, ...lines] = text.split('\n');
  if (!first!.endsWith(':') || !lines.every((line) => line.startsWith('  '))) return { text };
  const items: [string, string][] = [];
  for (const line of lines) {
    const [term, ...rest] = line.trim().split(/ {2,}/);
    // An indented line continues the line above it.
    if (/^ {3}/.test(line)) items.at(-1)![1] = `${items.at(-1)![1]} ${line.trim()}`.trim();
    else items.push([term!, rest.join(' ')]);
  }
  return { heading: first!.slice(0, -1), items };
}

/** The example command lines in a command's help. */
export function examplesOf(command: Command): string[] {
  return afterHelp(command).flatMap((block) =>
    'heading' in block && block.heading === 'Examples' ? block.items.map(([line]) => line) : [],
  );
}
