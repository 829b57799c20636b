// Waits for events of a run in another process, so that tests need no fixed delays.

import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Milliseconds between two looks. */
const POLL = 5;
/** Time limit for events in milliseconds; the waiting test then fails with what it waited for. */
const PATIENCE = 60_000;

/** Resolves once a path that matches is below the folder. */
export async function untilThere(folder: string, path: RegExp): Promise<void> {
  await until(() => {
    if (!existsSync(folder)) return false;
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) => path.test(name));
  });
}

/**
 * Resolves once a process has computed for so long; where the system does not tell, after a time in which most have.
 */
export async function untilComputed(
  { pid }: { readonly pid?: number | undefined },
  seconds = 1,
): Promise<void> {
  const path = `/proc/${pid}/stat`;
  if (!existsSync('/proc/self/stat')) await new Promise((resolve) => setTimeout(resolve, 1500 * seconds));
  else await until(() => !existsSync(path) || ticksOf(path) >= seconds * TICKS_PER_SECOND);
}

/** The unit in which Linux counts process times, on every machine. */
const TICKS_PER_SECOND = 100;

function ticksOf(path: string): number {
  const [, facts] = readFileSync(path, 'utf8').split(') ');
  const [user, system] = facts!.split(' ').slice(11, 13).map(Number);
  return user! + system!;
}

/** Resolves once it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!isSo() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, POLL));
}
