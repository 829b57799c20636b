// The documents: runs every command they show, and checks the files they quote, their links and their pictures.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import {
  blocks,
  commandsOf,
  draw,
  PICTURES,
  README_PICTURES,
  type Workplace,
  workplace,
} from '../../docs/pictures.js';
import { execute, isInstalled } from '../support/execute.js';
import { runShown } from '../support/shown-lines.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The output that a document states for a command: the text after `  # `. */
function promised(command: string): string | undefined {
  return / {2}# (.+)$/.exec(command)?.[1];
}

const places = new Map<string, Workplace>(documents.map((document) => [document, workplace()]));
afterAll(() => {
  for (const { cwd } of places.values()) rmSync(cwd, { recursive: true, force: true });
});

describe.each(documents)('%s', (document) => {
  const place = places.get(document)!;

  // .ci/run runs the lines that install and test.
  it.each(commandsOf(document))('%s', async (command) => {
    const stdout = await runShown(command, place);
    for (const path of stdout.split('\n').filter((line) => /^\S+\.(png|npy|tiff)$/.test(line))) {
      expect(existsSync(join(place.cwd, path)), path).toBe(true);
    }
    expect(stdout.replace(/\s+/g, ' ')).toContain(promised(command) ?? '');
  });

  it('links to files that exist', () => {
    const text = readFileSync(join(root, document), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => target!);
    for (const target of targets)
      expect(existsSync(join(root, dirname(document), target)), target).toBe(true);
  });
});

// Runs after the commands of the document: the pictures are drawn from their outputs.
describe.each(Object.entries(PICTURES))('%s', (document, pictures) => {
  it.each(pictures)('shows what its commands wrote as $name', async (picture) => {
    const pixels = (image: Buffer | string) => sharp(image).raw().toBuffer();
    const drawn = await pixels(await draw(picture, places.get(document)!.cwd));
    const shown = await pixels(join(root, 'docs/images', picture.name));
    expect(drawn.equals(shown), 'npm run docs:images draws it again').toBe(true);
    expect(readFileSync(join(root, document), 'utf8')).toContain(`](images/${picture.name})`);
  });
});

// The other commands for clusters need several machines: test/peers/clusters.ts.
describe('docs/clusters.md', async () => {
  it.runIf(await isInstalled('jq'))('counts pixels among failures and skipped outputs', async () => {
    const { cwd, env } = workplace();
    const recipe = blocks('docs/clusters.md', 'bash')
      .flatMap((block) => block.split('\n'))
      .find((line) => line.startsWith('jq --slurp'))!;
    const count = async () => Number((await execute('bash', ['--norc', '-c', recipe], { cwd, env })).stdout);
    const line = 'convtool apply -k identity --resume --quiet --json';
    const script = `mkdir reports; echo none > bad.png; ${line} bad.png samples/chart.png > reports/1.ndjson
      ${line} bad.png samples/chart.png > reports/2.ndjson`;
    await expect(execute('bash', ['--norc', '-c', script], { cwd, env })).rejects.toThrow();
    const lines = readFileSync(join(cwd, 'reports/2.ndjson'), 'utf8');
    expect(lines).toMatch(/"skipped":/);
    expect(lines).toMatch(/"error":/);
    expect(await count()).toBeGreaterThan(0);
    rmSync(join(cwd, 'reports/1.ndjson'));
    expect(await count()).toBe(0);
  });
});

describe('docs/layers.md', () => {
  it('quotes the stack that it names', () => {
    expect(blocks('docs/layers.md', 'json')).toContain(
      readFileSync(join(root, 'examples/stacks/edges.json'), 'utf8'),
    );
  });
});

// The numbers of its table are PyTorch's: test/fixtures/make_layers.py.
describe('docs/pooling.md', () => {
  it('has a table of what PyTorch leaves of the bars', () => {
    const { recovery } = JSON.parse(readFileSync(join(root, 'test/fixtures/layers.json'), 'utf8'));
    const text = readFileSync(join(root, 'docs/pooling.md'), 'utf8');
    const rows = [...text.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, size, shares]) => [
      Number(size),
      ...shares!.split(' | ').map(Number),
    ]);
    expect(rows).toHaveLength(6);
    rows.forEach((row, i) => {
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(recovery[i][j], 2.9);
    });
  });
});

describe('README.md', () => {
  it('is short', () => {
    expect(readFileSync(join(root, 'README.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(200);
  });

  it('quotes the files it names', () => {
    expect(blocks('README.md', 'json')).toContain(readFileSync(join(root, 'kernels/sobel-x.json'), 'utf8'));
    expect(blocks('README.md', 'js')).toContain(readFileSync(join(root, 'examples/edges.js'), 'utf8'));
  });

  it.each(README_PICTURES)('shows what its commands wrote as %s', async (name) => {
    const pixels = (path: string) => sharp(path).raw().toBuffer();
    const written = await pixels(join(places.get('README.md')!.cwd, 'samples', name));
    const shown = await pixels(join(root, 'docs/images', name));
    expect(written.equals(shown), 'npm run docs:images copies it again').toBe(true);
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`](docs/images/${name})`);
  });

  it('has an example that runs', async () => {
    const { cwd } = workplace();
    const output = join(cwd, 'edges.png');
    const args = [join(root, 'examples/edges.js'), join(cwd, 'samples/chart.png'), output];
    const { stdout } = await execute('node', args);
    expect(stdout).toMatch(/^256×256, responses -\d.* … \d/);
    expect(await sharp(output).metadata()).toMatchObject({
      width: 256,
      height: 256,
      channels: 1,
      depth: 'uchar',
    });
  });

  it('quick start is what .ci/run does', () => {
    const script = readFileSync(join(root, '.ci/run'), 'utf8');
    const [first, second] = blocks('README.md', 'sh');
    expect(script).toContain(first!.trim());
    expect(script).toContain(second!.trim());
    expect(script).toContain('npm install --global');
  });
});
