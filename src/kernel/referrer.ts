// Who refers to a kernel, and what is said there where it cannot be had. Reads nothing itself.

import { ConvtoolError, KernelError } from '../errors.js';
import { type FaultDetails, type FaultReport, KernelFault, type Path, quoted, shown } from './fault.js';
import { generators } from './generators/list.js';
import { nearest } from './nearest.js';
import { adviceOnBar } from './pipeline.js';

/** Who refers to a kernel: the user, or a member of a bank. */
export interface Referrer {
  readonly subject: string;
  readonly path: Path;
  /** What relative paths are relative to, with its last separator; null where paths are refused. */
  readonly folder: string | null;
  /** How many banks are around it. */
  readonly depth: number;
  /** Collects the faults of the text at hand; left out, the first one is thrown. */
  readonly report?: FaultReport | undefined;
}

/** The names of all shipped kernels and banks. */
interface Names {
  builtinNames(): Promise<readonly string[]>;
}

/** The path that a reference names, from where the referrer stands. @throws KernelFault where paths are refused. */
export function resolved(path: string, from: Referrer): string {
  const { folder } = from;
  if (folder === null) throw fault(from, { expected: 'shipped names only', found: shown(path) });
  return /^([/\\]|[a-z]:[/\\])/i.test(path) ? path : folder + path;
}

/** The error for a file that cannot be read, said at the place that names it. */
export function unreadable(error: unknown, path: string, from: Referrer): ConvtoolError {
  if (error instanceof ConvtoolError) {
    return from.depth === 0 ? error : fault(from, { problem: error.message });
  }
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission to read it is denied',
    EISDIR: 'it is a folder',
  };
  const reason = reasons[code ?? ''] ?? `it cannot be read (${message})`;
  if (from.depth === 0) return new KernelError({ subject: path, problem: reason }, { cause: error });
  return fault(from, { problem: `${path}: ${reason}` });
}

/** The error for a name that there is no kernel of. */
export async function unknownName(name: string, from: Referrer, source: Names): Promise<KernelFault> {
  return fault(from, {
    problem: from.depth === 0 ? 'there is no kernel of this name' : `there is no kernel ${quoted(name)}`,
    advice: adviceOnBar(name) ?? (await adviceFor(name, source)),
  });
}

/** The names nearest to one that there is none of. */
export async function adviceFor(name: string, source: Names): Promise<string> {
  const names = [...(await source.builtinNames()), ...generators.map((generator) => generator.name)];
  const near = nearest(name, names);
  return near.length > 0 ? `nearest: ${near.join(', ')}` : '"convtool kernels list" shows all names';
}

/** An error at the place of a referrer. */
export function fault(
  { subject, path }: Referrer,
  details: Omit<FaultDetails, 'subject' | 'path'>,
): KernelFault {
  return new KernelFault({ subject, path, ...details });
}
