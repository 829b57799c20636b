// Who refers to a kernel, and what is said there where it cannot be had. Reads nothing itself.

import { ConvtoolError, KernelError } from '../../core/errors.js';
import { quoted } from '../../core/quoted.js';
import { nearest } from '../did-you-mean.js';
import { type FaultDetails, type FaultReport, KernelFault, oneOf, type Path, shown } from '../fault.js';
import { unknownGenerator } from '../file/parse.js';
import { generators } from '../generators/list.js';
import { exampleOf, findSearchWord, type SearchMatch } from '../search-words.js';
import { adviceOnBar } from './parse-pipeline.js';
import type { KernelSource } from './source.js';

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

/** The shipped kernels and banks. */
type Names = Pick<KernelSource, 'builtinNames' | 'readBuiltin'>;

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

/**
 * What is wrong with a name that there is no kernel of. Of a user's own word, it may be that of a file, which is read to
 * say what it holds.
 */
export async function unknownNameError(
  name: string,
  from: Referrer,
  source: Names,
  readAsFile: () => Promise<unknown>,
): Promise<Error> {
  if (from.depth > 0 || from.folder !== '') return unknownName(name, from, source);
  try {
    await readAsFile();
    return fault(from, {
      problem: 'a file has this name, but no kernel',
      advice: `type ./${name} for the file`,
    });
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const { code = '' } = (error.cause ?? {}) as NodeJS.ErrnoException;
    return /^(ENOENT|ENOTDIR|ENAMETOOLONG|EINVAL)$/.test(code) ? unknownName(name, from, source) : error;
  }
}

/** The error for a name that there is no kernel of. */
async function unknownName(name: string, from: Referrer, source: Names): Promise<KernelFault> {
  return fault(from, {
    problem: from.depth === 0 ? 'there is no kernel of this name' : `there is no kernel ${quoted(name)}`,
    advice: adviceOnBar(name) ?? (await adviceFor(name, source)),
  });
}

/** The error for a call of a generator that there is none of. */
export async function unknownCall(name: string, itself: Referrer, source: Names): Promise<KernelFault> {
  const { isOfImageMagick } = await import('../formats/imagemagick-names.js');
  if (isOfImageMagick(name)) {
    const problem = 'kernels that ImageMagick has built in are not read by name';
    return fault(itself, { problem, advice: await adviceFor(name, source) });
  }
  const isCalledSo = (await findSearchWord(name, source))?.isExact;
  return isCalledSo ? unknownName(name, itself, source) : unknownGenerator(name, itself.subject, []);
}

/** What to type for a name that there is no kernel of, or the nearest names. */
export async function adviceFor(name: string, source: Names): Promise<string> {
  const meant = await findSearchWord(name, source);
  if (meant?.isExact) return typed(meant);
  const names = [...(await source.builtinNames()), ...generators.map((generator) => generator.name)];
  const near = nearest(name, names);
  if (near.length > 0) return `nearest: ${near.map(callable).join(', ')}`;
  return meant ? `nearest: "${meant.word}"; ${typed(meant)}` : '"convtool kernels list" shows all names';
}

function typed({ word, references }: SearchMatch): string {
  return `type ${oneOf(references)}; see: convtool kernels list ${word}`;
}

/** A name as it can be typed at once: a generator's with parameters. */
function callable(name: string): string {
  const generator = generators.find((one) => one.name === name);
  return generator ? exampleOf(generator) : name;
}

/** An error at the place of a referrer. */
export function fault(
  { subject, path }: Referrer,
  details: Omit<FaultDetails, 'subject' | 'path'>,
): KernelFault {
  return new KernelFault({ subject, path, ...details });
}
