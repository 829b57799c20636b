// Loads the bank that a reference names: reads its file, resolves the references inside a bank, and adds line
// and column to errors. Files are read through the caller's KernelSource.

import { KernelError, quoted } from '../../core/errors.js';
import { faultAt, KernelFault, type Path, partOf } from '../fault.js';
import { decodeText, parseJson } from '../file/json.js';
import { findGenerator, generateKernels, loadSettingsCheck, parseValue } from '../file/parse.js';
import { WeightBudget } from '../file/weights.js';
import { bareParameter, callValues } from '../generators/arguments.js';
import { joinedBank, joinsOfMember } from '../joins.js';
import { BANK_SIZE_LIMIT, type Bank, type Join, type Kernel } from '../kernel.js';
import { applyLabels, applySteps, type StepsContext } from './apply-steps.js';
import { type Pipeline, splitPipeline } from './parse-pipeline.js';
import { endingOfFile, folderOfFile, type KernelRef, nameOfFile, parseKernelRef, refSubject } from './ref.js';
import { callError, nameError, type Referrer, readError, resolvePath } from './referrer.js';
import type { KernelSource } from './source.js';

export interface LoadOptions {
  /** Maximum number of weights, over all kernels of a bank. */
  readonly limitWeights?: number | undefined;
}

/** A check stops after about this many faults. */
export const FAULT_LIMIT = 1000;

/** Stops a check that has found enough faults; a bank that refers to itself would never end. */
class TooManyFaults extends Error {}

/** Maximum nesting of banks; also stops a bank that refers to itself. */
export const BANK_DEPTH_LIMIT = 8;

/**
 * Loads the bank that a reference names; a single kernel gives a bank of one.
 * @param faults collects those of all files; the bank is invalid if there are any. If left out, the first is thrown.
 * @throws KernelError; TooManyFaults with `faults`.
 */
export async function loadBank(
  ref: string,
  source: KernelSource,
  options: LoadOptions = {},
  faults?: KernelError[],
): Promise<Bank> {
  const budget = new WeightBudget(options.limitWeights);
  const load = { source, kernels: 0, faults };
  return loadReference(ref, { subject: refSubject(ref), path: [], folder: '', depth: 0, budget, load });
}

/**
 * Checks everything that a reference names and returns all faults in the order found, or the bank if there
 * are none. A file that is not JSON has one fault. @throws errors that are not about a kernel.
 */
export async function checkReference(
  ref: string,
  source: KernelSource,
  options: LoadOptions = {},
): Promise<{ readonly bank: Bank | null; readonly faults: readonly KernelError[] }> {
  const faults: KernelError[] = [];
  try {
    const bank = await loadBank(ref, source, options, faults);
    return { bank: faults.length > 0 ? null : bank, faults };
  } catch (error) {
    if (error instanceof KernelError) return { bank: null, faults: [...faults, error] };
    if (!(error instanceof TooManyFaults)) throw error;
    const problem = `has too many faults: checking stopped after ${faults.length}`;
    return { bank: null, faults: [...faults, new KernelError({ subject: refSubject(ref), problem })] };
  }
}

async function loadReference(text: string, from: Referrer): Promise<Bank> {
  const pipeline = splitPipeline(text);
  if (pipeline !== undefined) return readPipeline(pipeline, refSubject(text), from);
  const ref = parseKernelRef(text);
  const itself = { ...from, subject: refSubject(text), path: [] };
  if (ref.kind === 'inline') return readInline(ref.text, itself);
  if (ref.kind === 'path') return readPath(ref, from);
  const { name, arguments: given = [] } = ref;
  const generator = findGenerator(name);
  if (generator === undefined) {
    if (ref.arguments === undefined) return readBuiltin(name, from);
    throw await callError(name, itself);
  }
  // `box:5` and `box:size=5` are the same kernel with the same name, unlike a shipped `box-5`.
  const bare = given.length === 1 && given[0]!.name === null ? bareParameter(generator) : undefined;
  const canonical = bare === undefined ? text : `${name}:${bare}=${given[0]!.value}`;
  const values = callValues(generator, given, { subject: itself.subject, path: [] });
  return countKernels(generateKernels(generator, values, { ...itself, name: canonical }), from);
}

async function readInline(text: string, itself: Referrer): Promise<Bank> {
  if (/^\s*[[{]/.test(text)) return readText(text, 'kernel', itself);
  const { importText } = await import('../formats/import.js');
  return countKernels(importText(text, { ...itself, name: 'kernel' }), itself);
}

async function readPath(ref: KernelRef & { readonly kind: 'path' }, from: Referrer): Promise<Bank> {
  const path = resolvePath(ref.path, from);
  const name = nameOfFile(path);
  const ending = endingOfFile(path);
  const itself = { ...from, subject: path, path: [], folder: folderOfFile(path) };
  const { source } = from.load;
  const context = { ...itself, name, onNote: source.onNote };
  const unread = (error: unknown) => {
    throw readError(error, path, from);
  };
  if (ending === 'safetensors') {
    const { readTensor } = await import('../formats/safetensors.js');
    const file = await source.openFile(path).catch(unread);
    try {
      return countKernels(await readTensor(file, ref.tensor ?? null, context), from);
    } finally {
      await file.close();
    }
  }
  const bytes = await source.readFile(path).catch(unread);
  if (ending === 'json') return readText(decodeText(bytes, path), name, itself);
  const { importFile } = await import('../formats/import.js');
  const found = await importFile(bytes, ending, context);
  return typeof found === 'string' ? readText(found, name, itself) : countKernels(found, from);
}

async function readBuiltin(name: string, from: Referrer): Promise<Bank> {
  const { source } = from.load;
  const readAsFile = () => readPath({ kind: 'path', path: name }, from);
  // Shipped names consist of these characters only, so no name leads to another folder or case.
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) throw await nameError(name, from, readAsFile);
  const bytes = await source.readBuiltin(name).catch(async (cause: unknown) => {
    const names = await source.builtinNames();
    throw names.includes(name) ? cause : await nameError(name, from, readAsFile);
  });
  const subject = `kernel ${quoted(name)}`;
  return readText(decodeText(bytes, subject), name, { ...from, subject, path: [], folder: null });
}

async function readText(text: string, name: string, from: Referrer): Promise<Bank> {
  const { load } = from;
  const value = await parseJson(text, from.subject);
  const found: KernelFault[] = [];
  const collect = (fault: KernelFault) => {
    // One fault for each of a million weights would fill the memory.
    if (found.length >= FAULT_LIMIT) throw new TooManyFaults();
    found.push(fault);
  };
  const report = load.faults && collect;
  let bank: Bank = { name, kernels: [] };
  try {
    bank = await readValue(value, name, { ...from, report });
  } catch (error) {
    // Errors of referenced files already have a place, and another subject.
    const isOwn = error instanceof KernelFault && error.details.subject === from.subject;
    if (isOwn) found.push(error);
    else if (!(error instanceof TooManyFaults)) throw error;
  }
  const isEnough = (load.faults?.length ?? 0) + found.length >= FAULT_LIMIT;
  if (found.length === 0 && !isEnough) return bank;
  const { locateFaults } = await import('../file/json-location.js');
  const faults = await locateFaults(text, found);
  if (load.faults === undefined) throw faults[0];
  load.faults.push(...faults);
  if (isEnough) throw new TooManyFaults();
  return bank;
}

async function readValue(value: unknown, name: string, from: Referrer): Promise<Bank> {
  const checkSettings = await loadSettingsCheck(from.folder);
  const parsed = parseValue(value, { ...from, name }, checkSettings);
  if (parsed.kind === 'kernels') return countKernels(parsed.bank, from);
  const inside = { ...from, depth: from.depth + 1 };
  if (inside.depth > BANK_DEPTH_LIMIT) {
    throw faultAt(from, {
      problem: `banks are nested more than ${BANK_DEPTH_LIMIT} deep`,
      advice: 'does a bank refer to itself?',
    });
  }
  if (parsed.kind === 'steps') {
    let isSound = true;
    const report = (found: KernelFault) => {
      isSound = false;
      from.report?.(found);
    };
    const first = { ...partOf(inside, 'kernel'), report: from.report && report };
    const bank = await readMember(parsed.kernel, name, first);
    if (!isSound || bank.kernels.length === 0) return bank;
    const changed = await applySteps(bank, parsed.steps, stepsContext(inside, [...from.path, 'steps']));
    return applyLabels(changed, parsed.settings, { ...from, name });
  }
  const { about, combine } = parsed;
  const kernels: Kernel[] = [];
  let joins: Join[] = [];
  // One after the other, so that the limits stop a hostile bank early.
  for (const [i, member] of parsed.members.entries()) {
    const place = partOf(inside, 'kernels', i);
    try {
      const bank = await readMember(member, `${about.name}-${i + 1}`, place);
      joins = joins.concat(joinsOfMember(bank, kernels.length, combine, place));
      kernels.push(...bank.kernels);
    } catch (error) {
      const { faults } = from.load;
      if (faults === undefined || !(error instanceof KernelError)) throw error;
      // A fault of the member belongs to this text; one in a file it refers to already has its place.
      if (error instanceof KernelFault && error.details.subject === from.subject) from.report?.(error);
      else faults.push(error);
    }
  }
  return joinedBank({ ...about, kernels, joins }, combine);
}

async function readPipeline({ kernel, steps }: Pipeline, subject: string, from: Referrer): Promise<Bank> {
  // A kernel given by the user needs no place; one inside a bank does.
  const bank = await (from.subject === subject
    ? loadReference(kernel, { ...from, subject: refSubject(kernel) })
    : readMember(kernel, 'kernel', from));
  return applySteps(bank, steps, stepsContext({ ...from, subject, depth: from.depth + 1 }, null));
}

function stepsContext(from: Referrer, path: Path | null): StepsContext {
  const operand = (value: unknown, at: Path) => readMember(value, 'kernel', { ...from, path: at });
  return { subject: from.subject, path, budget: from.budget, operand };
}

async function readMember(member: unknown, name: string, from: Referrer): Promise<Bank> {
  if (typeof member !== 'string') return readValue(member, name, from);
  const { faults = [] } = from.load;
  try {
    const start = faults.length;
    const bank = await loadReference(member, from);
    // Faults of an embedded kernel do not say yet where it was written.
    for (const error of faults.splice(start)) {
      if (error.details.subject !== refSubject(member)) faults.push(error);
      else from.report?.(faultAt(from, { problem: error.message }));
    }
    return bank;
  } catch (error) {
    // An error about a generator call or inline JSON does not say yet where it was written.
    if (!(error instanceof KernelError) || error.details.subject !== refSubject(member)) throw error;
    throw faultAt(from, { problem: error.message });
  }
}

function countKernels(bank: Bank, from: Referrer): Bank {
  from.load.kernels += bank.kernels.length;
  if (from.load.kernels <= BANK_SIZE_LIMIT) return bank;
  throw faultAt(from, { expected: `at most ${BANK_SIZE_LIMIT} kernels in a bank`, found: 'more' });
}
