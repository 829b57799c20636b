// Help and manual pages: pages match the commands, every example in help runs, and help fits 80 columns.

import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../dist/cli/commands-list.js';
import { processHost } from '../../dist/cli/console/host.js';
import { Logger } from '../../dist/cli/console/logger.js';
import { Progress } from '../../dist/cli/console/progress.js';
import { programFor } from '../../dist/cli/program.js';
import { type Workplace, workplace } from '../../docs/pictures.js';
import { examplesOf } from '../../man/after-help.js';
import { manualPages } from '../../man/generate.js';
import { convtool } from '../support/cli.js';
import { runShown } from '../support/shown-lines.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const withInner = (command: Command): Command[] => [command, ...command.commands.flatMap(withInner)];
const commands = withInner(
  await programFor(
    COMMANDS,
    'all',
    { logger: new Logger(processHost(), null, 'errors', new Progress(null)), status: 0 },
    () => undefined,
  ),
);
const nameOf = (command: Command): string =>
  command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();

describe('manual pages', async () => {
  const pages = await manualPages();
  const { man, files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

  it.each([...pages])('%s matches the commands', (name, text) => {
    expect(readFileSync(join(root, 'man', name), 'utf8'), 'npm run man writes it again').toBe(text);
    expect(man, 'name it under "man" in package.json').toContain(`./man/${name}`);
  });

  it('there is no other, and they are published', () => {
    const there = readdirSync(join(root, 'man')).filter((name) => name.endsWith('.1'));
    expect(there).toEqual([...pages.keys()].sort());
    expect(man).toHaveLength(there.length);
    expect(files).toContain('man/*.1');
  });
});

/** A folder with files of the names that the examples of commands take for granted; `*.png` are three small ones. */
async function placeOfExamples(): Promise<Workplace> {
  const place = workplace();
  const inPlace = (name: string) => join(place.cwd, name);
  for (const name of ['img.png', 'photos/a.png']) cpSync(inPlace('samples/chart.png'), inPlace(name));
  await sharp(inPlace('img.png')).jpeg().toFile(inPlace('photo.jpg'));
  for (const line of [
    'convtool apply -k gaussian-5 -o blurred.png img.png',
    'convtool apply -k sobel-x --map signed --gain 0.125 -o edges.png img.png',
    'convtool project --bank dct:8 img.png',
  ])
    await runShown(line, place);
  cpSync(inPlace('examples/comet.json'), inPlace('comet.json'));
  cpSync(inPlace('examples/stacks/edges.json'), inPlace('edges.json'));
  cpSync(join(root, 'kernels'), inPlace('kernels'), { recursive: true });
  const HOME = inPlace('home');
  for (const folder of SCRIPT_FOLDERS) mkdirSync(join(HOME, folder), { recursive: true });
  return place;
}

/** A copy, so that outputs of a command are not inputs of another. */
function copyOf({ cwd }: Workplace): Workplace {
  const copy = workplace();
  // The links to the executable are there.
  const filter = (path: string) => !lstatSync(path).isSymbolicLink();
  cpSync(cwd, copy.cwd, { recursive: true, filter });
  return { ...copy, env: { ...copy.env, HOME: join(copy.cwd, 'home') } };
}

/** Below the user's home; examples of completion write there. */
const SCRIPT_FOLDERS = [
  '.local/share/bash-completion/completions',
  '.zsh/completions',
  '.config/fish/completions',
];

let model: Workplace;
beforeAll(async () => {
  model = await placeOfExamples();
});
afterAll(() => rmSync(model.cwd, { recursive: true, force: true }));

describe.each(
  commands.map((command) => [nameOf(command), command] as const),
)('%s --help', (name, command) => {
  let place: Workplace;
  beforeAll(() => {
    place = copyOf(model);
  });
  afterAll(() => rmSync(place.cwd, { recursive: true, force: true }));

  it('has examples', () => {
    expect(examplesOf(command).length).toBeGreaterThan(0);
  });

  it.each(examplesOf(command))('%s', async (line) => {
    await expect(runShown(line, place)).resolves.toEqual(expect.any(String));
  });

  it('fits 80 columns', async () => {
    const help = (await convtool([...name.split(' ').slice(1), '--help'])).stdout.toString();
    // A longer example is not wrapped.
    const lines = help.split('\n').filter((line) => !examplesOf(command).includes(line.trim()));
    for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(80);
  });
});
