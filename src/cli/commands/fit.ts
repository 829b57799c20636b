// `convtool fit`: the options of the command that finds the kernel that turns one image into another. fit-run.ts runs it.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_STEPS } from '../../analysis/fit/settings.js';
import { parseWholeNumber } from '../../kernels/number.js';
import { parseBorder } from '../../plan/border.js';
import type { Invocation } from '../add-commands.js';
import { parseCount, parseNumber, parsePair } from '../options/parse-values.js';
import { addOptions, BORDER_HELP, choice, flag, shared, value } from '../options/shared.js';
import { type FitCommandOptions, runFit } from './fit-run.js';

const EXAMPLES = `
Every sample of the image after gives one equation: the sum of the weights times
the samples before equals the response. Least squares finds the weights, and the
residual gives the uncertainty of each. Samples at the ends of the value range
are left out, because their responses may have been clipped.

Examples:
  convtool fit --before img.png --after blurred.png --size 5
                                        the weights and their uncertainty
  convtool fit --before img.png --after blurred.png --size 5 -o blur.json
                                        a kernel file for --kernel
  convtool fit --before img.png --after edges.png --size 3 --map signed --gain 0.125
                                        for outputs of --map signed --gain 0.125
  convtool fit --before img.png --after blurred.png --size 5,3 --bias --json
                                        5 wide, 3 high, and a constant
  convtool fit --before img.png --after blurred.png --size 5 --method sgd
                                        by gradient descent, with its loss
`;

export function addFit(program: Command, call: Invocation): void {
  const command = program
    .command('fit')
    .description(
      'Finds the kernel that turns one image into another: its weights, their uncertainty, the residual, and whether the images determine the weights at all.',
    )
    .addHelpText('after', EXAMPLES);
  addOptions(
    command,
    'Common options:',
    new Option(
      '--before <image>',
      'image that the kernel was applied to; - is standard input',
    ).makeOptionMandatory(),
    new Option('--after <image>', 'image that resulted').makeOptionMandatory(),
    value('--size <w[,h]>', 'width and height of the kernel, in weights', parsePair).makeOptionMandatory(),
    new Option('-o, --out <path>', 'also write a kernel file, path.json; - prints it instead of the report'),
    flag('--json', 'print one JSON object on standard output'),
  );
  addOptions(
    command,
    'How the image was made:',
    flag('--flip', 'by convolution: the kernel was rotated by 180°'),
    flag('--bias', 'with a constant added to all responses, to be found as well'),
    value(
      '--border <mode>',
      `how samples outside the image were filled: ${BORDER_HELP}`,
      parseBorder,
      undefined,
      'unknown: positions at the border are left out',
    ),
    choice('--extent <extent>', 'positions that got an output', ['same', 'valid', 'full'], 'same'),
    choice(
      '--map <map>',
      'how responses became picture values; signed: 0 became mid-grey; abs is refused',
      ['clamp', 'signed', 'abs'],
      'clamp',
    ),
    value('--gain <g>', 'factor of the responses before mapping', parseGain, 1),
    shared.channels(),
  );
  addOptions(
    command,
    'Method:',
    choice(
      '--method <method>',
      'closed form over all samples, or stochastic gradient descent',
      ['least-squares', 'sgd'],
      'least-squares',
    ),
    value('--steps <n>', 'steps of the descent', parseCount, DEFAULT_STEPS),
    value('--seed <n>', 'seed of the random choice of samples in the descent', parseSeed, 1),
  );
  addOptions(command, 'Reading:', shared.decoding(), shared.limitPixels(), shared.limitFile());
  addOptions(command, 'Running:', shared.threads());
  command.action(async (options: FitCommandOptions) => {
    call.status = await runFit(options, call.logger.withVerbosity(options));
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
