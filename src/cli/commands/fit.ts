// `convtool fit`: the kernel that turns one image into another. What it takes; fit-run.ts does it.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_STEPS } from '../../analysis/fit/settings.js';
import { parseWholeNumber } from '../../kernels/number.js';
import { parseBorder } from '../../plan/border.js';
import type { Invocation } from '../add-commands.js';
import {
  addFileLimit,
  addReadingOptions,
  addThreadsOption,
  BORDER_HELP,
  parseCount,
  parseNumber,
  parsePair,
} from '../options/convolution.js';
import { type FitCommandOptions, runFit } from './fit-run.js';

const EXAMPLES = `
Every sample of the image after is an equation: weights times samples before
make the response. Least squares finds the weights, and from what is left over
how well each is known. Values at both ends of the range are left out, since
responses may have been cut off there.

Examples:
  convtool fit --before img.png --after blurred.png --size 5
                                        the weights, and how well they are known
  convtool fit --before img.png --after blurred.png --size 5 -o blur.json
                                        a file that --kernel takes
  convtool fit --before img.png --after edges.png --size 3 --map signed --gain 0.125
                                        what --map signed --gain 0.125 wrote
  convtool fit --before img.png --after blurred.png --size 5,3 --bias --json
                                        5 wide, 3 high, and a constant
  convtool fit --before img.png --after blurred.png --size 5 --method sgd
                                        the same step by step, with its loss
`;

/** Adds the command to the program. */
export function addFit(program: Command, call: Invocation): void {
  const command = program
    .command('fit')
    .description(
      'Finds the kernel that turns one image into another: its weights, how well they are known, what they leave over, and whether the pair determines them at all.',
    )
    .addHelpText('after', EXAMPLES);
  command
    .optionsGroup('Images:')
    .requiredOption('--before <image>', 'the picture that the kernel was slid over; - is standard input')
    .requiredOption('--after <image>', 'the picture that came out')
    .addOption(
      new Option('--channels <which>', 'each for itself, gray (0.299 R + 0.587 G + 0.114 B), or one of them')
        .choices(['each', 'gray', 'r', 'g', 'b', 'a'])
        .default('each'),
    )
    .addOption(
      new Option(
        '--map <map>',
        'how the responses became picture values; signed: 0 is mid-grey; abs is refused',
      )
        .choices(['clamp', 'signed', 'abs'])
        .default('clamp'),
    )
    .option('--gain <g>', 'what the responses were multiplied by', parseGain, 1);
  command
    .optionsGroup('Kernel:')
    .requiredOption('--size <w[,h]>', 'its width and height in weights', parsePair)
    .option('--flip', 'it was convolved: the kernel as it was before it was rotated by 180°', false)
    .option('--bias', 'a constant was added to all responses, which is to be found too', false)
    .addOption(
      new Option(
        '--border <mode>',
        `what was read outside the image: ${BORDER_HELP}; without it, positions at the border are left out`,
      ).argParser(parseBorder),
    )
    .addOption(
      new Option('--extent <extent>', 'which positions have a sample after')
        .choices(['same', 'valid', 'full'])
        .default('same'),
    );
  command
    .optionsGroup('Method:')
    .addOption(
      new Option('--method <method>', 'closed form over all samples, or stochastic gradient descent')
        .choices(['least-squares', 'sgd'])
        .default('least-squares'),
    )
    .option('--steps <n>', 'steps of a descent', parseCount, DEFAULT_STEPS)
    .option('--seed <n>', 'chooses the samples of a descent and their order', parseSeed, 1);
  command
    .optionsGroup('Writing:')
    .option(
      '-o, --out <path>',
      'also write the kernel as a file, path.json; - prints it instead of the report',
    );
  addFileLimit(addReadingOptions(addThreadsOption(command.optionsGroup('Running:')))).option(
    '--json',
    'one JSON object on standard output',
    false,
  );
  command.action(async (options: FitCommandOptions) => {
    call.status = await runFit(options, call.logger.as(options));
  });
}

function parseSeed(text: string): number {
  const seed = parseWholeNumber(text);
  if (seed === undefined || seed >= 2 ** 32)
    throw new InvalidArgumentError('expected a whole number from 0 to 4294967295');
  return seed;
}

function parseGain(text: string): number {
  const gain = parseNumber(text);
  if (gain === 0) throw new InvalidArgumentError('expected a number other than 0');
  return gain;
}
