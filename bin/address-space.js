// Restarts Node where address space is limited (`ulimit -v`, Grid Engine's h_vmem, PBS's vmem). V8 reserves 8 to 10 GB of
// addresses per WebAssembly memory, so that the processor traps reads beyond its end. With --disable-wasm-trap-handler the
// code checks addresses instead, and a memory reserves no more than its maximum size.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const FLAG = '--disable-wasm-trap-handler';
/** A limit of this many bytes is enough for the memories of 50 threads. */
const ENOUGH = 2 ** 40;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Milliseconds before a signal is forwarded: a terminal sends it to both processes itself. */
const FORWARD_DELAY_MS = 50;

/** Returns whether a new process does the work; this one then waits for it and ends with its status. */
export function restartsNode() {
  const { execArgv, env, argv, execPath } = process;
  if (!isLimited() || [...execArgv, env.NODE_OPTIONS ?? ''].some((options) => options.includes(FLAG)))
    return false;
  // The bytes of arguments that are not UTF-8 would be lost in a new process.
  if (argv.some((argument) => argument.includes('\uFFFD'))) return false;
  // The flag exists from Node 20.15 and 22.2 on.
  if (!process.allowedNodeEnvironmentFlags.has(FLAG)) return false;
  const args = [FLAG, ...execArgv, ...argv.slice(1)];
  // glibc reserves 64 MB of addresses per thread that allocates, unless threads share their arenas.
  const childEnv = { MALLOC_ARENA_MAX: '2', ...env };
  // From Node 22.15 and 23.11 on, execve replaces this process.
  if (process.execve) process.execve(execPath, [argv[0], ...args], childEnv);
  else runChild(execPath, args, childEnv);
  return true;
}

function isLimited() {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1');
    return Number(/^Max address space +(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY) < ENOUGH;
  } catch {
    // Systems without /proc: no limit is known.
    return false;
  }
}

/** Runs a child, forwards signals to it, and ends with its status, or with that of a signal received meanwhile. */
function runChild(execPath, args, env) {
  let received;
  let child;
  for (const signal of SIGNALS)
    process.on(signal, () => {
      received ??= signal;
      setTimeout(() => child.kill(signal), FORWARD_DELAY_MS);
    });
  child = spawn(execPath, args, { stdio: 'inherit', env });
  child.on('error', (error) => {
    console.error(`error: convtool cannot restart Node under this limit on address space: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (status, signal) => {
    // Pending signals are handled first; later ones end the process by default.
    setImmediate(() => {
      for (const each of SIGNALS) process.removeAllListeners(each);
      const endedBy = received ?? signal;
      process.exit(endedBy ? 128 + constants.signals[endedBy] : status);
    });
  });
}
