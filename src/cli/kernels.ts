// `convtool kernels`: what kernels there are, and what one of them holds. Slides nothing.

import { type Command, Option } from 'commander';
import { loadKernels } from '../convtool.js';
import { shippedKernels } from '../files/shipped.js';
import { EXPORT_FORMATS, type ExportFormat } from '../kernel/formats/export.js';
import { generators } from '../kernel/generators/list.js';
import { type Kernel, sumOfWeights } from '../kernel/kernel.js';
import { writeExport } from './export.js';
import { EXIT, writeResult } from './streams.js';

const EXAMPLES = `
Examples:
  convtool kernels list                          every kernel and generator
  convtool kernels show sobel-x                  its weights and what they are
  convtool kernels show gaussian:sigma=1 --format json > blur.json
`;

/** Adds the command and its own commands to the program. */
export function addKernels(program: Command): void {
  const command = program
    .command('kernels')
    .summary('list the kernels there are, show one')
    .addHelpText('after', EXAMPLES);
  command
    .description('Lists the kernels that came with convtool, or shows what one of them holds.')
    .helpCommand(false);
  command
    .command('list')
    .description('Lists shipped kernels and generators with a line on each.')
    .option('--json', 'one JSON object a line', false)
    .action(async ({ json }: { json: boolean }) => {
      process.exitCode = await list(json);
    });
  command
    .command('show')
    .description('Shows a kernel: its weights as a grid, or a kernel file.')
    .argument('<kernel>', 'as for --kernel')
    .addOption(
      new Option('--format <format>', 'text, or a file that --kernel takes')
        .choices(['text', ...EXPORT_FORMATS])
        .default('text'),
    )
    .action(async (ref: string, { format }: { format: 'text' | ExportFormat }) => {
      process.exitCode = await show(ref, format);
    });
}

async function list(json: boolean): Promise<number> {
  const entries: { name: string; kind: string; description: string }[] = [];
  for (const name of await shippedKernels.builtinNames()) {
    const { kernels } = await loadKernels(name);
    entries.push({
      name,
      kind: kernels.length > 1 ? 'bank' : 'kernel',
      description: kernels[0]!.description ?? '',
    });
  }
  for (const { name, parameters, description } of generators) {
    const call = `${name}:${Object.keys(parameters).join(',')}`;
    entries.push({ name: call, kind: 'generator', description });
  }
  const width = Math.max(...entries.map(({ name }) => name.length));
  for (const entry of entries) {
    await writeResult(
      json ? `${JSON.stringify(entry)}\n` : `${entry.name.padEnd(width)}  ${entry.description}\n`,
    );
  }
  return EXIT.done;
}

async function show(ref: string, format: 'text' | ExportFormat): Promise<number> {
  const bank = await loadKernels(ref);
  if (format !== 'text') await writeExport(bank, format);
  else for (const kernel of bank.kernels) await writeResult(describe(kernel));
  return EXIT.done;
}

function describe(kernel: Kernel): string {
  const { name, description, source, width, height, inChannels, divisor, bias, anchor } = kernel;
  const size =
    inChannels === null ? `${width}×${height}` : `${width}×${height} on each of ${inChannels} channels`;
  const facts = [
    `${name}: ${size}, divisor ${divisor}, bias ${bias}, anchor [${anchor.join(', ')}], sum of weights ${Number(sumOfWeights(kernel).toPrecision(12))}`,
    ...(description ? [description] : []),
    ...(source ? [`Source: ${source}`] : []),
  ];
  return `${facts.join('\n')}\n${grid(kernel)}\n`;
}

/** The weights in aligned columns, a blank line between planes. */
function grid({ weights, width, height }: Kernel): string {
  const largest = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const decimals = Math.min(12, Math.max(0, 5 - Math.floor(Math.log10(largest || 1))));
  const cells = Array.from(weights, (w) =>
    weights.every(Number.isInteger) ? String(w) : w.toFixed(decimals),
  );
  const wide = Math.max(...cells.map((cell) => cell.length));
  let text = '';
  cells.forEach((cell, i) => {
    if (i % width === 0 && i > 0) text += i % (width * height) === 0 ? '\n\n' : '\n';
    text += `  ${cell.padStart(wide)}`;
  });
  return text;
}
