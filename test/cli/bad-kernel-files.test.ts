// Kernel files that must be refused, as files on a disk: all of them through the library, and a share of them
// through the executable, where each is one line and status 2, and no image is touched.

import { mkdirSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { KernelError, loadKernels } from '../../dist/index.js';
import { badKernels } from '../support/bad-kernels.js';
import { convtool, expectClear, expectFailure, inFolder } from '../support/cli.js';
import { execute } from '../support/execute.js';

const image = new Uint8Array([1, 2, 3]);
/** Every sixth, and those that have once ended a parser, filled the memory or passed unseen. */
const hostile = /nest|deep|huge|many|too large|NUL|UTF|proto|twice|duplicate|repeated|binary|empty$/i;
const chosen = badKernels.filter(({ name }, i) => i % 6 === 0 || (hostile.test(name) && i % 2 === 0));

/** A file's error starts with its name. A file beyond the limit is refused before it is read. */
function named(path: string, name: string, { source }: RegExp): RegExp {
  const message = name === 'too large' ? 'expected at most 16 MB, found \\d+ bytes$' : source;
  return new RegExp(`^error: ${path.replace(/[./]/g, '\\$&')}: .*(${message})`);
}

describe('through the library', () => {
  it.each(badKernels)('$name', async ({ name, content, expect: message }) => {
    await inFolder({}, async (folder) => {
      const path = `${folder}/bad.json`;
      await writeFile(path, content);
      const error = await loadKernels(path).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(KernelError);
      expectClear(`error: ${(error as Error).message}`, named(path, name, message));
    });
  });
});

describe.concurrent('through the executable', () => {
  it.each(chosen)('$name', async ({ name, content, expect: message }) => {
    const files = { 'k/bad.json': content, 'img.png': image };
    const run = await convtool(['apply', '--kernel', 'k/bad.json', 'img.png'], { files });
    expectFailure(run, 2, named('k/bad.json', name, message));
    expect(run.stdout).toHaveLength(0);
  });

  it('are many enough', () => expect(chosen.length).toBeGreaterThan(20));
});

describe.concurrent('files that are no regular, readable file', () => {
  it.each([
    ['folder.json', /^error: folder\.json: expected a regular file, found a folder$/],
    ['pipe.json', /^error: pipe\.json: expected a regular file, found a device, pipe or socket$/],
    ['dangling.json', /^error: dangling\.json: .*no such file/],
    ['loop.json', /^error: loop\.json: .*too many symbolic links/],
    ['large.json', /^error: large\.json: expected at most 16 MB, found 16777217 bytes$/],
    ['/dev/zero', /^error: \/dev\/zero: expected a regular file, found a device, pipe or socket$/],
    [`${'n'.repeat(256)}.json`, /^error: n+.*\.json: .*the name is too long/],
    ['two\nlines.json', /^error: .*two\\nlines\.json|U\+000A/],
  ])('%s', async (path, message) => {
    const prepare = async (folder: string) => {
      if (path === 'folder.json') mkdirSync(`${folder}/${path}`);
      if (path === 'pipe.json') await execute('mkfifo', [`${folder}/${path}`]);
      if (path === 'dangling.json') symlinkSync('nowhere', `${folder}/${path}`);
      if (path === 'loop.json') symlinkSync(path, `${folder}/${path}`);
      if (path === 'large.json') await writeFile(`${folder}/${path}`, Buffer.alloc(16 * 2 ** 20 + 1, 0x20));
    };
    const run = await convtool(['apply', '-k', path, 'img.png'], { files: { 'img.png': image }, prepare });
    expectFailure(run, 2, message);
  });
});
