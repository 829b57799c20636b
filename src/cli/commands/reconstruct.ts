// `convtool reconstruct`: the options of the command that reconstructs images from the coefficients that `project` wrote.
// reconstruct-run.ts runs it.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Keep } from '../../analysis/projection/keep.js';
import { parseDecimal } from '../../kernels/number.js';
import type { Invocation } from '../add-commands.js';
import { parseCount } from '../options/parse-values.js';
import { addOptions, shared, value } from '../options/shared.js';
import { type ReconstructCommandOptions, reconstructAll } from './reconstruct-run.js';

const EXAMPLES = `
The result is the image whose coefficients are closest to the given ones, found
by conjugate gradients: in one step for an orthonormal bank, in more steps the
larger the ratio B/A of its frame bounds. Samples are rounded to the depth of
the image; --format npy keeps them exact. PSNR refers to full scale and compares
the samples that are written.

Examples:
  convtool reconstruct img.dct-n-8.json   writes img.dct-n-8.reconstructed.png
  convtool reconstruct --keep 10 --compare img.png img.dct-n-8.json
                                          the 10 strongest maps, with PSNR
  convtool reconstruct --keep 5% -o small.png img.dct-n-8.json
                                          the largest 5 % of the coefficients
`;

export function addReconstruct(program: Command, call: Invocation): void {
  const command = program
    .command('reconstruct')
    .description(
      'Reconstructs images from their coefficients on a bank: exactly if the bank is a basis, by least squares if it is a frame; with --keep, from the strongest maps or coefficients only.',
    )
    .argument('<description...>', 'JSON files that project wrote, with the coefficients in the same folder')
    .addHelpText('after', EXAMPLES);
  addOptions(
    command,
    'Common options:',
    shared.out('{name} {ext} {dir}'),
    shared.format(),
    value(
      '--keep <n|share>',
      'use only the strongest: a number of maps, such as 10, or a share of the coefficients, such as 5%',
      parseKeep,
    ),
    new Option('--compare <image>', 'original image: print PSNR and the largest difference'),
  );
  addOptions(command, 'Output:', shared.depth(), shared.encoding());
  addOptions(
    command,
    'Reading:',
    shared.limitPixels('the image of --compare'),
    shared.limitKernel('the bank'),
    shared.limitFile('a file'),
  );
  const steps = value('--steps <n>', 'maximum number of steps of conjugate gradients', parseCount, 200);
  addOptions(command, 'Running:', shared.threads(), steps, shared.json('image'));
  command.action(async (inputs: string[], options: ReconstructCommandOptions) => {
    call.status = await reconstructAll(inputs, options, call.logger.withVerbosity(options));
  });
}

/** Reads `10` (maps) or `5%` (of the coefficients). */
function parseKeep(text: string): Keep {
  const percent = text.endsWith('%') ? parseDecimal(text.slice(0, -1)) : undefined;
  if (percent !== undefined && percent > 0 && percent <= 100) return { share: percent / 100 };
  if (/^\d{1,9}$/.test(text) && Number(text) >= 1) return { maps: Number(text) };
  throw new InvalidArgumentError('expected a number of maps, as 10, or a share of the coefficients, as 5%');
}
