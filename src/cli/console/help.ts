// How help looks: choices and defaults in one short bracket, 80 columns wide.

import type { Command, Option } from 'commander';

const WIDTH = 80;

/** Gives a command and those inside it the look of convtool's help, which goes to `write`. */
export function styleHelp(command: Command, write: (text: string) => void): void {
  command.configureHelp({ optionDescription }).configureOutput({
    writeOut: (text) => write(text.split('\n').map(folded).join('\n')),
  });
  for (const inner of command.commands) styleHelp(inner, write);
}

/** What an example says of itself stands below it where both do not fit in a line. */
function folded(line: string): string {
  if (line.length <= WIDTH) return line;
  return line.replace(/^( {2}\S.*?) {2,}(\S.*)$/, (_, example, text) => {
    const indent = ' '.repeat(Math.max(4, Math.min(40, WIDTH - text.length)));
    return `${example}\n${indent}${text}`;
  });
}

function optionDescription(option: Option): string {
  const given = option.defaultValueDescription ?? shown(option.defaultValue);
  const facts: string[] = [];
  if (option.argChoices) facts.push(option.argChoices.join(' | '));
  if (given !== null) facts.push(`default ${given}`);
  return facts.length > 0 ? `${option.description} (${facts.join('; ')})` : option.description;
}

function shown(value: unknown): string | null {
  if (value === undefined || typeof value === 'boolean') return null;
  return Array.isArray(value) ? value.join(',') : String(value);
}
