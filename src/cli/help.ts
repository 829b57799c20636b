// How help looks: choices and defaults in one short bracket, wide enough for a terminal.

import type { Command, Option } from 'commander';

/** Gives a command and those inside it the look of convtool's help. */
export function styleHelp(command: Command): void {
  command.configureHelp({ optionDescription });
  for (const inner of command.commands) styleHelp(inner);
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
