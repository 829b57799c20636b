// Runs the program in this process, as bin/convtool.js runs it in a process of its own: the same bundle, with streams
// and an environment from the test. Runs are sequential, since a process has one current folder.

import { Readable } from 'node:stream';
import type { Host, OutputStream } from '../../dist/cli/console/host.js';
import type { main as Main } from '../../dist/cli/main.js';
import { type FileSystem, nodeFileSystem } from '../../dist/io/file-system.js';

export interface Ended {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface World {
  /** The current folder. */
  readonly folder: string;
  readonly stdin: Uint8Array;
  readonly env: NodeJS.ProcessEnv;
  /** Reads and writes the files of the run; default: Node's own. */
  readonly fileSystem?: FileSystem;
  /** Milliseconds after which the run has failed. */
  readonly patience: number;
}

let last: Promise<unknown> = Promise.resolve();

/** Runs `convtool` with these arguments when all runs before it have ended. */
export function runInProcess(args: readonly string[], world: World): Promise<Ended> {
  const run = last.then(() => runNow(args, world));
  last = run.catch(() => undefined);
  return run;
}

async function runNow(args: readonly string[], world: World): Promise<Ended> {
  const { folder, stdin, env, patience, fileSystem = nodeFileSystem } = world;
  const { main } = (await import('../../dist/program/main.js' as string)) as { main: typeof Main };
  const [stdout, stderr] = [new Collected(), new Collected()];
  const host: Host = {
    stdin: Readable.from(stdin.length > 0 ? [stdin] : []),
    stdout,
    stderr,
    files: fileSystem,
    env: { ...env },
    hasProcess: false,
    interruption: { begin: () => undefined, progressed: () => undefined },
    signals: null,
  };
  const back = process.cwd();
  process.chdir(folder);
  try {
    const status = await within(patience, main(['node', 'convtool', ...args], host));
    return { status, stdout: stdout.bytes, stderr: stderr.bytes };
  } finally {
    process.chdir(back);
  }
}

/** A stream that is no terminal and keeps what it is given. */
class Collected implements OutputStream {
  readonly #chunks: Buffer[] = [];

  write(data: string | Uint8Array, done?: () => void): void {
    this.#chunks.push(Buffer.from(data as Uint8Array));
    if (done) setImmediate(done);
  }

  on(): void {
    // It never fails.
  }

  off(): void {
    // Nothing is listened for.
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`a run has not ended after ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
