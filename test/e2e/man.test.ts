// Help and manual pages: pages are what the commands make them, every example that help shows runs, and help fits 80
// columns.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../dist/cli/commands-list.js';
import { Logger } from '../../dist/cli/console/logger.js';
import { processHost } from '../../dist/cli/console/process-host.js';
import { Progress } from '../../dist/cli/console/progress.js';
import { programFor } from '../../dist/cli/program.js';
import { run, workplace } from '../../docs/pictures.js';
import { examplesOf } from '../../man/after-help.js';
import { manualPages } from '../../man/generate.js';
import { convtool } from '../support/cli.js';

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

  it.each([...pages])('%s is what the commands make it', (name, text) => {
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

// Files of the names that examples take for granted.
const place = workplace();
const inPlace = (name: string) => join(place.cwd, name);
for (const name of ['img.png', 'photos/a.png']) cpSync(inPlace('samples/chart.png'), inPlace(name));
await sharp(inPlace('img.png')).jpeg().toFile(inPlace('photo.jpg'));
for (const [name, how] of [
  ['blurred.png', '-k gaussian-5'],
  ['edges.png', '-k sobel-x --map signed --gain 0.125'],
])
  run(`convtool apply ${how} -o ${name} img.png`, place);
cpSync(inPlace('examples/comet.json'), inPlace('comet.json'));
cpSync(inPlace('examples/stacks/edges.json'), inPlace('edges.json'));
cpSync(join(root, 'kernels'), inPlace('kernels'), { recursive: true });
const home = inPlace('home');
for (const folder of [
  '.local/share/bash-completion/completions',
  '.zsh/completions',
  '.config/fish/completions',
])
  mkdirSync(join(home, folder), { recursive: true });
afterAll(() => rmSync(place.cwd, { recursive: true, force: true }));

describe.each(
  commands.map((command) => [nameOf(command), command] as const),
)('%s --help', (name, command) => {
  it('has examples', () => {
    expect(examplesOf(command).length).toBeGreaterThan(0);
  });

  it.each(examplesOf(command))('%s', (line) => {
    const env = { ...place.env, HOME: home };
    expect(() => run(line, { ...place, env })).not.toThrow();
  });

  it('fits 80 columns', async () => {
    const help = (await convtool([...name.split(' ').slice(1), '--help'])).stdout.toString();
    // An example that is longer by itself stays whole.
    const lines = help.split('\n').filter((line) => !examplesOf(command).includes(line.trim()));
    for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(80);
  });
});
