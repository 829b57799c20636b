// `convtool kernels check`: checks kernel files and prints every error in them, one line each or as JSON.

import type { Command } from 'commander';
import { type ConvtoolError, InternalError, KernelError } from '../../../core/errors.js';
import { checkKernels } from '../../../index.js';
import type { Bank } from '../../../kernels/kernel.js';
import type { Invocation } from '../../add-commands.js';
import { imageFailure } from '../../batch/for-each-input.js';
import { EXIT } from '../../console/exit-status.js';
import type { Logger, VerbosityOptions } from '../../console/logger.js';

/** At most this many errors of a file are printed; JSON has all of them. */
const MAX_SHOWN = 20;

const AFTER_HELP = `
Exit status:
  0  all files are valid
  2  one or more are not

Examples:
  convtool kernels check ./comet.json          every error, with its position
  convtool kernels check --json kernels/*.json
`;

export function addCheck(kernels: Command, call: Invocation): void {
  kernels
    .command('check')
    .description('Checks kernel files and reports every error in them.')
    .argument('<file...>', 'kernel files, or anything else that --kernel takes')
    .option('--json', 'print one JSON object per file on standard output', false)
    .addHelpText('after', AFTER_HELP)
    .action(async (files: string[], options: { json: boolean } & VerbosityOptions) => {
      call.status = await check(files, options.json, call.logger.withVerbosity(options));
    });
}

async function check(files: readonly string[], json: boolean, logger: Logger): Promise<number> {
  let invalid = 0;
  let count = 0;
  let isInternal = false;
  for (const file of files) {
    const notes: string[] = [];
    const onNote = (_: string, note: string) => notes.push(note);
    const { bank, faults } = await checkKernels(file, { onNote }).catch((error) => {
      return { bank: null, faults: [imageFailure(error, file)] };
    });
    if (bank !== null) notes.push(...suspicions(file, bank));
    if (faults.length > 0) invalid++;
    count += faults.length;
    isInternal ||= faults.some((fault) => fault instanceof InternalError);
    if (json) await logger.json(asJson(file, faults, notes));
    else await logger.result(faultLines(file, faults));
    for (const note of notes) logger.note(file, note);
  }
  const all = `${files.length} file${files.length === 1 ? '' : 's'}`;
  if (invalid === 0) {
    logger.note('kernels check', `${all}, ${files.length === 1 ? 'valid' : 'all valid'}`);
    return EXIT.done;
  }
  logger.error(`kernels check: ${invalid} of ${all} invalid, ${count} error${count === 1 ? '' : 's'}`);
  return isInternal ? EXIT.failed : EXIT.usage;
}

function faultLines(file: string, faults: readonly ConvtoolError[]): string {
  const lines = faults.slice(0, MAX_SHOWN).map(({ message }) => `${message}\n`);
  const rest = faults.length - lines.length;
  if (rest > 0) lines.push(`${new KernelError({ subject: file, problem: `and ${rest} more` }).message}\n`);
  return lines.join('');
}

function asJson(file: string, faults: readonly ConvtoolError[], notes: readonly string[]) {
  const listed = faults.map(({ message, details }) => {
    const [, line, column] = /line (\d+)(?:, column (\d+))?/.exec(details.place ?? '') ?? [];
    const at = { ...(line && { line: Number(line) }), ...(column && { column: Number(column) }) };
    return { ...details, ...at, message };
  });
  return { file, sound: faults.length === 0, faults: listed, notes };
}

/** Notes about what is allowed but may be unintended. */
function suspicions(file: string, { kernels, description }: Bank): string[] {
  const notes: string[] = [];
  const allZero = kernels.filter(({ weights }) => weights.every((weight) => weight === 0));
  if (allZero.length > 0) notes.push(`all weights of ${allZero.map(({ name }) => name).join(', ')} are 0`);
  const names = kernels.map(({ name }) => name);
  const repeated = names.filter((name, i) => names.indexOf(name) !== i);
  if (repeated.length > 0)
    notes.push(
      `several kernels are named ${[...new Set(repeated)].join(', ')}; their maps would have the same path`,
    );
  // Other formats cannot hold a description.
  const isUndescribed =
    /\.json$/i.test(file) && kernels.some((kernel) => !kernel.description && !description);
  if (isUndescribed) notes.push('has no description');
  return notes;
}
