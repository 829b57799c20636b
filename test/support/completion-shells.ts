// zsh and fish as a user runs them: the completions that they offer for a line. zsh offers them only in a terminal.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execute } from './execute.js';

/** Writes files and their folders. */
export function makeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** The completions of fish, from its own `complete -C`. */
export async function fish(script: string, folder: string, line: string): Promise<string[]> {
  const run = `source ${script}; complete -C '${line}'`;
  const { stdout } = await execute('fish', ['--no-config', '-c', run], { cwd: folder });
  return stdout.split('\n').map((one) => one.split('\t')[0]!);
}

/** The completions of zsh: all that it adds while TAB is pressed in a terminal of its own. */
export async function zsh(script: string, folder: string, line: string): Promise<string[]> {
  const log = `${script}.log`;
  rmSync(log, { force: true });
  const inside = `
    PROMPT=; autoload -U compinit; compinit -u -D; source ${script}
    compadd() {
      if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
        local -a hits; builtin compadd -O hits "$@"; print -rl -- $hits >> ${log}
      fi
      builtin compadd "$@"
    }
    press() { zle complete-word; print -r DONE >> ${log}; exit }
    zle -N press; bindkey '^I' press; LISTMAX=9999; print READY
  `;
  const outside = `
    zmodload zsh/zpty; zpty one zsh -f -i
    zpty -w one ${JSON.stringify(`source ${script}.inside`).replaceAll('$', '\\$')}
    zpty -r one seen '*READY*'
    zpty -w -n one "$1"$'\\t'
    for i in {1..200}; do [[ -e ${log} && "$(<${log})" == *DONE* ]] && break; sleep 0.05; done
    zpty -d one
  `;
  writeFileSync(`${script}.inside`, inside);
  await execute('zsh', ['-f', '-c', outside, 'zsh', line], { cwd: folder });
  // It adds names to a folder that it leaves as it was typed.
  const typed = line.slice(line.lastIndexOf(' ') + 1).replace(/[^/]*$/, '');
  return readFileSync(log, 'utf8')
    .split('\n')
    .map((word) => typed + word);
}
