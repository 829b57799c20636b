// Writes files atomically: each appears whole or not at all, whatever fails.

import { dirname } from 'node:path';
import { OutputError } from '../../core/errors.js';
import { SharedLock } from '../../runtime/concurrency.js';
import { fileSystem } from '../file-system.js';
import { statOf } from '../stat.js';
import { ignoreSystemError, reasonOf } from '../system-error.js';
import { BackgroundFlush } from './background-flush.js';
import { checkTarget } from './check-writable.js';
import { type ReplaceOptions, replaceFile } from './replace-file.js';
import { addNewFolder } from './temp-files.js';
import { writeAll } from './write-all.js';

/**
 * Writes run concurrently; one that finds the disk full is repeated alone, since temporary files of the others may occupy
 * the space.
 */
const writeLock = new SharedLock();

/**
 * Writes `chunks` one after the other as the file at `path`. A previous file is replaced; after an error, it is unchanged.
 * @param inputs identities (see read-file.ts) of files that must not be overwritten, by whatever path.
 * @param options default: flushed to disk, links followed.
 * @throws OutputError with the path.
 */
export async function writeAtomic(
  path: string,
  chunks: readonly Uint8Array[],
  inputs: ReadonlySet<string>,
  options: ReplaceOptions = { flush: true, links: 'follow' },
): Promise<void> {
  const write = async () => {
    if (options.links === 'follow') await checkTarget(path, inputs);
    const fill = async (descriptor: number) => {
      for (const chunk of chunks) await writeAll(descriptor, chunk);
    };
    await replaceFile(path, fill, inputs, options);
  };
  await writeLock.sharedThenExclusive(write, isDiskFull);
}

/**
 * As `writeAtomic`, for a file whose chunks arrive over time: `fill` passes each to its argument and waits for it. It is
 * not repeated if the disk is full.
 * @throws OutputError with the path; whatever `fill` throws itself.
 */
export async function writeAtomicStream(
  path: string,
  fill: (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>,
  inputs: ReadonlySet<string>,
): Promise<void> {
  const fillFile = async (descriptor: number) => {
    const flush = new BackgroundFlush(descriptor);
    const write = async (chunk: Uint8Array) => {
      await writeAll(descriptor, chunk);
      flush.wrote(chunk.length);
    };
    await fill(write).catch(async (error) => {
      // The descriptor stays open until no flush uses it. The first error is the one to report.
      await flush.end().catch(ignoreSystemError);
      throw error;
    });
    await flush.end();
  };
  await writeLock.shared(async () => {
    await checkTarget(path, inputs);
    await replaceFile(path, fillFile, inputs, { flush: true, links: 'follow' });
  });
}

/**
 * As `writeAtomic`, for a file that `fill` writes through its descriptor, such as a worker thread. Links at `path` are
 * refused. It is not repeated if the disk is full.
 * @throws OutputError with the path; whatever `fill` throws itself.
 */
export async function writeAtomicWith(
  path: string,
  fill: (descriptor: number) => Promise<void>,
  inputs: ReadonlySet<string>,
): Promise<void> {
  await writeLock.shared(() => replaceFile(path, fill, inputs, { flush: true, links: 'refuse' }));
}

function isDiskFull(error: unknown): boolean {
  const { cause } = error as Error;
  return /^(ENOSPC|EDQUOT)$/.test((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/**
 * Creates a folder and its missing parents. They are created one by one, from the top: Node's recursive mkdir never
 * returns where a file system such as /proc refuses new folders. @throws OutputError that names the folder.
 */
export async function makeFolder(path: string): Promise<void> {
  const existing = await statOf(path);
  if (existing?.isDirectory()) return;
  if (existing) throw new OutputError({ subject: path, expected: 'a folder', found: 'a file of that name' });
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  try {
    await fileSystem().mkdir(path);
    addNewFolder(path);
  } catch (cause) {
    // Another process may have created it meanwhile.
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new OutputError({ subject: path, problem: `cannot be made: ${reasonOf(cause)}` }, { cause });
  }
}
