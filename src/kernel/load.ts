// A reference → a bank of kernels: reads what it names, follows a bank's own references, and adds line and
// column to errors. It does not know the file system: reading is the caller's KernelSource.

import { ConvtoolError, KernelError } from '../errors.js';
import { type FaultDetails, KernelFault, type Path, quoted, shown } from './fault.js';
import { bareParameter, callValues } from './generators/arguments.js';
import { generators } from './generators/list.js';
import { decodeText, parseJson } from './json.js';
import type { Bank, Kernel } from './kernel.js';
import { nearest } from './nearest.js';
import { findGenerator, generated, parseValue, unknownGenerator } from './parse.js';
import { adviceOnBar, type Pipeline, splitPipeline } from './pipeline.js';
import { parseKernelRef, refSubject } from './ref.js';
import { applySteps, labelled, StepEffort, type StepsContext } from './steps.js';
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
}

/** What all references of one call share. */
interface Load {
  readonly source: KernelSource;
  readonly budget: WeightBudget;
  readonly effort: StepEffort;
  /** How many were made, those that steps name among them. */
  kernels: number;
}

/** The bank that a reference names; a single kernel makes a bank of one. Throws a KernelError. */
export async function loadBank(ref: string, source: KernelSource, options: LoadOptions = {}): Promise<Bank> {
  const budget = new WeightBudget(options.limitWeights);
  const load: Load = { source, budget, effort: new StepEffort(), kernels: 0 };
  return lookUp(ref, { subject: refSubject(ref), path: [], folder: '', depth: 0 }, load);
}

async function lookUp(text: string, from: Referrer, load: Load): Promise<Bank> {
  const pipeline = splitPipeline(text);
  if (pipeline !== undefined) return readPipeline(pipeline, refSubject(text), from, load);
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
  const inside = { ...from, depth: from.depth + 1 };
  if (inside.depth > BANK_DEPTH_LIMIT) {
    throw fault(from, {
      problem: `banks are nested more than ${BANK_DEPTH_LIMIT} deep`,
      advice: 'does a bank name itself?',
    });
  }
  if (parsed.kind === 'steps') {
    const first = { ...inside, path: [...from.path, 'kernel'] };
    const bank = await readMember(parsed.kernel, name, first, load);
    const changed = await applySteps(bank, parsed.steps, contextOf(inside, [...from.path, 'steps'], load));
    return labelled(changed, parsed.settings, { ...from, budget: load.budget, name });
  }
  const kernels: Kernel[] = [];
  // In order, so that the limits stop a hostile bank early.
  for (const [i, member] of parsed.members.entries()) {
    const place = { ...inside, path: [...from.path, 'kernels', i] };
    const bank = await readMember(member, `${parsed.about.name}-${i + 1}`, place, load);
    kernels.push(...bank.kernels);
  }
  return { ...parsed.about, kernels };
}

async function readPipeline(
  { kernel, steps }: Pipeline,
  subject: string,
  from: Referrer,
  load: Load,
): Promise<Bank> {
  // What the user wrote speaks for itself; what a bank's member begins with needs its place.
  const bank = await (from.subject === subject
    ? lookUp(kernel, { ...from, subject: refSubject(kernel) }, load)
    : readMember(kernel, 'kernel', from, load));
  return applySteps(bank, steps, contextOf({ ...from, subject, depth: from.depth + 1 }, null, load));
}

function contextOf(from: Referrer, path: Path | null, load: Load): StepsContext {
  const { budget, effort } = load;
  const operand = (value: unknown, at: Path) => readMember(value, 'kernel', { ...from, path: at }, load);
  return { subject: from.subject, path, budget, effort, operand };
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

async function unknownName(name: string, from: Referrer, { source }: Load): Promise<KernelFault> {
  const names = [...(await source.builtinNames()), ...generators.map((generator) => generator.name)];
  const near = nearest(name, names);
  return fault(from, {
    problem: from.depth === 0 ? 'there is no kernel of this name' : `there is no kernel ${quoted(name)}`,
    advice:
      adviceOnBar(name) ??
      (near.length > 0 ? `nearest: ${near.join(', ')}` : '"convtool kernels list" shows all names'),
  });
}

function fault({ subject, path }: Referrer, details: Omit<FaultDetails, 'subject' | 'path'>): KernelFault {
  return new KernelFault({ subject, path, ...details });
}
