// Generates the completion script for bash 3.2 and later. The script needs no other package: it finds the command from the
// words before the cursor and starts no process.

import { wrapText } from '../text/columns.js';
import { type Candidates, type CompletedCommand, type Completions, NAMES_WIDTH, quoted } from './model.js';

export function bashScript({ name, commands, kernels }: Completions): string {
  const inner = commands.flatMap(({ path, inner }) =>
    inner.map((one) => `      ${quoted(`${path}|${one.name}`)}) path=${quoted(one.path)} ;;`),
  );
  return `# Completes the command lines of ${name} in bash. Printed by: ${name} completion bash

_${name}_words() { # the words of a list that start with the word at the cursor
  local word
  for word in $1; do
    [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
  done
  # No space after a colon: a value follows.
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *: ]] && compopt -o nospace 2>/dev/null
}

_${name}_files() { # files that match a pattern, and folders
  local file
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do
    [[ -d $file || $file =~ $1 ]] && COMPREPLY+=("$file")
  done < <(compgen -f -- "$cur")
}

_${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} previous='' path='' word i
  COMPREPLY=()
  ((COMP_CWORD > 0)) && previous=\${COMP_WORDS[COMP_CWORD - 1]}
  # bash splits --option=value and generator:parameter=value at = and :. Parameters are not completed.
  if [[ $cur == = ]]; then
    cur=''
    [[ $previous == -* ]] || return
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
    [[ $previous == -* ]] || return
  elif [[ $cur == : || $previous == : ]]; then
    return
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path|\${COMP_WORDS[i]}" in
${inner.join('\n')}
    esac
  done
  local kernels=${quoted(wrapText(kernels.join(' '), NAMES_WIDTH).join('\n'))}
  case "$path|$previous" in
${commands.flatMap((command) => valueCases(command, name)).join('\n')}
  esac
  case "$path" in
${commands.map((command) => argumentCase(command, name)).join('\n')}
  esac
}

complete -F _${name} ${name}
`;
}

/** The cases for option values; options with the same candidates share one. */
function valueCases({ path, options }: CompletedCommand, name: string): string[] {
  const byAction = new Map<string, string[]>();
  for (const { flags, value } of options) {
    if (value === null) continue;
    const patterns = flags.map((flag) => quoted(`${path}|${flag}`));
    const action = actionFor(value, name);
    byAction.set(action, [...(byAction.get(action) ?? []), ...patterns]);
  }
  return [...byAction].map(([action, patterns]) =>
    [`    ${patterns.join(' | ')})`, `      ${action}`, '      return', '      ;;'].join('\n'),
  );
}

function argumentCase({ path, inner, options, argument }: CompletedCommand, name: string): string {
  const flags = options.flatMap((option) => option.flags);
  const action =
    inner.length > 0
      ? `_${name}_words ${quoted(inner.map((one) => one.name).join(' '))}`
      : actionFor(argument, name);
  return `    ${quoted(path)})
      if [[ $cur == -* ]]; then
        _${name}_words ${quoted(flags.join(' '))}
      else
        ${action}
      fi
      ;;`;
}

function actionFor(value: Candidates, name: string): string {
  switch (value.kind) {
    case 'words':
      return `_${name}_words ${quoted(value.words.join(' '))}`;
    case 'kernels':
      return `if [[ $cur == */* || $cur == .* ]]; then _${name}_files .; else _${name}_words "$kernels"; fi`;
    case 'folders':
      // No file matches, which leaves the folders.
      return `_${name}_files '/$'`;
    case 'files':
      return `_${name}_files .`;
    case 'endings':
      return `_${name}_files ${quoted(`\\.(${value.endings.flatMap((one) => [one, one.toUpperCase()]).join('|')})$`)}`;
    case 'none':
      return ':';
  }
}
