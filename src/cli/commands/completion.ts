// `convtool completion`: prints a shell's completion script. It is generated from the commands and contains all kernel
// names, so that completing starts no process.

import { Argument, type Command } from 'commander';
import type { CommandEntry, Invocation } from '../add-commands.js';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { completionsOf } from '../completion/model.js';
import { zshScript } from '../completion/zsh.js';
import { EXIT } from '../console/exit-status.js';
import { programFor } from '../program.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

const EXAMPLES = `
bash loads the script by itself if the package bash-completion is installed;
otherwise source it in ~/.bashrc. For zsh, add the folder of the script to
$fpath before compinit is called in ~/.zshrc. fish loads it by itself. Create
the folders below if they are missing. The script lists the kernels and options
of this version: print it again after an update.

Examples:
  convtool completion bash > ~/.local/share/bash-completion/completions/convtool
  convtool completion zsh > ~/.zsh/completions/_convtool
  convtool completion fish > ~/.config/fish/completions/convtool.fish
`;

/** Adds the command to the program. @param commands all commands of the program. */
export function addCompletion(program: Command, call: Invocation, commands: readonly CommandEntry[]): void {
  program
    .command('completion')
    .description(
      'Prints a completion script for a shell. It completes commands, options, their values, kernels and image files.',
    )
    .addArgument(new Argument('<shell>', 'shell that the script is for').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: keyof typeof SCRIPTS) => {
      const program = await programFor(commands, 'all', call, () => undefined);
      await call.logger.result(SCRIPTS[shell](await completionsOf(program)));
      call.status = EXIT.done;
    });
}
