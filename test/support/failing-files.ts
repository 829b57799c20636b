// A file system that lists the calls of a run and makes one of them fail, or all from one on. All others reach Node's.
// Threads of the pool have a file system of their own, in which nothing fails.

import { join, resolve } from 'node:path';
import { type FileSystem, nodeFileSystem, type OpenFile } from '../../dist/io/file-system.js';

/** What each call does to a file. Calls of one kind are counted together, the asynchronous with the synchronous. */
const KIND_OF = {
  open: 'open',
  stat: 'stat',
  access: 'access',
  mkdir: 'mkdir',
  readdir: 'readdir',
  unlink: 'unlink',
  write: 'write',
  fsync: 'sync',
  fdatasync: 'datasync',
  openSync: 'open',
  readSync: 'read',
  writevSync: 'write',
  closeSync: 'close',
  readFileSync: 'read',
  statSync: 'stat',
  lstatSync: 'stat',
  fstatSync: 'stat',
  accessSync: 'access',
  realpathSync: 'realpath',
  readlinkSync: 'readlink',
  renameSync: 'rename',
  unlinkSync: 'unlink',
  readdirSync: 'readdir',
  rmdirSync: 'rmdir',
  fchmodSync: 'chmod',
  fchownSync: 'chmod',
} as const satisfies Record<keyof FileSystem, string>;

export type Kind = (typeof KIND_OF)[keyof FileSystem];

export interface Call {
  readonly kind: Kind;
  /** The function of FileSystem, or `file.read` for one of OpenFile. */
  readonly name: string;
  /** Absolute; of a descriptor, the path that it was opened by. */
  readonly path: string;
}

export interface Fault {
  readonly kind: Kind;
  /** Which call of the kind fails, from 1 on. */
  readonly n: number;
  /** The code of the error. */
  readonly code: string;
  /** Whether all later calls of the kind fail, too: the disk stays full. */
  readonly lasts?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: passes on what it is given
type AnyCall = (...args: any[]) => unknown;

/** Reads and writes take at most this many bytes where counts are short. */
const SHORT = 7;

export class FailingFiles {
  readonly calls: Call[] = [];
  /** The calls that failed. */
  readonly struck: Call[] = [];
  readonly files: FileSystem;
  readonly #fault: Fault | 'short counts' | null;
  readonly #counts = new Map<Kind, number>();
  /** Paths of open files. */
  readonly #open = new Map<number | OpenFile, string>();

  /** @param fault null if all calls succeed. */
  constructor(fault: Fault | 'short counts' | null = null) {
    this.#fault = fault;
    const calls = Object.entries(KIND_OF).map(([name, kind]) => {
      const real = nodeFileSystem[name as keyof FileSystem] as AnyCall;
      return [name, this.#watched(kind, name, real)];
    });
    this.files = Object.fromEntries(calls) as FileSystem;
  }

  /** Paths of the files that the run has not closed. */
  get left(): readonly string[] {
    return [...this.#open.values()];
  }

  /** How many calls of each kind there were. */
  get counts(): ReadonlyMap<Kind, number> {
    return this.#counts;
  }

  /** `real`, whose calls are noted and fail where the fault says so. @param handle the file, where it is a method. */
  #watched(kind: Kind, name: string, real: AnyCall, handle?: OpenFile): AnyCall {
    const call: AnyCall = (...args) => {
      const path = this.#pathOf(handle ?? args[0]);
      const fault = this.#fails({ kind, name, path });
      if (kind === 'close') this.#open.delete(handle ?? args[0]);
      if (!fault) return this.#opened(kind, path, real(...this.#shortened(kind, args)));
      const error = Object.assign(new Error(`${fault.code}: made to fail, ${name}`), {
        code: fault.code,
        syscall: name,
      });
      // A close that fails has closed, and a disk that is full takes a part first.
      const part = kind === 'close' ? args : partOf(fault, args);
      const done = part && real(...part);
      if (!(done instanceof Promise)) throw error;
      return done.then(() => {
        throw error;
      });
    };
    return handle || !name.endsWith('Sync') ? async (...args) => call(...args) : call;
  }

  #fails(call: Call): Fault | null {
    this.calls.push(call);
    const count = (this.#counts.get(call.kind) ?? 0) + 1;
    this.#counts.set(call.kind, count);
    const fault = this.#fault;
    if (fault === null || fault === 'short counts' || fault.kind !== call.kind) return null;
    if (fault.lasts ? count < fault.n : count !== fault.n) return null;
    this.struck.push(call);
    return fault;
  }

  #shortened(kind: Kind, args: unknown[]): unknown[] {
    if (this.#fault !== 'short counts') return args;
    const [file, bytes] = args;
    if (kind === 'write' && Array.isArray(bytes)) return [file, [bytes[0].subarray(0, SHORT)]];
    if (kind === 'write') return [file, (bytes as Uint8Array).subarray(0, SHORT)];
    const length = file instanceof Uint8Array ? 2 : 3;
    return kind === 'read' && length < args.length
      ? args.with(length, Math.min(SHORT, args[length] as number))
      : args;
  }

  /** The result of a call; of one that opened a file, a file that is watched in turn. */
  #opened(kind: Kind, path: string, result: unknown): unknown {
    if (kind !== 'open') return result;
    if (typeof result === 'number') {
      this.#open.set(result, path);
      return result;
    }
    return (result as Promise<OpenFile>).then((file) => {
      this.#open.set(file, path);
      const watched = (method: 'read' | 'stat' | 'close') =>
        this.#watched(method, `file.${method}`, (file[method] as AnyCall).bind(file), file);
      return { read: watched('read'), stat: watched('stat'), close: watched('close') };
    });
  }

  #pathOf(file: unknown): string {
    if (typeof file === 'number' || (typeof file === 'object' && !Buffer.isBuffer(file)))
      return this.#open.get(file as number) ?? `descriptor ${file}`;
    const path = resolve(String(file));
    const [, descriptor, below] = /^\/proc\/self\/fd\/(\d+)(.*)$/.exec(path) ?? [];
    return descriptor === undefined ? path : join(this.#pathOf(Number(descriptor)), below!);
  }
}

/** The arguments of the part of a write that a full disk takes; null for other faults. */
function partOf({ kind, code }: Fault, [file, bytes]: unknown[]): unknown[] | null {
  if (kind !== 'write' || code !== 'ENOSPC') return null;
  if (Array.isArray(bytes)) return [file, [bytes[0].subarray(0, 3)]];
  const all = bytes as Uint8Array;
  return [file, all.subarray(0, all.length >> 1)];
}
