// What a run in which a call to the file system failed may have done, and what not: leave a partial output, lose, change or
// add a file, leave a file open, or report an error that names no file.

import { basename, dirname, relative } from 'node:path';
import { errorLines, type Run, type Setting } from './cli.js';
import type { Call, FailingFiles, Fault } from './failing-files.js';

/** What an output holds before. */
export const OLD = 'the old output';

/** Faults that a run survives, with all its outputs made. */
export interface Survived {
  /** Why that is right. */
  readonly because: string;
  readonly is: (call: Call, fault: Fault, place: Place) => boolean;
}

/** Where a call took place, relative to the folder of the run. */
export interface Place {
  readonly path: string;
  readonly isInput: boolean;
  readonly isOutput: boolean;
  /** Whether it is the folder of an output, or one above it. */
  readonly isFolder: boolean;
}

/** A run with a fault. */
export interface Outcome {
  readonly run: Run;
  /** The same run without a fault. */
  readonly clean: Run;
  readonly fault: Fault;
  readonly failing: FailingFiles;
  readonly files: NonNullable<Setting['files']>;
  /** Files that the run makes. */
  readonly outputs: readonly string[];
  /** Faults that the run survives, in addition to ALWAYS_SURVIVED. */
  readonly survives?: readonly Survived[];
}

/** A line for everything that is wrong. */
export function problemsOf(outcome: Outcome): string[] {
  const { run, failing } = outcome;
  return [
    ...filesWrong(outcome),
    ...publishedWrong(failing),
    ...failing.left.map((path) => `${relative(run.folder, path)} is left open`),
    ...(run.status === 0 ? survivalWrong(outcome) : errorsWrong(outcome)),
  ];
}

/** Every output is the old one or the complete new one, and no other file is new, gone or changed. */
function filesWrong({ run, clean, outputs }: Outcome): string[] {
  const wrong: string[] = [];
  for (const path of new Set([...Object.keys(run.before), ...Object.keys(run.after)])) {
    const [before, after, whole] = [run.before[path], run.after[path], clean.after[path]];
    if (after === before) continue;
    if (after === undefined) wrong.push(`${path} is lost`);
    else if (after === 'folder' && whole === 'folder') continue;
    else if (!outputs.includes(path)) wrong.push(`${path} is ${before === undefined ? 'new' : 'changed'}`);
    else if (!isWhole(path, after, whole!)) wrong.push(`${path} is partial`);
  }
  return wrong;
}

/** A temporary file is never published after one of its calls failed, not even if its bytes are right. */
function publishedWrong({ calls, struck }: FailingFiles): string[] {
  return struck
    .filter((failed) => failed.path.endsWith('.tmp'))
    .filter((failed) => {
      const later = calls.slice(calls.indexOf(failed) + 1);
      return later.some(({ name, path }) => name === 'renameSync' && path === failed.path);
    })
    .map(({ name, path }) => `${basename(path)} is published in spite of ${name}`);
}

/** Sidecars and lists of failures differ from run to run: they are whole if each line is. */
function isWhole(path: string, text: string, whole: string): boolean {
  if (!/\.(convtool|jsonl)$/.test(path)) return text === whole;
  return text === '' || (text.endsWith('\n') && text.trim().split('\n').every(isJson));
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
}

/** A run that succeeds has made all outputs and reported no error, and there is a reason why it can. */
function survivalWrong({ run, fault, failing, files, survives = [], outputs }: Outcome): string[] {
  const [call] = failing.struck;
  if (!call) return ['did not take place'];
  const path = relative(run.folder, call.path);
  const isFolder = outputs.some((output) => path === '' || output.startsWith(`${path}/`));
  const place = { path, isInput: path in files, isOutput: outputs.includes(path), isFolder };
  const isKnown = [...ALWAYS_SURVIVED, ...survives].some(({ is }) => is(call, fault, place));
  return [
    ...errorLines(run).map((line) => `status 0, but ${line}`),
    ...outputs
      .filter((output) => run.after[output] === OLD || !(output in run.after))
      .map((output) => `status 0 without ${output}`),
    ...(isKnown ? [] : [`${call.name} of ${path} is ignored`]),
  ];
}

/** Calls whose failure every run survives. */
const ALWAYS_SURVIVED: readonly Survived[] = [
  {
    because:
      'paths are looked up before the run, to name outputs and to find collisions; later calls look again',
    is: ({ name }, { lasts }, { isInput, isOutput, isFolder }) =>
      !lasts && (name === 'stat' || name === 'statSync') && (isInput || isOutput || isFolder),
  },
  {
    because: 'temporary files of killed runs are removed by a later run',
    is: ({ name }, _, { isFolder }) => name === 'readdir' && isFolder,
  },
  {
    because: 'the folder of an output is open for lookups only',
    is: ({ name }, _, { isFolder }) => name === 'closeSync' && isFolder,
  },
];

/** A failed run has an error line that names the file, and at most one for each output that was not made. */
function errorsWrong({ run, fault, failing, outputs }: Outcome): string[] {
  const lines = errorLines(run);
  const names = failing.struck.flatMap(({ path }) => namesFor(relative(run.folder, path) || '.', outputs));
  const lost = outputs.filter((path) => run.after[path] === run.before[path]);
  return [
    ...(run.status === 1 || run.status === 2 ? [] : [`status ${run.status}`]),
    ...(/\n\s+at |internal error|undefined|\[object /.test(run.stderr) ? [`unclear: ${run.stderr}`] : []),
    ...lines.filter((line) => !/^error: \S.*\(E[A-Z]+\)/.test(line)).map((line) => `unclear: ${line}`),
    ...(lines.some((line) => names.some((name) => line.includes(name)))
      ? []
      : [`no file named: ${run.stderr}`]),
    ...(fault.lasts || lines.length <= Math.max(1, lost.length) ? [] : [`repeated: ${run.stderr}`]),
  ];
}

/** A temporary file is named by its output, and so may be a folder. */
function namesFor(path: string, outputs: readonly string[]): string[] {
  const folder = /^\.convtool-.*\.tmp$/.test(basename(path)) ? dirname(path) : path;
  const name = path === '.' ? 'error: .:' : basename(path);
  return [name, ...outputs.filter((output) => dirname(output) === folder)];
}
