// Reads the first bytes of a file or of standard input without consuming them.

import { ImageError, nullIfExpected } from '../core/errors.js';
import { openForPartialReads, STANDARD_STREAM } from './read-file.js';

/**
 * The first bytes of a file or of standard input; null if they cannot be read.
 * @param length number of bytes from a file. Standard input returns whatever arrives first.
 */
export async function readStart(path: string, length: number): Promise<Uint8Array | null> {
  if (path === STANDARD_STREAM) return startOfStandardInput();
  // Reading the whole file reports why it cannot be read.
  const file = await openForPartialReads(path, ImageError).catch(nullIfExpected);
  if (!file) return null;
  return file.read(0, Math.min(length, file.size)).finally(file.close).catch(nullIfExpected);
}

async function startOfStandardInput(): Promise<Uint8Array> {
  const { stdin } = process;
  let chunk: Buffer | null = stdin.read();
  while (chunk === null && !stdin.readableEnded && !stdin.destroyed) {
    await new Promise<void>((resolve) => {
      for (const event of ['readable', 'end', 'error', 'close']) stdin.once(event, () => resolve());
    });
    chunk = stdin.read();
  }
  if (chunk === null) return new Uint8Array();
  stdin.unshift(chunk);
  return chunk;
}
