// Reading and writing files when the system does something unusual, and concurrency limits.

import { createHash } from 'node:crypto';
import { closeSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OutputError, PackageError } from '../../../dist/core/errors.js';
import { nodeFileSystem, useFileSystem } from '../../../dist/io/file-system.js';
import { shippedKernels } from '../../../dist/io/package-files.js';
import { setStandardInput } from '../../../dist/io/pipe.js';
import { readWhole } from '../../../dist/io/read-file.js';
import { removeTemporaries, temporaries, temporaryName } from '../../../dist/io/write/temp-files.js';
import { writeAllSync } from '../../../dist/io/write/write-all.js';
import { writeAtomicStream } from '../../../dist/io/write/write-atomic.js';
import { mapWithConcurrency } from '../../../dist/runtime/concurrency.js';
import { inFolder } from '../../support/cli.js';

it('a system that writes nothing is a full disk', async () => {
  await inFolder({ files: { any: '' } }, async (folder) => {
    const restore = useFileSystem({ ...nodeFileSystem, write: async () => 0 });
    const written = writeAtomicStream(join(folder, 'out'), (write) => write(new Uint8Array(5)), new Set());
    await expect(written).rejects.toThrow(OutputError);
    await expect(written).rejects.toThrow(/out: cannot be written: no space left on the device \(ENOSPC\)/);
    restore();
  });
});

it('a standard input that fails is named as such', async () => {
  setStandardInput(async function* () {
    yield new Uint8Array(3);
    throw Object.assign(new Error('made to fail'), { code: 'EIO', syscall: 'read', errno: -5 });
  });
  const problem = 'standard input: cannot be read: the device failed to read or write (EIO)';
  await expect(readWhole('-', { bytes: 100 })).rejects.toThrow(problem);
});

it('a temporary file that a thread creates after its removal is removed by the next one', async () => {
  await inFolder({}, async (folder) => {
    const path = join(folder, temporaryName());
    temporaries.add(path);
    removeTemporaries();
    writeFileSync(path, '');
    removeTemporaries();
    expect(existsSync(path)).toBe(false);
    temporaries.delete(path);
  });
});

it('a temporary file of a stopped thread is removed, although the thread held its folder open', async () => {
  await inFolder({}, async (folder) => {
    let created = '';
    const fill = async (write: (chunk: Uint8Array) => Promise<void>) => {
      await write(new Uint8Array(5));
      [created = ''] = readdirSync(folder);
      // Node closes the descriptors of a stopped thread: paths through them then lead nowhere, or elsewhere.
      const held = /^\/proc\/self\/fd\/(\d+)\//.exec([...temporaries].at(-1)!);
      if (held) closeSync(Number(held[1]));
      removeTemporaries();
      expect(readdirSync(folder)).toEqual([]);
    };
    await expect(writeAtomicStream(join(folder, 'out'), fill, new Set())).rejects.toThrow(OutputError);
    expect(created).toMatch(/^\.convtool-.*\.tmp$/);
  });
});

it('a temporary file whose announcement is lost is removed with the others of its folder', async () => {
  await inFolder({}, async (folder) => {
    const announced = join(folder, temporaryName());
    const [unheard, others] = [
      join(folder, temporaryName()),
      join(folder, '.convtool-1-00000000ffffffffffff.tmp'),
    ];
    temporaries.add(announced, folder);
    for (const path of [announced, unheard, others]) writeFileSync(path, '');
    removeTemporaries();
    expect([announced, unheard, others].map((path) => existsSync(path))).toEqual([false, false, true]);
    temporaries.delete(announced);
  });
});

it('the same for those that wait', () => {
  const restore = useFileSystem({ ...nodeFileSystem, writevSync: () => 0 });
  const all = { code: 'ENOSPC', syscall: 'write' };
  expect(() => writeAllSync(0, [new Uint8Array(5)])).toThrow(expect.objectContaining(all));
  restore();
});

it.runIf(existsSync('/proc/self/ns/pid'))(
  'a temporary file identifies its process by more than the host',
  () => {
    const [, whose] = /^\.convtool-\d+-([0-9a-f]{8})[0-9a-f]{12}\.tmp$/.exec(temporaryName()) ?? [];
    expect(whose).toBeDefined();
    expect(whose).not.toBe(createHash('sha256').update(hostname()).digest('hex').slice(0, 8));
    expect(temporaryName()).toContain(whose);
  },
);

it('with a concurrency limit, the first error is thrown, wherever it occurred', async () => {
  const fail = async (after: number) => {
    await new Promise((resolve) => setTimeout(resolve, after));
    throw new Error(`after ${after}`);
  };
  await expect(mapWithConcurrency([60, 5, 1], 2, fail)).rejects.toThrow('after 5');
});

it.each([
  ['the system', Object.assign(new Error(), { code: 'EACCES', syscall: 'scandir' }), PackageError],
  ['a bug', new TypeError('made to fail'), TypeError],
])('where the names of shipped kernels cannot be read because of %s, that is thrown', async (_, error, expected) => {
  const restore = useFileSystem({ ...nodeFileSystem, readdir: () => Promise.reject(error) });
  await expect(shippedKernels.builtinNames().finally(restore)).rejects.toThrow(expected);
});
