// Runs command lines from help and documents as a shell does in a folder: a line that calls convtool once runs in this
// process, where a shell only expands its words and receives piped output; any other line is left to the shell.

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workplace } from '../../docs/pictures.js';
import { runInProcess } from './in-process.js';

/** Milliseconds after which a line has failed. */
const PATIENCE = 120_000;

/** One call of convtool, and where its output goes: to other commands, to a file, or nowhere else. */
interface Call {
  readonly words: string;
  readonly pipe?: string | undefined;
  readonly file?: string | undefined;
}

/** The line as one call; null where it is anything else. */
export function callOf(line: string): Call | null {
  const [command] = line.split(/ {2,}#/);
  // Words may be quoted; characters special to a shell must not occur outside of quotes.
  const quoted = `(?:[^'"|&;<>()\`$\\n]|'[^']*'|"[^"$\`]*")*`;
  const found = new RegExp(`^convtool (${quoted})(?:\\| (${quoted})|> (\\S+))?$`).exec(command!);
  return found && { words: found[1]!, pipe: found[2], file: found[3] };
}

/** The words of a call as a shell expands them. */
async function wordsOf(words: string, place: Workplace): Promise<string[]> {
  // Words and quoted text that mean themselves need no shell.
  const plain = /^(?:(?:[\w./:=,%+@-]|'[^']*'|"[^"\\!]*")+(?: |$))*$/;
  if (plain.test(words))
    return (words.match(/(?:[^ '"]|'[^']*'|"[^"]*")+/g) ?? []).map((word) =>
      word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'),
    );
  return (await shellOf(`printf '%s\\0' ${words}`, place)).split('\0').slice(0, -1);
}

/** Runs a line, except for installing, and returns its output. @throws if it fails. */
export async function runShown(shown: string, place: Workplace): Promise<string> {
  const line = shown.replace(/^npm ci && /, '');
  const call = callOf(line);
  if (!call) return shellOf(line, place);
  const { status, stdout, stderr } = await runInProcess(await wordsOf(call.words, place), {
    folder: place.cwd,
    env: place.env,
    stdin: new Uint8Array(),
    patience: PATIENCE,
  });
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
  if (call.file !== undefined) {
    const path = await shellOf(`printf %s ${call.file}`, place);
    await writeFile(join(path.startsWith('/') ? '' : place.cwd, path), stdout);
    return '';
  }
  return call.pipe === undefined ? stdout.toString('utf8') : shellOf(call.pipe, place, stdout);
}

function shellOf(
  script: string,
  { cwd, env }: Workplace,
  stdin: Uint8Array = new Uint8Array(),
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env, encoding: 'utf8', timeout: PATIENCE } as const;
    const child = execFile('bash', ['--norc', '-euo', 'pipefail', '-c', script], options, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout);
    });
    // A command may end before it has read all.
    child.stdin!.on('error', () => undefined);
    child.stdin!.end(stdin);
  });
}
