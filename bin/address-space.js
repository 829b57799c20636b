// Limits on address space (`ulimit -v`, Grid Engine's h_vmem, PBS's vmem). V8 reserves 8 to 10 GB of addresses for each
// WebAssembly memory, so that the processor notices reads beyond its end. Under a limit the process starts anew with
// Node's --disable-wasm-trap-handler: code then checks addresses itself, and a memory reserves no more than its maximum.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const FLAG = '--disable-wasm-trap-handler';
/** Above this limit in bytes there is room for the memories of 50 threads. */
const ENOUGH = 2 ** 40;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Milliseconds before a signal is passed on: a terminal sends it to both processes by itself. */
const PASS_ON_MS = 50;

/** Whether another process does the work: this one then waits for it and ends as it does. */
export function startsAnew() {
  const { execArgv, env, argv, execPath } = process;
  if (!isLimited() || [...execArgv, env.NODE_OPTIONS ?? ''].some((words) => words.includes(FLAG)))
    return false;
  // Only the first process knows the bytes of arguments that are not UTF-8.
  if (argv.some((word) => word.includes('\uFFFD'))) return false;
  // Node has the flag from 20.15 and 22.2 on.
  if (!process.allowedNodeEnvironmentFlags.has(FLAG)) return false;
  const words = [FLAG, ...execArgv, ...argv.slice(1)];
  // From Node 22.15 and 23.11 on this very process can become the other one.
  if (process.execve) process.execve(execPath, [argv[0], ...words], env);
  else runChild(execPath, words);
  return true;
}

function isLimited() {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1');
    return Number(/^Max address space +(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY) < ENOUGH;
  } catch {
    // Systems without /proc do not say.
    return false;
  }
}

/** Runs a child, passes signals on to it, and ends with its status; with that of a signal where one came. */
function runChild(execPath, words) {
  let received;
  let child;
  for (const signal of SIGNALS)
    process.on(signal, () => {
      received ??= signal;
      setTimeout(() => child.kill(signal), PASS_ON_MS);
    });
  child = spawn(execPath, words, { stdio: 'inherit' });
  child.on('error', (error) => {
    console.error(
      `error: convtool cannot start Node again under this limit on address space: ${error.message}`,
    );
    process.exitCode = 1;
  });
  child.on('exit', (status, signal) => {
    // Signals that came meanwhile are noted first; later ones end the process by themselves.
    setImmediate(() => {
      for (const each of SIGNALS) process.removeAllListeners(each);
      const by = received ?? signal;
      process.exit(by ? 128 + constants.signals[by] : status);
    });
  });
}
