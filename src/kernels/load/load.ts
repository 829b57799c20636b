// A reference → a bank of kernels: reads what it names, follows a bank's own references, and adds line and
// column to errors. It does not know the file system: reading is the caller's KernelSource.

import { KernelError } from '../../core/errors.js';
import { quoted } from '../../core/quoted.js';
import { collect, lastFault, MOST_FAULTS, relocateFaults, TooManyFaults } from '../collect-faults.js';
import { KernelFault, type Path } from '../fault.js';
import { decodeText, parseJson } from '../file/json.js';
import { findGenerator, generated, parseValue, settingsCheck } from '../file/parse.js';
import { WeightBudget } from '../file/weights.js';
import { bareParameter, callValues } from '../generators/arguments.js';
import { joinedBank, joinsOfMember } from '../joins.js';
import { BANK_SIZE_LIMIT, type Bank, type Join, type Kernel } from '../kernel.js';
import { applySteps, labelled, StepEffort, type StepsContext } from './apply-steps.js';
import { type Pipeline, splitPipeline } from './parse-pipeline.js';
import { endingOfFile, folderOfFile, type KernelRef, nameOfFile, parseKernelRef, refSubject } from './ref.js';
import { fault, type Referrer, resolved, unknownCall, unknownNameError, unreadable } from './referrer.js';
import type { KernelSource } from './source.js';

export interface LoadOptions {
  /** The most weights, all kernels of a bank together. */
  readonly limitWeights?: number | undefined;
}

/** How deep banks may name banks: one that names itself ends here. */
export const BANK_DEPTH_LIMIT = 8;

/** What all references of one call share. */
interface Load {
  readonly source: KernelSource;
  readonly budget: WeightBudget;
  readonly effort: StepEffort;
  /** How many were made, those that steps name among them. */
  kernels: number;
  /** Where faults are collected: those of all files, with their places. */
  readonly faults?: KernelError[];
}

/** The bank that a reference names; a single kernel makes a bank of one. Throws a KernelError. */
export async function loadBank(ref: string, source: KernelSource, options: LoadOptions = {}): Promise<Bank> {
  const budget = new WeightBudget(options.limitWeights);
  const load: Load = { source, budget, effort: new StepEffort(), kernels: 0 };
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
  const budget = new WeightBudget(options.limitWeights);
  const load: Load = { source, budget, effort: new StepEffort(), kernels: 0, faults };
  try {
    const bank = await lookUp(ref, { subject: refSubject(ref), path: [], folder: '', depth: 0 }, load);
    return { bank: faults.length > 0 ? null : bank, faults };
  } catch (error) {
    return { bank: null, faults: [...faults, lastFault(error, refSubject(ref), faults.length)] };
  }
}

async function lookUp(text: string, from: Referrer, load: Load): Promise<Bank> {
  const pipeline = splitPipeline(text);
  if (pipeline !== undefined) return readPipeline(pipeline, refSubject(text), from, load);
  const ref = parseKernelRef(text);
  const itself = { ...from, subject: refSubject(text), path: [] };
  if (ref.kind === 'inline') return readInline(ref.text, itself, load);
  if (ref.kind === 'path') return readPath(ref, from, load);
  const name = ref.kind === 'call' ? ref.generator : ref.name;
  const generator = findGenerator(name);
  if (generator === undefined) {
    if (ref.kind === 'name') return readBuiltin(name, from, load);
    throw await unknownCall(name, itself, load.source);
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
  const { importText } = await import('../formats/import.js');
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
  const context = { ...itself, budget: load.budget, name, onNote: load.source.onNote };
  const unread = (error: unknown) => {
    throw unreadable(error, path, from);
  };
  if (ending === 'safetensors') {
    const { readTensor } = await import('../formats/safetensors.js');
    const file = await load.source.openFile(path).catch(unread);
    try {
      return counted(await readTensor(file, tensor ?? null, context), from, load);
    } finally {
      await file.close();
    }
  }
  const bytes = await load.source.readFile(path).catch(unread);
  if (ending === 'json') return readText(decodeText(bytes, path), name, itself, load);
  const { importFile } = await import('../formats/import.js');
  const found = await importFile(bytes, ending, context, load.source.pictures);
  return typeof found === 'string' ? readText(found, name, itself, load) : counted(found, from, load);
}

async function readBuiltin(name: string, from: Referrer, load: Load): Promise<Bank> {
  const readAsFile = () => readPath({ kind: 'path', path: name }, from, load);
  // Shipped names are plain, so nothing else can reach a file of another folder or of another case.
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) throw await unknownNameError(name, from, load.source, readAsFile);
  let bytes: Uint8Array;
  try {
    bytes = await load.source.readBuiltin(name);
  } catch (cause) {
    const names = await load.source.builtinNames();
    if (names.includes(name)) throw cause;
    throw await unknownNameError(name, from, load.source, readAsFile);
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
  const { placed } = await import('../file/json-location.js');
  const faults = await placed(text, found);
  if (load.faults === undefined) throw faults[0];
  load.faults.push(...faults);
  if (isEnough) throw new TooManyFaults();
  return bank;
}

async function readValue(value: unknown, name: string, from: Referrer, load: Load): Promise<Bank> {
  const parsed = parseValue(value, { ...from, budget: load.budget, name }, await settingsCheck(from.folder));
  if (parsed.kind === 'kernels') return counted(parsed.bank, from, load);
  const inside = { ...from, depth: from.depth + 1 };
  if (inside.depth > BANK_DEPTH_LIMIT) {
    throw fault(from, {
      problem: `banks are nested more than ${BANK_DEPTH_LIMIT} deep`,
      advice: 'does a bank name itself?',
    });
  }
  if (parsed.kind === 'steps') {
    let isSound = true;
    const report = (found: KernelFault) => {
      isSound = false;
      from.report?.(found);
    };
    const first = { ...inside, path: [...from.path, 'kernel'], report: from.report && report };
    const bank = await readMember(parsed.kernel, name, first, load);
    if (!isSound || bank.kernels.length === 0) return bank;
    const changed = await applySteps(bank, parsed.steps, contextOf(inside, [...from.path, 'steps'], load));
    return labelled(changed, parsed.settings, { ...from, budget: load.budget, name });
  }
  const { about, combine } = parsed;
  const kernels: Kernel[] = [];
  let joins: Join[] = [];
  // In order, so that the limits stop a hostile bank early.
  for (const [i, member] of parsed.members.entries()) {
    const place = { ...inside, path: [...from.path, 'kernels', i] };
    try {
      const bank = await readMember(member, `${about.name}-${i + 1}`, place, load);
      joins = joins.concat(joinsOfMember(bank, kernels.length, combine, place));
      kernels.push(...bank.kernels);
    } catch (error) {
      if (load.faults === undefined || !(error instanceof KernelError)) throw error;
      // A member's own fault goes on to the text it stands in; one of a file that it names has its place.
      if (error instanceof KernelFault && error.details.subject === from.subject) from.report?.(error);
      else load.faults.push(error);
    }
  }
  return joinedBank({ ...about, kernels, joins }, combine);
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
    const start = load.faults?.length ?? 0;
    const bank = await lookUp(member, from, load);
    if (load.faults !== undefined)
      relocateFaults(load.faults, start, refSubject(member), (problem) =>
        from.report?.(fault(from, { problem })),
      );
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
