// Generates the completion script for zsh, built on _arguments: options show their descriptions, files follow the user's
// zsh settings. The script starts no process.

import { wrapText } from '../text/columns.js';
import {
  type Candidates,
  type CompletedCommand,
  type CompletedOption,
  type Completions,
  NAMES_WIDTH,
  quoted,
} from './model.js';

/** The script. It can be placed in a folder of $fpath or sourced. */
export function zshScript({ name, commands, kernels }: Completions): string {
  const plain = kernels.filter((kernel) => !kernel.endsWith(':'));
  const open = kernels.filter((kernel) => kernel.endsWith(':'));
  return `#compdef ${name}
# Completes the command lines of ${name} in zsh. Printed by: ${name} completion zsh

__${name}_kernels() {
  local -a plain=(${lines(plain)})
  local -a open=(${lines(open)})
  if [[ $PREFIX == */* || $PREFIX == .* ]]; then
    _files
    return
  fi
  local result=1
  compadd "$@" -a plain && result=0
  compadd "$@" -S '' -a open && result=0
  return result
}

__${name}_words() { # the words of the last argument; no space follows those that end in a colon
  local -a plain=(\${\${(s: :)@[-1]}:#*:}) open=(\${(M)\${(s: :)@[-1]}:#*:})
  local result=1
  compadd "\${@[1,-2]}" -a plain && result=0
  compadd "\${@[1,-2]}" -S '' -a open && result=0
  return result
}

${commands.map((command) => functionFor(command, name)).join('\n')}
if [[ $funcstack[1] == _${name} ]]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`;
}

function functionFor(command: CompletedCommand, name: string): string {
  const specs = command.options.flatMap((option) => specsFor(option, name));
  return `${functionName(command.path, name)}() {${command.inner.length > 0 ? innerBody(command, specs, name) : leafBody(command, specs, name)}}
`;
}

function leafBody({ argument, repeats }: CompletedCommand, specs: readonly string[], name: string): string {
  const last =
    argument.kind === 'none' ? [] : [quoted(`${repeats ? '*' : '1'}:argument:${action(argument, name)}`)];
  return `
  _arguments -s ${[...specs, ...last].join(' \\\n    ')}
`;
}

function innerBody({ inner }: CompletedCommand, specs: readonly string[], name: string): string {
  const listed = inner.map((one) => `    ${quoted(`${one.name}:${one.summary}`)}`).join('\n');
  const cases = inner.map((one) => `        ${one.name}) ${functionName(one.path, name)} ;;`).join('\n');
  return `
  local context curcontext=$curcontext state line
  local -a inner=(
${listed}
  )
  _arguments -C ${[...specs, quoted('1:command:->command'), quoted('*::argument:->argument')].join(' \\\n    ')} && return
  case $state in
    command) _describe command inner ;;
    argument)
      case $line[1] in
${cases}
      esac
      ;;
  esac
`;
}

function functionName(path: string, name: string): string {
  return ['', name, ...path.split(' ').filter(Boolean)].join('_');
}

/** An option as specs for _arguments. The short and the long form exclude each other. */
function specsFor({ flags, description, value, repeats }: CompletedOption, name: string): string[] {
  const text = description.replace(/[[\]\\:]/g, '\\$&');
  const taken = value === null ? '' : `:value:${action(value, name)}`;
  return flags.map((flag) => {
    const before = repeats ? '*' : flags.length > 1 ? `(${flags.join(' ')})` : '';
    const equals = value !== null && flag.startsWith('--') ? '=' : '';
    return quoted(`${before}${flag}${equals}[${text}]${taken}`);
  });
}

function action(value: Candidates, name: string): string {
  switch (value.kind) {
    case 'words':
      return `__${name}_words "${value.words.join(' ').replaceAll(':', '\\:')}"`;
    case 'kernels':
      return `__${name}_kernels`;
    case 'folders':
      return '_files -/';
    case 'files':
      return '_files';
    case 'endings':
      // zsh reads trailing parentheses without a bar as glob qualifiers.
      return `_files -g "(#i)*.${value.endings.length === 1 ? value.endings[0] : `(${value.endings.join('|')})`}"`;
    case 'none':
      return ' ';
  }
}

function lines(words: readonly string[]): string {
  return `\n    ${wrapText(words.join(' '), NAMES_WIDTH).join('\n    ')}\n  `;
}
