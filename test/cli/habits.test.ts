// Options that users of other command lines try first: -h, -V, -q, -v, --no-color, `help`, and a picture in a pipe.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS, helpAsOption } from '../../dist/cli/commands-list.js';
import { processHost } from '../../dist/cli/console/host.js';
import { Logger } from '../../dist/cli/console/logger.js';
import { Progress } from '../../dist/cli/console/progress.js';
import { settleColour, wantsColour } from '../../dist/cli/console/terminal.js';
import { programFor } from '../../dist/cli/program.js';
import { convtool } from '../support/cli.js';
import { hasScript, onTerminal } from '../support/on-terminal.js';

const img = readFileSync(new URL('../../samples/dot.png', import.meta.url));
const files = { 'img.png': img, 'other.png': img };

const program = await programFor(
  COMMANDS,
  'all',
  { logger: new Logger(processHost(), null, 'errors', new Progress(null)), status: 0 },
  () => undefined,
);
const everyCommand = [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)];

it.each(
  everyCommand.map((command) => [command.name(), command] as const),
)('%s has the common options', (_, command) => {
  const shorts = command.options.map(({ short }) => short);
  const longs = command.options.map(({ long }) => long);
  expect(shorts).toContain('-V');
  expect(longs).toContain('--no-color');
  expect(command.createHelp().visibleOptions(command).at(-1)?.flags).toBe('-h, --help');
  if (command.commands.length > 0) return;
  expect(shorts).toEqual(expect.arrayContaining(['-q', '-v']));
  expect(new Set(shorts.filter(Boolean)).size, 'each letter once').toBe(shorts.filter(Boolean).length);
});

it.each([
  ['help', '--help'],
  ['help apply', 'apply --help'],
  ['help kernels show', 'kernels show --help'],
  ['kernels help show', 'kernels show --help'],
  ['help help', '--help'],
  ['help nosuch', 'nosuch'],
  ['apply help', 'apply help'],
  ['apply -k help img.png', 'apply -k help img.png'],
])('%s is %s', (given, expected) => {
  expect(helpAsOption(given.split(' ')).join(' ')).toBe(expected);
});

describe('colour', () => {
  it.each([
    [{}, '', { forced: undefined, no: undefined, colour: true }],
    [{ NO_COLOR: '1' }, '', { forced: undefined, no: '1', colour: false }],
    [{ FORCE_COLOR: '1' }, '', { forced: '1', no: undefined, colour: true }],
    [{ FORCE_COLOR: '0', NO_COLOR: '1' }, '', { forced: '0', no: undefined, colour: false }],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, '', { forced: '1', no: undefined, colour: true }],
    [{ FORCE_COLOR: '1', NODE_DISABLE_COLORS: '1' }, '', { forced: '1', no: undefined, colour: true }],
    [{ FORCE_COLOR: '1' }, 'apply --no-color', { forced: undefined, no: '1', colour: false }],
    [{ FORCE_COLOR: '1' }, 'apply -- --no-color', { forced: '1', no: undefined, colour: true }],
  ])('%j with "%s"', (given, words, { forced, no, colour }) => {
    const env: NodeJS.ProcessEnv = { ...given };
    settleColour(words.split(' '), env);
    expect([env.FORCE_COLOR, env.NO_COLOR, env.NODE_DISABLE_COLORS]).toEqual([forced, no, undefined]);
    expect(wantsColour(env, true)).toBe(colour);
  });

  it('requested and refused: only our own lines reach standard error', async () => {
    const run = await convtool(['apply', '-k', 'box-3', 'img.png'], {
      files,
      env: { NO_COLOR: '1', FORCE_COLOR: '1' },
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
  });
});

it('-h, -V and an unknown command after help', async () => {
  const [help, version, unknown] = await Promise.all([
    convtool(['help', 'kernels', 'show']),
    convtool(['apply', '-V']),
    convtool(['help', 'aply']),
  ]);
  expect(help.stdout.toString()).toMatch(/^Usage: convtool kernels show /);
  expect(version.stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(unknown).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/unknown command 'aply'.*apply/),
  });
});

it('-v logs what is planned, read, filtered and written, in the order of the images; results stay the same', async () => {
  const words = ['apply', '-k', 'sobel-x', 'img.png', 'other.png'];
  const [plain, verbose] = await Promise.all([
    convtool(words, { files }),
    convtool([...words, '-v'], { files }),
  ]);
  expect(verbose.stdout).toEqual(plain.stdout);
  const said = verbose.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('note: '));
  const ms = String.raw`[\d.]+ ms`;
  const image = (name: string) => [
    new RegExp(`^${name}.png: read 31×31, 1 channel of 8 bits, a file of 97 B, in ${ms}$`),
    new RegExp(`^${name}.png: filtered with sobel-x \\(direct, 1 thread\\) in ${ms}$`),
    new RegExp(`^${name}.sobel-x.png: written in ${ms}$`),
  ];
  const expected = [
    /^plan: 2 images → 2 outputs as png: sobel-x; up to \d+ threads?$/,
    ...image('img'),
    ...image('other'),
  ];
  expect(said).toEqual(expected.map((line) => expect.stringMatching(line)));
});

it.each(['explain --at 3,3', 'compare', 'project -b dct:4'])('%s -v logs what is read', async (command) => {
  const kernel = command.includes('-b') ? [] : ['-k', 'box-3'];
  const run = await convtool([...command.split(' '), ...kernel, '-v', 'img.png'], { files });
  expect(run.status).toBe(0);
  expect(run.stderr).toMatch(/^img\.png: read 31×31, /m);
});

it('several pictures cannot share standard output', async () => {
  const run = await convtool(['apply', '-k', 'box-3', '-k', 'sobel-x', '-'], { stdin: img });
  expect(run).toMatchObject({ status: 2, stdout: Buffer.alloc(0) });
  expect(run.stderr).toMatch(/^error: standard output: would hold both .*one picture.*--out/);
});

it.skipIf(!hasScript)('a terminal gets no picture but one line of advice', async () => {
  const seen = await onTerminal(['apply', '-k', 'box-3', '-'], { files }, { tail: '< img.png' });
  expect(seen.status).toBe(2);
  expect(seen.text).toMatch(
    /standard output: is a terminal, which cannot show a picture file; redirect it.*--out/s,
  );
});
