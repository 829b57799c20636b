// Formats help texts: choices and defaults in one bracket after each option, examples wrapped at 80 columns.

import type { Command, Option } from 'commander';

const WIDTH = 80;

/** Applies the format to a command and its subcommands. @param write receives the text of help. */
export function styleHelp(command: Command, write: (text: string) => void): void {
  command.configureHelp({ optionDescription }).configureOutput({
    writeOut: (text) => write(text.split('\n').map(wrapExample).join('\n')),
  });
  for (const inner of command.commands) styleHelp(inner, write);
}

/** Moves the comment of an example to the next line where both are too long for one. */
function wrapExample(line: string): string {
  if (line.length <= WIDTH) return line;
  return line.replace(/^( {2}\S.*?) {2,}(\S.*)$/, (_, example, text) => {
    const indent = ' '.repeat(Math.max(4, Math.min(40, WIDTH - text.length)));
    return `${example}\n${indent}${text}`;
  });
}

function optionDescription(option: Option): string {
  const fallback = option.defaultValueDescription ?? defaultText(option.defaultValue);
  const facts: string[] = [];
  if (option.argChoices) facts.push(option.argChoices.join(' | '));
  if (fallback !== null) facts.push(`default ${fallback}`);
  return facts.length > 0 ? `${option.description} (${facts.join('; ')})` : option.description;
}

function defaultText(value: unknown): string | null {
  if (value === undefined || typeof value === 'boolean') return null;
  return Array.isArray(value) ? value.join(',') : String(value);
}
