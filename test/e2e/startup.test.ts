// Each command loads only its own code, the packages that it needs and the named kernels, and the executable's bundle
// finds its data files. Asserts what is loaded instead of start-up times.

import { mkdirSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { convtool } from '../support/cli.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = {
  'img.png': readFileSync(join(root, 'samples/gray16.png')),
  'k.json': '{"weights": [[1, 2]]}',
};
const OPENED = 'opened.txt';
/** Parts that have no name of their own, and those that run any command line. */
const COMMON = ['chunk', 'command-line', 'command', 'own-thread'];

/** The files that a command line loads: packages, commands and other named parts of the program, own files. */
async function opened(args: readonly string[]) {
  const node = ['--import', join(root, 'test/support/opened.mjs')];
  const run = await convtool(args, { files, node, env: { CONVTOOL_OPENED: OPENED } });
  expect(run.status, run.stderr).toBe(0);
  const paths = [...new Set(run.after[OPENED]!.split('\n'))].filter((path) => path.startsWith(root));
  const own = paths.map((path) => path.slice(root.length));
  const among = (pattern: RegExp) =>
    [...new Set(own.flatMap((path) => pattern.exec(path)?.[1] ?? []))].sort();
  return {
    packages: among(/^node_modules\/((?:@[^/]+\/)?[^/]+)/),
    parts: among(/^dist\/program\/([\w-]+)-\w+\.js$/).filter((part) => !COMMON.includes(part)),
    outside: among(/^(dist\/(?!program\/|engine\/engine\.wasm|codecs\/png\/png\.wasm).*)/),
    kernels: among(/^kernels\/(.+)\.json$/),
    named: own.includes('package.json'),
  };
}

const NOTHING = { packages: ['commander'], parts: [], outside: [], kernels: [], named: false };

describe.concurrent('what is loaded for', () => {
  it.each([
    ['--version', { named: true }],
    ['--help', {}],
    ['apply --help', { parts: ['apply'] }],
    ['kernels --help', { parts: ['kernels'] }],
    ['kernels show sobel-x', { parts: ['kernels', 'show'], kernels: ['sobel-x'] }],
    ['kernels show gaussian:2', { parts: ['kernels', 'show'] }],
    ['apply -k sobel-x --dry-run img.png', { parts: ['apply'], kernels: ['sobel-x'] }],
    ['kernels check k.json', { packages: ['commander', 'valibot'], parts: ['check', 'kernels', 'settings'] }],
  ])('%s', async (line, expected) => {
    expect(await opened(line.split(' '))).toEqual({ ...NOTHING, ...expected });
  });

  it('kernels list: every kernel, no checks', async () => {
    const { kernels, ...rest } = await opened(['kernels', 'list']);
    expect(kernels.length).toBeGreaterThan(130);
    expect({ ...rest, kernels: [] }).toEqual({ ...NOTHING, parts: ['kernels', 'list'] });
  });

  it('apply: sharp at most', async () => {
    const { packages, ...rest } = await opened(['apply', '-k', 'sobel-x', 'img.png']);
    // sharp brings the others.
    expect(packages.filter((name) => !/^(sharp|@img\/.*|detect-libc|semver)$/.test(name))).toEqual([
      'commander',
    ]);
    expect({ ...rest, packages: ['commander'] }).toEqual({
      ...NOTHING,
      parts: ['apply'],
      kernels: ['sobel-x'],
    });
  });
});

describe('the summary of a command', () => {
  it('is listed among the commands', async () => {
    const help = (await convtool(['--help'])).stdout.toString();
    for (const name of ['apply', 'compare', 'explain', 'kernels'])
      expect(help).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });
});

describe.concurrent('a command is found', () => {
  it.each([
    ['behind --', ['--', 'kernels', 'list', 'sobel-x']],
    ['in a group, behind --', ['kernels', '--', 'list', 'sobel-x']],
  ])('%s', async (_, args) => {
    const run = await convtool(args);
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    expect(run.stdout.toString()).toContain('sobel-x');
  });

  it('or the nearest one named', async () => {
    const run = await convtool(['aply', '-k', 'sobel-x']);
    expect({ status: run.status, stderr: run.stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^error: unknown command 'aply' \(Did you mean apply\?\)/),
    });
  });
});

it('threads of the bundle start', async () => {
  const args = ['apply', '-k', 'gaussian:9', '--threads', '2', '--json', 'big.pgm.png'];
  const { default: sharp } = await import('sharp');
  const big = await sharp({ create: { width: 3000, height: 2500, channels: 3, background: '#468' } })
    .png()
    .toBuffer();
  const run = await convtool(args, { files: { 'big.pgm.png': big } });
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout.toString())).toMatchObject({ threads: 2 });
});

describe('compiled code', () => {
  const isKept = 'enableCompileCache' in module;
  const cache = async (env: Record<string, string>) => {
    const prepare = (folder: string) => void mkdirSync(join(folder, 'caches'));
    const run = await convtool(['--version'], { prepare, env: { HOME: '/nowhere', ...env } });
    expect(run.stderr).toBe('');
    return Object.keys(run.after).filter((path) => /convtool/.test(path)).length > 0;
  };

  it("is kept in the user's folder for caches, where Node can", async () => {
    expect(await cache({ XDG_CACHE_HOME: 'caches', NODE_COMPILE_CACHE: '' })).toBe(isKept);
  });

  it('is not cached if that is disabled, or there is no such folder', async () => {
    expect(await cache({ XDG_CACHE_HOME: 'caches', NODE_DISABLE_COMPILE_CACHE: '1' })).toBe(false);
    expect(await cache({ XDG_CACHE_HOME: 'none' })).toBe(false);
  });
});
