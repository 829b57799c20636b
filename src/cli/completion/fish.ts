// Generates the completion script for fish: one `complete` line per command, option and argument, with the condition that
// its command precedes the cursor. The script starts no process.

import type { Candidates, CompletedCommand, Completions } from './model.js';

export function fishScript({ name, commands, kernels }: Completions): string {
  const cases = commands.flatMap(({ path, inner }) =>
    inner.map(
      (one) => `            case ${quoted(`${path}|${one.name}`)}
                set path ${quoted(one.path)}`,
    ),
  );
  return `# Completes the command lines of ${name} in fish. Printed by: ${name} completion fish

function __${name}_at # whether the words before the cursor select this command
    set -l path ''
    for word in (commandline -opc)[2..-1]
        switch "$path|$word"
${cases.join('\n')}
        end
    end
    test "$path" = "$argv[1]"
end

function __${name}_files # files with these endings, and folders
    set -l pattern '\\.('(string join '|' -- $argv)')$'
    for file in (__fish_complete_path (commandline -ct) | string replace -r '\\t.*' '')
        if string match -q -- '*/' $file; or string match -qri -- $pattern $file
            echo $file
        end
    end
end

function __${name}_kernels
    if string match -q -r '/|^\\.' -- (commandline -ct)
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' ${kernels.join(' ')}
    end
end

complete -c ${name} -f
${commands.flatMap((command) => linesFor(command, name)).join('\n')}
`;
}

function linesFor({ path, inner, options, argument }: CompletedCommand, name: string): string[] {
  const start = `complete -c ${name} -n ${quoted(`__${name}_at ${quoted(path)}`)}`;
  const commands = inner.map((one) => `${start} -a ${one.name} -d ${quoted(one.summary)}`);
  const optionLines = options.map(({ flags, description, value }) => {
    const names = flags.map((flag) => flag.replace(/^--?/, (dashes) => (dashes === '--' ? '-l ' : '-s ')));
    const taken = value === null ? '' : value.kind === 'files' ? ' -r -F' : ` -x${wordsFor(value, name)}`;
    return `${start} ${names.join(' ')}${taken} -d ${quoted(description)}`;
  });
  const files = argument.kind === 'files' ? [`${start} -F`] : [];
  const words = wordsFor(argument, name);
  return [...commands, ...optionLines, ...files, ...(words === '' ? [] : [`${start}${words}`])];
}

function wordsFor(value: Candidates, name: string): string {
  switch (value.kind) {
    case 'words':
      return ` -a ${quoted(value.words.join(' '))}`;
    case 'kernels':
      return ` -a '(__${name}_kernels)'`;
    case 'folders':
      return ` -a '(__fish_complete_directories (commandline -ct))'`;
    case 'endings':
      return ` -a '(__${name}_files ${value.endings.join(' ')})'`;
    default:
      return '';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
