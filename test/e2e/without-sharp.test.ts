// A package whose sharp is missing, or whose native part does not load: what needs it fails with one clear line and the
// remedy, and everything else works.

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'convtool-sharp-'));
const REMEDY = 'install it with: npm install --include=optional sharp';

/** A copy of the package with the packages it depends on; without sharp, or with its code but not the native part. */
function copyOf(name: string, hasCode: boolean): string {
  const copy = join(folder, name);
  for (const part of [
    'bin',
    'dist/program',
    'dist/engine',
    'dist/codecs/png',
    'dist/nn',
    'kernels',
    'package.json',
  ])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  const modules = join(copy, 'node_modules');
  mkdirSync(join(modules, '@img'), { recursive: true });
  for (const one of readdirSync(join(root, 'node_modules')).filter((one) => !/^(sharp|@img|\.)/.test(one)))
    symlinkSync(join(root, 'node_modules', one), join(modules, one));
  if (hasCode) {
    cpSync(join(root, 'node_modules/sharp'), join(modules, 'sharp'), { recursive: true });
    cpSync(join(root, 'node_modules/@img/colour'), join(modules, '@img/colour'), { recursive: true });
  }
  return join(copy, 'bin/convtool.js');
}

function run(executable: string, line: string): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [executable, ...line.split(' ')], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ status: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

beforeAll(() => {
  cpSync(join(root, 'samples/chart.png'), join(folder, 'img.png'));
  // Ten bytes are enough to be taken for a JPEG.
  writeFileSync(join(folder, 'photo.jpg'), Buffer.from('ffd8ffe000104a464946', 'hex'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['missing', false, 'it is not installed'],
  ['broken', true, 'Could not load the "sharp" module using the [a-z0-9-]+ runtime'],
] as const)('a sharp that is %s', (name, hasCode, reason) => {
  const executable = copyOf(name, hasCode);
  const needs = `needs the package sharp, which cannot be loaded \\(${reason}\\); ${REMEDY}`;

  it.each(['png', 'npy', 'tiff', 'raw'])('PNG to %s works', async (format) => {
    const done = await run(executable, `apply --quiet -k sharpen --format ${format} -o ${name}.out img.png`);
    expect(done).toEqual({ status: 0, stdout: `${name}.out\n`, stderr: '' });
  });

  it('an image that needs it fails; the others are processed', async () => {
    const done = await run(executable, `apply --quiet -k sharpen -o ${name}/ photo.jpg img.png`);
    expect(done.status).toBe(1);
    expect(done.stdout).toBe(`${name}/img.sharpen.png\n`);
    expect(done.stderr).toMatch(new RegExp(`^error: photo\\.jpg: ${needs}\\n$`));
  });

  it('an output that needs it fails', async () => {
    const done = await run(executable, `apply --quiet -k sharpen -o ${name}.webp img.png`);
    expect(done).toEqual({ status: 1, stdout: '', stderr: expect.any(String) });
    expect(done.stderr).toMatch(new RegExp(`^error: ${name}\\.webp: ${needs}\\n$`));
  });

  it('a kernel that needs it fails', async () => {
    const done = await run(executable, 'kernels show ./photo.jpg');
    expect(done).toEqual({ status: 2, stdout: '', stderr: expect.any(String) });
    expect(done.stderr).toMatch(new RegExp(`^error: \\./photo\\.jpg: ${needs}\\n$`));
  });

  it('other commands, too', async () => {
    expect(await run(executable, 'compare -k emboss --no-picture --quiet photo.jpg')).toEqual({
      ...{ status: 1, stdout: '' },
      stderr: expect.stringMatching(new RegExp(`^error: photo\\.jpg: ${needs}\\n$`)),
    });
    expect((await run(executable, 'explain --at 1,1 -k emboss img.png')).status).toBe(0);
    expect((await run(executable, 'kernels show sobel-x')).status).toBe(0);
  });
});
