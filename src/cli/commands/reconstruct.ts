// `convtool reconstruct`: coefficients that `project` wrote → the image again, by the dual frame, from all of them or the
// strongest. One that fails does not stop the others.

import { type Command, InvalidArgumentError } from 'commander';
import type { Keep } from '../../analysis/projection/keep.js';
import { DEFAULT_LIMITS } from '../../index.js';
import { parseDecimal } from '../../kernels/number.js';
import type { Invocation } from '../add-commands.js';
import { addDepthOption, addFileOptions, addThreadsOption, parseCount } from '../options/convolution.js';
import { type ReconstructCommandOptions, reconstructAll } from './reconstruct-run.js';

const EXAMPLES = `
The image is the one whose coefficients come nearest to those given, by
conjugate gradients: one step for an orthonormal bank, more the larger B/A is.
Samples are rounded to the depth of the image; --format npy keeps them as they
are. PSNR is of the full scale, and measures what is written.

Examples:
  convtool reconstruct img.dct-n-8.json      writes img.dct-n-8.reconstructed.png
  convtool reconstruct --keep 10 --compare img.png img.dct-n-8.json
                                             from the 10 strongest maps; PSNR
  convtool reconstruct --keep 5% -o small.png img.dct-n-8.json
                                             from the largest 5 % of all
`;

/** Adds the command to the program. */
export function addReconstruct(program: Command, call: Invocation): void {
  const command = program
    .command('reconstruct')
    .description(
      'Gets images back from their coefficients on a bank: exactly where the bank is a basis, by least squares where it is a frame, and from the strongest maps or coefficients alone where that is asked for.',
    )
    .argument('<description...>', 'JSON files that project wrote, the coefficients beside them')
    .option(
      '--keep <n|share>',
      'only the strongest: so many maps, as 10, or a share of the coefficients, as 5%',
      parseKeep,
    )
    .option('--compare <image>', 'the picture to measure against: PSNR and largest difference')
    .option('--steps <n>', 'most steps of conjugate gradients', parseCount, 200)
    .addHelpText('after', EXAMPLES);
  addFileOptions(command, '{name} {ext} {dir}');
  addDepthOption(command);
  addThreadsOption(command.optionsGroup('Running:'))
    .option(
      '--limit-pixels <n>',
      'most pixels of the picture to compare with',
      parseCount,
      DEFAULT_LIMITS.pixels,
    )
    .option('--limit-kernel <n>', 'most weights of a bank', parseCount, DEFAULT_LIMITS.weights)
    .option('--limit-file <bytes>', 'most bytes of a file', parseCount, DEFAULT_LIMITS.fileBytes)
    .option('--json', 'one JSON object a picture on standard output', false);
  command.action(async (inputs: string[], options: ReconstructCommandOptions) => {
    call.status = await reconstructAll(inputs, options, call.logger.as(options));
  });
}

/** `10` maps, or `5%` of the coefficients. */
function parseKeep(text: string): Keep {
  const percent = text.endsWith('%') ? parseDecimal(text.slice(0, -1)) : undefined;
  if (percent !== undefined && percent > 0 && percent <= 100) return { share: percent / 100 };
  if (/^\d{1,9}$/.test(text) && Number(text) >= 1) return { maps: Number(text) };
  throw new InvalidArgumentError('expected a number of maps, as 10, or a share of the coefficients, as 5%');
}
