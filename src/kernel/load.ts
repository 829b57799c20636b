// A reference → a bank of kernels: reads what it names, follows a bank's own references, and adds line and
// column to errors. It does not know the file system: reading is the caller's KernelSource.

import { ConvtoolError, KernelError } from '../errors.js';
import { type FaultDetails, KernelFault, type Path, quoted, shown } from './fault.js';
import type { PictureDecoder, RangedFile } from './formats/format.js';
import { bareParameter, callValues } from './generators/arguments.js';
import { generators } from './generators/list.js';
import { decodeText, parseJson } from './json.js';
import { BANK_SIZE_LIMIT, type Bank, type Kernel } from './kernel.js';
import { nearest } from './nearest.js';
import { findGenerator, generated, parseValue, unknownGenerator } from './parse.js';
import { endingOfFile, folderOfFile, type KernelRef, nameOfFile, parseKernelRef, refSubject } from './ref.js';
import { WeightBudget } from './weights.js';

/** Where kernels are read from. */
export interface KernelSource {
  /** The names of all shipped kernels and banks; asked only to help with an unknown name. */
  builtinNames(): Promise<readonly string[]>;
  /** The bytes of a shipped kernel's file; rejects for a name that there is none of. */
  readBuiltin(name: string): Promise<Uint8Array>;
  readFile(path: string): Promise<Uint8Array>;
  /** Opens a file of any size that is read in parts. */
  openFile(path: string): Promise<RangedFile>;
  readonly pictures: PictureDecoder;
}

export interface LoadOptions {
  /** The most weights, all kernels of a bank together. */
  readonly limitWeights?: number | undefined;
}

/** How deep banks may name banks: one that names itself ends here. */
export const BANK_DEPTH_LIMIT = 8;

/** Who refers to a kernel: the user, or a member of a bank. */
interface Referrer {
  readonly subject: string;
  readonly path: Path;
  /** What relative paths are relative to, with its last separator; null where paths are refused. */
  readonly folder: string | null;
  /** How many banks are around it. */
  readonly depth: number;
}

/** What all references of one call share. */
interface Load {
  readonly source: KernelSource;
  readonly budget: WeightBudget;
  kernels: number;
}

/** The bank that a reference names; a single kernel makes a bank of one. Throws a KernelError. */
export async function loadBank(ref: string, source: KernelSource, options: LoadOptions = {}): Promise<Bank> {
  const load: Load = { source, budget: new WeightBudget(options.limitWeights), kernels: 0 };
  return lookUp(ref, { subject: refSubject(ref), path: [], folder: '', depth: 0 }, load);
}

async function lookUp(text: string, from: Referrer, load: Load): Promise<Bank> {
  const ref = parseKernelRef(text);
  const itself = { ...from, subject: refSubject(text), path: [] };
  if (ref.kind === 'inline') return readInline(ref.text, itself, load);
  if (ref.kind === 'path') return readPath(ref, from, load);
  const name = ref.kind === 'call' ? ref.generator : ref.name;
  const generator = findGenerator(name);
  if (generator === undefined) {
    if (ref.kind === 'name') return readBuiltin(name, from, load);
    const { isOfImageMagick } = await import('./formats/imagemagick-names.js');
    if (isOfImageMagick(name)) {
      const problem = 'kernels that ImageMagick has built in are not read by name';
      throw fault(itself, { problem, advice: await adviceFor(name, load) });
    }
    throw unknownGenerator(name, itself.subject, []);
  }
  const given = ref.kind === 'call' ? ref.arguments : [];
  // `box:5` and `box:size=5` are one kernel and have one name, unlike a shipped `box-5` might.
  const bare = given.length === 1 && given[0]!.name === null ? bareParameter(generator) : undefined;
  const canonical = bare === undefined ? text : `${name}:${bare}=${given[0]!.value}`;
  const values = callValues(generator, given, itself.subject);
  return counted(
    generated(generator, values, { ...itself, budget: load.budget, name: canonical }),
    from,
    load,
  );
}

async function readInline(text: string, itself: Referrer, load: Load): Promise<Bank> {
  if (/^\s*[[{]/.test(text)) return readText(text, 'kernel', itself, load);
  const { importText } = await import('./formats/import.js');
  return counted(importText(text, { ...itself, budget: load.budget, name: 'kernel' }), itself, load);
}

async function readPath(
  { path: written, tensor }: KernelRef & { readonly kind: 'path' },
  from: Referrer,
  load: Load,
): Promise<Bank> {
  const path = resolved(written, from);
  const name = nameOfFile(path);
  const ending = endingOfFile(path);
  const itself = { ...from, subject: path, path: [], folder: folderOfFile(path) };
  const context = { ...itself, budget: load.budget, name };
  const unread = (error: unknown) => {
    throw unreadable(error, path, from);
  };
  if (ending === 'safetensors') {
    const { readTensor } = await import('./formats/safetensors.js');
    const file = await load.source.openFile(path).catch(unread);
    try {
      return counted(await readTensor(file, tensor ?? null, context), from, load);
    } finally {
      await file.close();
    }
  }
  const bytes = await load.source.readFile(path).catch(unread);
  if (ending === 'json') return readText(decodeText(bytes, path), name, itself, load);
  const { importFile } = await import('./formats/import.js');
  const found = await importFile(bytes, ending, context, load.source.pictures);
  return typeof found === 'string' ? readText(found, name, itself, load) : counted(found, from, load);
}

async function readBuiltin(name: string, from: Referrer, load: Load): Promise<Bank> {
  // Shipped names are plain, so nothing else can reach a file of another folder or of another case.
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) throw await unknownName(name, from, load);
  let bytes: Uint8Array;
  try {
    bytes = await load.source.readBuiltin(name);
  } catch (cause) {
    const names = await load.source.builtinNames();
    if (names.includes(name)) throw cause;
    throw await unknownName(name, from, load);
  }
  const subject = `kernel ${quoted(name)}`;
  return readText(decodeText(bytes, subject), name, { ...from, subject, path: [], folder: null }, load);
}

async function readText(text: string, name: string, from: Referrer, load: Load): Promise<Bank> {
  const value = await parseJson(text, from.subject);
  try {
    return await readValue(value, name, from, load);
  } catch (error) {
    // Errors of files that this one names have found their place already, and have another subject.
    if (!(error instanceof KernelFault) || error.details.subject !== from.subject) throw error;
    const { positionOf } = await import('./place.js');
    const position = error.path.length === 0 ? undefined : await positionOf(text, error.path, error.atKey);
    if (position === undefined) throw error;
    throw new KernelError({ ...error.details, place: `${error.details.place} (${position})` });
  }
}

async function readValue(value: unknown, name: string, from: Referrer, load: Load): Promise<Bank> {
  const parsed = parseValue(value, { ...from, budget: load.budget, name });
  if (parsed.kind === 'kernels') return counted(parsed.bank, from, load);
  const depth = from.depth + 1;
  if (depth > BANK_DEPTH_LIMIT) {
    throw fault(from, {
      problem: `banks are nested more than ${BANK_DEPTH_LIMIT} deep`,
      advice: 'does a bank name itself?',
    });
  }
  const kernels: Kernel[] = [];
  // In order, so that the limits stop a hostile bank early.
  for (const [i, member] of parsed.members.entries()) {
    const inside = { ...from, path: [...from.path, 'kernels', i], depth };
    const bank = await readMember(member, `${parsed.name}-${i + 1}`, inside, load);
    kernels.push(...bank.kernels);
  }
  return { name: parsed.name, kernels };
}

async function readMember(member: unknown, name: string, from: Referrer, load: Load): Promise<Bank> {
  if (typeof member !== 'string') return readValue(member, name, from, load);
  try {
    return await lookUp(member, from, load);
  } catch (error) {
    // An error about a call or inline JSON does not say yet where it was written.
    if (!(error instanceof KernelError) || error.details.subject !== refSubject(member)) throw error;
    throw fault(from, { problem: error.message });
  }
}

function counted(bank: Bank, from: Referrer, load: Load): Bank {
  load.kernels += bank.kernels.length;
  if (load.kernels <= BANK_SIZE_LIMIT) return bank;
  throw fault(from, { expected: `at most ${BANK_SIZE_LIMIT} kernels in a bank`, found: 'more' });
}

function resolved(path: string, from: Referrer): string {
  const { folder } = from;
  if (folder === null) throw fault(from, { expected: 'shipped names only', found: shown(path) });
  return /^([/\\]|[a-z]:[/\\])/i.test(path) ? path : folder + path;
}

function unreadable(error: unknown, path: string, from: Referrer): ConvtoolError {
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

async function unknownName(name: string, from: Referrer, load: Load): Promise<KernelFault> {
  return fault(from, {
    problem: from.depth === 0 ? 'there is no kernel of this name' : `there is no kernel ${quoted(name)}`,
    advice: await adviceFor(name, load),
  });
}

async function adviceFor(name: string, { source }: Load): Promise<string> {
  const names = [...(await source.builtinNames()), ...generators.map((generator) => generator.name)];
  const near = nearest(name, names);
  return near.length > 0 ? `nearest: ${near.join(', ')}` : '"convtool kernels list" shows all names';
}

function fault({ subject, path }: Referrer, details: Omit<FaultDetails, 'subject' | 'path'>): KernelFault {
  return new KernelFault({ subject, path, ...details });
}
