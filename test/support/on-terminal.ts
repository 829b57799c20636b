// Runs convtool on a terminal of its own, made by `script` (util-linux): both output streams are that terminal.

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { EXECUTABLE, inFolder, type Setting } from './cli.js';
import { execute } from './execute.js';

/** Whether there is a `script` that can. */
export const hasScript = await execute('script', ['--version']).then(
  ({ stdout }) => /util-linux/.test(stdout),
  () => false,
);

export interface Seen {
  readonly status: number | null;
  /** All that the terminal was sent. */
  readonly text: string;
  /** How often the progress line was drawn or erased after the key: ten times per second during a run. */
  readonly redraws: number;
  readonly left: string[];
}

export interface Key {
  /** Ctrl-C is pressed once this has been seen. */
  readonly interruptAt?: RegExp | undefined;
  /** The terminal's size; default 100 × 24. */
  readonly columns?: number;
  readonly rows?: number;
  /** Words of a shell behind the command, such as a redirection. */
  readonly tail?: string;
}

/** Environment variables that identify terminals; a run gets only those that it sets itself. */
const TERMINAL_WORDS =
  /^(NO_COLOR|FORCE_COLOR|COLORTERM|TMUX|STY|ZELLIJ|TERM_PROGRAM|LC_TERMINAL|KITTY_WINDOW_ID|KONSOLE_VERSION)$/;

/** Runs `convtool` in a fresh folder on a terminal of 100 columns. */
export function onTerminal(args: readonly string[], setting: Setting, key: Key = {}): Promise<Seen> {
  const { interruptAt, columns = 100, rows = 24, tail = '' } = key;
  return inFolder(setting, (folder) => {
    const inherited = Object.entries(process.env).filter(([name]) => !TERMINAL_WORDS.test(name));
    const size = `stty cols ${columns} rows ${rows}`;
    const command = `${size}; exec '${process.execPath}' '${EXECUTABLE}' ${args.join(' ')} ${tail}`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      env: { ...Object.fromEntries(inherited), TERM: 'xterm', ...setting.env },
    });
    let text = '';
    let pressed: number | undefined;
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (pressed !== undefined || !interruptAt?.test(text)) return;
      pressed = text.length;
      child.stdin.write('\x03');
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) =>
        resolve({ status, text, redraws: erasures(text.slice(pressed)), left: readdirSync(folder) }),
      );
    });
  });
}

function erasures(text: string): number {
  return text.split('\r\x1b[2K').length - 1;
}
