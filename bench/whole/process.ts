// A command as a whole process: how long it takes, and the most memory it held. Both are the shell's view.

import { spawnSync } from 'node:child_process';

/** Debian's Python, which has the peers. */
export const PYTHON = '/usr/bin/python3';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly input?: string;
}

/** Runs it, and waits. @throws with what it said where it fails. */
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

const PEAK = `import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)`;

/** The most bytes of memory that a run held at a time. */
export function peakMemory({ program, args }: Command, cwd: string): number {
  const { stdout, status } = spawnSync('/usr/bin/python3', ['-c', PEAK, program, ...args], {
    cwd,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`);
  return Number(stdout) * 1024;
}
