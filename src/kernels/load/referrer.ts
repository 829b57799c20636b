// The origin of a kernel reference (the user or a bank), and the errors reported there when a kernel cannot
// be loaded.

import { ConvtoolError, KernelError, quoted } from '../../core/errors.js';
import { nearestNames } from '../did-you-mean.js';
import { describeValue, faultAt, type KernelFault, oneOf } from '../fault.js';
import { findGenerator, unknownGenerator } from '../file/parse.js';
import type { Site } from '../file/weights.js';
import { generators } from '../generators/list.js';
import { exampleOf, findSearchWord, type SearchMatch } from '../search-words.js';
import { adviceOnBar } from './parse-pipeline.js';
import type { KernelSource } from './source.js';

/** State shared by all references of one call. */
interface Load {
  readonly source: KernelSource;
  /** The number of kernels loaded so far, including operands of steps. */
  kernels: number;
  /** When faults are collected: those of all files, with their places. */
  readonly faults: KernelError[] | undefined;
}

/** The origin of a reference: the user, or a member of a bank. */
export interface Referrer extends Site {
  /** Base of relative paths, with its last separator; null where paths are not allowed. */
  readonly folder: string | null;
  /** Number of enclosing banks. */
  readonly depth: number;
  readonly load: Load;
}

/** Resolves a path relative to the referrer's folder. @throws KernelFault where paths are not allowed. */
export function resolvePath(path: string, from: Referrer): string {
  const { folder } = from;
  if (folder === null) throw faultAt(from, { expected: 'shipped names only', found: describeValue(path) });
  return /^([/\\]|[a-z]:[/\\])/i.test(path) ? path : folder + path;
}

/** The error for an unreadable file, reported at the reference to it. */
export function readError(error: unknown, path: string, from: Referrer): ConvtoolError {
  if (error instanceof ConvtoolError) {
    return from.depth === 0 ? error : faultAt(from, { problem: error.message });
  }
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission to read it is denied',
    EISDIR: 'it is a folder',
  };
  const reason = reasons[code ?? ''] ?? `it cannot be read (${message})`;
  if (from.depth === 0) return new KernelError({ subject: path, problem: reason }, { cause: error });
  return faultAt(from, { problem: `${path}: ${reason}` });
}

/**
 * The error for an unknown name. If the user gave it, it may be the name of a file, which is read to say what
 * it contains.
 */
export async function nameError(
  name: string,
  from: Referrer,
  readAsFile: () => Promise<unknown>,
): Promise<Error> {
  if (from.depth > 0 || from.folder !== '') return unknownKernelError(name, from);
  try {
    await readAsFile();
    return faultAt(from, {
      problem: 'there is no kernel of this name, but a file',
      advice: `write ./${name} to load the file`,
    });
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const { code = '' } = (error.cause ?? {}) as NodeJS.ErrnoException;
    return /^(ENOENT|ENOTDIR|ENAMETOOLONG|EINVAL)$/.test(code) ? unknownKernelError(name, from) : error;
  }
}

async function unknownKernelError(name: string, from: Referrer): Promise<KernelFault> {
  return faultAt(from, {
    problem: from.depth === 0 ? 'there is no kernel of this name' : `there is no kernel ${quoted(name)}`,
    advice: adviceOnBar(name) ?? (await suggestNames(name, from.load.source)),
  });
}

/** ImageMagick's built-in kernels, for errors about `Sobel:45`. Source: `convert -list kernel` of ImageMagick 6.9. */
const IMAGEMAGICK_KERNELS = (
  'unity gaussian dog log blur comet binomial laplacian sobel freichen roberts prewitt compass kirsch ' +
  'diamond square rectangle disk octagon plus cross ring peaks edges corners diagonals lineends ' +
  'linejunctions ridges convexhull thinse skeleton chebyshev manhattan octagonal euclidean'
).split(' ');

/** The error for a call of an unknown generator. */
export async function callError(name: string, itself: Referrer): Promise<KernelFault> {
  const { source } = itself.load;
  if (IMAGEMAGICK_KERNELS.includes(name.toLowerCase())) {
    const problem = "ImageMagick's built-in kernels cannot be loaded by name";
    return faultAt(itself, { problem, advice: await suggestNames(name, source) });
  }
  const isCalledSo = (await findSearchWord(name, source))?.isExact;
  return isCalledSo ? unknownKernelError(name, itself) : unknownGenerator(name, itself);
}

/** Advice for an unknown name: kernels found by that word, or the nearest names. */
async function suggestNames(name: string, source: KernelSource): Promise<string> {
  const meant = await findSearchWord(name, source);
  if (meant?.isExact) return adviceFor(meant);
  const names = [...(await source.builtinNames()), ...generators.map((generator) => generator.name)];
  const near = nearestNames(name, names).map((one) => {
    const generator = findGenerator(one);
    return generator ? exampleOf(generator) : one;
  });
  if (near.length > 0) return `nearest: ${near.join(', ')}`;
  return meant ? `nearest: "${meant.word}"; ${adviceFor(meant)}` : '"convtool kernels list" shows all names';
}

function adviceFor({ word, references }: SearchMatch): string {
  return `type ${oneOf(references)}; see: convtool kernels list ${word}`;
}
