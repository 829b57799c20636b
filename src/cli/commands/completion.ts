// `convtool completion`: the script with which a shell completes convtool's command lines. Made of the commands
// themselves, kernel names included: a shell answers at once and starts nothing.

import { Argument, type Command } from 'commander';
import type { CommandEntry, Invocation } from '../add-commands.js';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { completionsOf } from '../completion/model.js';
import { zshScript } from '../completion/zsh.js';
import { EXIT } from '../console/exit-status.js';
import { writeResult } from '../console/stdout.js';
import { programFor } from '../program.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

const EXAMPLES = `
bash finds its script by itself where the package bash-completion is installed;
else ~/.bashrc sources it. zsh wants the folder of its script in $fpath before
compinit is called in ~/.zshrc. fish looks there by itself. The folders below
have to be there. Kernel names and options are those of this version: after an
update, print the script again.

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
      'Prints a script with which a shell completes commands, options, their values, kernels and picture files.',
    )
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: keyof typeof SCRIPTS) => {
      const program = await programFor(commands, 'all', call, () => undefined);
      await writeResult(call.logger.host, SCRIPTS[shell](await completionsOf(program)));
      call.status = EXIT.done;
    });
}
