// A reference → a bank of kernels: reads what it names, follows a bank's own references, and adds line and
// column to errors. It does not know the file system: reading is the caller's KernelSource.

import { ConvtoolError, KernelError } from '../errors.js';
import { collect, handOn, lastFault, MOST_FAULTS, TooManyFaults } from './collect.js';
import { type FaultDetails, type FaultReport, KernelFault, type Path, quoted, shown } from './fault.js';
import { bareParameter, callValues } from './generators/arguments.js';
import { generators } from './generators/list.js';
import { decodeText, parseJson } from './json.js';
import type { Bank, Kernel } from './kernel.js';
import { nearest } from './nearest.js';
import { findGenerator, generated, parseValue, unknownGenerator } from './parse.js';
import { parseKernelRef, refSubject } from './ref.js';
import { WeightBudget } from './weights.js';

/** Where kernels are read from. */
export interface KernelSource {
  /** The names of all shipped kernels and banks; asked only to help with an unknown name. */
  builtinNames(): Promise<readonly string[]>;
  /** The bytes of a shipped kernel's file; rejects for a name that there is none of. */
  readBuiltin(name: string): Promise<Uint8Array>;
  readFile(path: string): Promise<Uint8Array>;
}

export interface LoadOptions {
  /** The most weights, all kernels of a bank together. */
  readonly limitWeights?: number | undefined;
}

/** How deep banks may name banks: one that names itself ends here. */
export const BANK_DEPTH_LIMIT = 8;

/** The most kernels of a bank. */
export const BANK_SIZE_LIMIT = 4096;

/** Who refers to a kernel: the user, or a member of a bank. */
interface Referrer {
  readonly subject: string;
  readonly path: Path;
  /** What relative paths are relative to, with its last separator; null where paths are refused. */
  readonly folder: string | null;
  /** How many banks are around it. */
  readonly depth: number;
  /** Collects the faults of the text at hand; left out, the first one is thrown. */
  readonly report?: FaultReport | undefined;
}

/** What all references of one call share. */
interface Load {
  readonly source: KernelSource;
  readonly budget: WeightBudget;
  kernels: number;
  /** Where faults are collected: those of all files, with their places. */
  readonly faults?: KernelError[];
}

/** The bank that a reference names; a single kernel makes a bank of one. Throws a KernelError. */
export async function loadBank(ref: string, source: KernelSource, options: LoadOptions = {}): Promise<Bank> {
  const load: Load = { source, budget: new WeightBudget(options.limitWeights), kernels: 0 };
  return lookUp(ref, { subject: refSubject(ref), path: [], folder: '', depth: 0 }, load);
}

/**
 * All faults of what a reference names, in the order in which they are met; none where it loads. A file that is not
 * JSON has one. @throws what is no fault of a kernel.
 */
export async function faultsOf(
  ref: string,
  source: KernelSource,
  options: LoadOptions = {},
): Promise<{ readonly bank: Bank | null; readonly faults: readonly KernelError[] }> {
  const faults: KernelError[] = [];
  const load: Load = { source, budget: new WeightBudget(options.limitWeights), kernels: 0, faults };
  try {
    const bank = await lookUp(ref, { subject: refSubject(ref), path: [], folder: '', depth: 0 }, load);
    return { bank: faults.length > 0 ? null : bank, faults };
  } catch (error) {
    return { bank: null, faults: [...faults, lastFault(error, refSubject(ref), faults.length)] };
  }
}

async function lookUp(text: string, from: Referrer, load: Load): Promise<Bank> {
  const ref = parseKernelRef(text);
  const itself = { ...from, subject: refSubject(text), path: [] };
  if (ref.kind === 'inline') return readText(ref.text, 'kernel', itself, load);
  if (ref.kind === 'path') {
    const path = resolved(ref.path, from);
    const bytes = await load.source.readFile(path).catch((error) => {
      throw unreadable(error, path, from);
    });
    const name = /([^/\\]*?)(\.json)?$/i.exec(path)![1] || 'kernel';
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    return readText(decodeText(bytes, path), name, { ...itself, subject: path, folder }, load);
  }
  const name = ref.kind === 'call' ? ref.generator : ref.name;
  const generator = findGenerator(name);
  if (generator === undefined) {
    if (ref.kind === 'name') return readBuiltin(name, from, load);
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
  const found: KernelFault[] = [];
  const report = load.faults && ((fault: KernelFault) => collect(fault, found));
  let bank: Bank = { name, kernels: [] };
  try {
    bank = await readValue(value, name, { ...from, report }, load);
  } catch (error) {
    // Errors of files that this one names have found their place already, and have another subject.
    const isOwn = error instanceof KernelFault && error.details.subject === from.subject;
    if (isOwn) found.push(error);
    else if (!(error instanceof TooManyFaults)) throw error;
  }
  const isEnough = (load.faults?.length ?? 0) + found.length >= MOST_FAULTS;
  if (found.length === 0 && !isEnough) return bank;
  const { placed } = await import('./place.js');
  const faults = await placed(text, found);
  if (load.faults === undefined) throw faults[0];
  load.faults.push(...faults);
  if (isEnough) throw new TooManyFaults();
  return bank;
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
    try {
      const bank = await readMember(member, `${parsed.bank.name}-${i + 1}`, inside, load);
      kernels.push(...bank.kernels);
    } catch (error) {
      if (load.faults === undefined || !(error instanceof KernelError)) throw error;
      // A member's own fault goes on to the text it stands in; one of a file that it names has its place.
      if (error instanceof KernelFault && error.details.subject === from.subject) from.report?.(error);
      else load.faults.push(error);
    }
  }
  return { ...parsed.bank, kernels };
}

async function readMember(member: unknown, name: string, from: Referrer, load: Load): Promise<Bank> {
  if (typeof member !== 'string') return readValue(member, name, from, load);
  try {
    const start = load.faults?.length ?? 0;
    const bank = await lookUp(member, from, load);
    if (load.faults !== undefined)
      handOn(load.faults, start, refSubject(member), (problem) => from.report?.(fault(from, { problem })));
    return bank;
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

async function unknownName(name: string, from: Referrer, { source }: Load): Promise<KernelFault> {
  const names = [...(await source.builtinNames()), ...generators.map((generator) => generator.name)];
  const near = nearest(name, names);
  return fault(from, {
    problem: from.depth === 0 ? 'there is no kernel of this name' : `there is no kernel ${quoted(name)}`,
    advice: near.length > 0 ? `nearest: ${near.join(', ')}` : '"convtool kernels list" shows all names',
  });
}

function fault({ subject, path }: Referrer, details: Omit<FaultDetails, 'subject' | 'path'>): KernelFault {
  return new KernelFault({ subject, path, ...details });
}
