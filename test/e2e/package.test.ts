// The npm package of this folder: which files are published, and that installing it prints no warning.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { execute } from '../support/execute.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

interface Locked {
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
  readonly deprecated?: string;
  readonly engines?: { readonly node?: string };
}

/** The installed packages, by folder. */
const installed = Object.entries(lock.packages as Record<string, Locked>).filter(([folder]) => folder !== '');

it('publishes the sample pictures, and no picture derived from them', async () => {
  const made = join(root, 'samples/chart.test-package.png');
  writeFileSync(made, '');
  try {
    const packing = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const [pack] = JSON.parse((await execute('npm', packing, { cwd: root })).stdout);
    const paths = (pack.files as { path: string }[]).map(({ path }) => path);
    const { stdout: tracked } = await execute('git', ['ls-files', 'samples/*.png'], { cwd: root });
    expect(paths.filter((path) => path.startsWith('samples/')).sort()).toEqual(tracked.trim().split('\n'));
    expect(paths).toContain(manifest.main.slice(2));
    expect(paths).not.toContain('dist/.built-from');
    expect(paths).toContain(manifest.types.slice(2));
  } finally {
    rmSync(made);
  }
});

it('installs without warnings: every install script is decided on, no package wants a later Node or is deprecated', () => {
  for (const [folder, { hasInstallScript, optional, deprecated, engines }] of installed) {
    const name = folder.replace(/^.*node_modules\//, '');
    if (hasInstallScript && !optional) expect(Object.keys(manifest.allowScripts), folder).toContain(name);
    expect(deprecated, folder).toBeUndefined();
    const least = Math.min(...[...(engines?.node ?? '').matchAll(/\d+/g)].map(([major]) => Number(major)));
    if (!optional)
      expect(least, `${folder}: ${engines?.node}`).toSatisfy((n: number) => n <= 20 || n === Infinity);
  }
});
