// The documents: every command they show is run, every file they quote is the file.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Blocks of one language in a document. */
function blocks(document: string, language: string): string[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, block]) => block!,
  );
}

/** A folder as after the quick start: samples, kernels of one's own, and convtool on the path. */
function workplace(): { cwd: string; env: NodeJS.ProcessEnv } {
  const cwd = mkdtempSync(join(tmpdir(), 'convtool-docs-'));
  for (const folder of ['samples', 'examples'])
    cpSync(join(root, folder), join(cwd, folder), { recursive: true });
  symlinkSync(join(root, 'bin'), join(cwd, 'bin'));
  symlinkSync(join(root, 'bin', 'convtool.js'), join(cwd, 'convtool'));
  return { cwd, env: { ...process.env, PATH: `${cwd}:${process.env.PATH}` } };
}

describe.each(documents)('%s', (document) => {
  const commands = blocks(document, 'sh').flatMap((block) => block.trim().split('\n'));
  const place = workplace();

  // Installing and the tests themselves are run by .ci/run, by these very lines.
  it.each(commands.filter((command) => !command.endsWith('npm test')))('%s', (command) => {
    const own = command.replace(/^npm ci && /, '');
    const stdout = execFileSync('bash', ['-euo', 'pipefail', '-c', own], { ...place, encoding: 'utf8' });
    for (const path of stdout.split('\n').filter((line) => /^\S+\.(png|npy|tiff)$/.test(line))) {
      expect(existsSync(join(place.cwd, path)), path).toBe(true);
    }
  });
});

describe('README.md', () => {
  it('quotes the files it names', () => {
    expect(blocks('README.md', 'json')).toContain(readFileSync(join(root, 'kernels/sobel-x.json'), 'utf8'));
    expect(blocks('README.md', 'js')).toContain(readFileSync(join(root, 'examples/edges.js'), 'utf8'));
  });

  it('shows the map that its first command writes', async () => {
    const { cwd, env } = workplace();
    const command = blocks('README.md', 'sh')[0]!
      .trim()
      .replace(/^npm ci && /, '');
    execFileSync('bash', ['-c', command], { cwd, env, stdio: 'ignore' });
    const pixels = (path: string) => sharp(path).raw().toBuffer();
    const written = await pixels(join(cwd, 'samples/lighthouse.sobel-x.png'));
    expect(written.equals(await pixels(join(root, 'docs/images/lighthouse.sobel-x.png')))).toBe(true);
  });

  it('has an example that runs', async () => {
    const { cwd } = workplace();
    const output = join(cwd, 'edges.png');
    const said = execFileSync(
      'node',
      [join(root, 'examples/edges.js'), join(cwd, 'samples/chart.png'), output],
      { encoding: 'utf8' },
    );
    expect(said).toMatch(/^256×256, responses -\d.* … \d/);
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
