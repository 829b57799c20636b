// Runs a command as a process: its time, and its peak memory.

import { spawnSync } from 'node:child_process';

/** Debian's Python, which has the peers. */
export const PYTHON = '/usr/bin/python3';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly input?: string;
}

/** Runs the command and waits for it. @throws with its output if it fails. */
export function runCommand({ program, args, input }: Command, cwd: string): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd, input, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${status}: ${stderr}`);
}

/** Milliseconds of a run. */
export function timeCommand(command: Command, cwd: string): number {
  const started = performance.now();
  runCommand(command, cwd);
  return performance.now() - started;
}

/** Runs a command and prints something of what it used. */
const USED = `import resource, subprocess, sys
subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss if sys.argv[1] == "memory" else used.ru_utime + used.ru_stime)`;

/** Peak memory of a run in bytes. */
export function peakMemory(command: Command, cwd: string): number {
  return used('memory', command, cwd) * 1024;
}

/** Milliseconds that all threads of a run together were at work. */
export function processorTime(command: Command, cwd: string): number {
  return used('time', command, cwd) * 1000;
}

function used(what: 'memory' | 'time', { program, args }: Command, cwd: string): number {
  const words = ['-c', USED, what, program, ...args];
  const { stdout, status } = spawnSync(PYTHON, words, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`);
  return Number(stdout);
}
