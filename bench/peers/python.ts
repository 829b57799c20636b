// Times the Python peers, each in a process of its own that runs all tasks.

import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type NumberType, readArray } from '../arrays.js';
import type { Task, Timed } from '../task.js';

const PYTHON = '/usr/bin/python3';
const SERVER = fileURLToPath(new URL('./server.py', import.meta.url));

/** Vectors of 128 bits, as WebAssembly has them, for oneDNN under both of its names and for PyTorch's own loops. */
const VECTORS_OF_128_BITS = {
  ONEDNN_MAX_CPU_ISA: 'SSE41',
  DNNL_MAX_CPU_ISA: 'SSE41',
  ATEN_CPU_CAPABILITY: 'default',
};

const PEERS = {
  opencv: { module: 'by_opencv', package: 'python3-opencv', environment: {} },
  scipy: { module: 'by_scipy', package: 'python3-scipy', environment: {} },
  torch: { module: 'by_torch', package: 'python3-torch', environment: {} },
  'torch-128': { module: 'by_torch', package: 'python3-torch', environment: VECTORS_OF_128_BITS },
  layers: { module: 'by_torch_layers', package: 'python3-torch', environment: {} },
  'layers-128': { module: 'by_torch_layers', package: 'python3-torch', environment: VECTORS_OF_128_BITS },
} as const;

export type PythonPeer = keyof typeof PEERS;

interface Answer {
  readonly milliseconds: number;
  readonly type?: NumberType;
  readonly versions?: Readonly<Record<string, string>>;
}

/** The Python processes of a run, each started at its first task. */
export class PythonPeers {
  readonly #folder: string;
  readonly #servers = new Map<PythonPeer, Server>();

  /** @param folder for intermediate results. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A peer at a task, without the kernel's reference, which means something to convtool only. */
  timed(peer: PythonPeer, { kernel: _, ...task }: Task): Timed {
    return this.timedAt(peer, task);
  }

  /** A peer with any task of its module; `image` and `weights` of it are files of arrays. */
  timedAt(peer: PythonPeer, task: object): Timed {
    const { ask } = this.#server(peer);
    return {
      warm: async () => (await ask({ task, result: null })).milliseconds,
      cold: async () => {
        const { module, environment } = PEERS[peer];
        const text = execFileSync(PYTHON, [SERVER, module, '--cold'], {
          input: JSON.stringify({ task }),
          encoding: 'utf8',
          env: { ...process.env, ...environment },
        });
        return (JSON.parse(text) as Answer).milliseconds;
      },
      maps: async () => {
        const result = join(this.#folder, `${peer}.raw`);
        const { type } = await ask({ task, result });
        return [readArray({ path: result, type: type! })];
      },
    };
  }

  /** Versions of all peers that have run a task, by name. */
  async versions(): Promise<Readonly<Record<string, string>>> {
    const all = [...this.#servers.values()].map(async ({ ask }) => (await ask({ versions: true })).versions);
    return Object.assign({}, ...(await Promise.all(all)));
  }

  /** Ends the processes, without which this one does not end. */
  close(): void {
    for (const { close } of this.#servers.values()) close();
  }

  #server(peer: PythonPeer): Server {
    const running = this.#servers.get(peer);
    if (running) return running;
    const started = startServer(peer);
    this.#servers.set(peer, started);
    return started;
  }
}

interface Server {
  readonly ask: (request: object) => Promise<Answer>;
  readonly close: () => void;
}

function startServer(peer: PythonPeer): Server {
  const { module, environment, package: debian } = PEERS[peer];
  const child = spawn(PYTHON, [SERVER, module], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${peer} ended without an answer; Debian's package is ${debian}`);
      return JSON.parse(value) as Answer;
    },
    close: () => child.stdin.end(),
  };
}
