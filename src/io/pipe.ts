// Reads a pipe to its end: standard input, a named pipe, or a process substitution <(…). Does not block a thread
// while waiting for the writer, and stops at a size limit.

import { constants } from 'node:fs';
import { Socket } from 'node:net';
import { bytesOfArray } from '../core/image.js';
import { fileSystem } from './file-system.js';

/** Paths that name an open descriptor of this process. */
const DESCRIPTOR = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/;

/** The descriptor that a path names. It is read directly: an empty pipe that is opened again would never end. */
function descriptorOf(path: string): number | null {
  if (path === '/dev/stdin') return 0;
  const digits = DESCRIPTOR.exec(path)?.[1];
  return digits === undefined ? null : Number(digits);
}

export function isStandardInput(path: string): boolean {
  return path === '-' || descriptorOf(path) === 0;
}

/** Whether a path names a descriptor of this process, whose number is no useful name for an output. */
export function isDescriptor(path: string): boolean {
  return descriptorOf(path) !== null;
}

/** How long to wait for a writer to open a named pipe, and the polling intervals for that and for data, in milliseconds. */
const WRITER_WAIT = 2000;
const WRITER_POLL = 20;
const READ_POLL = 1;
const CHUNK = 65536;

/**
 * Reads the pipe at `path` until its writers close it.
 * @param tooLarge creates the error for more than `limit` bytes.
 * @returns null for a named pipe that nothing opens for writing.
 * @throws errors of the system.
 */
export async function readPipe(
  path: string,
  limit: number,
  tooLarge: () => Error,
): Promise<Uint8Array | null> {
  const open = descriptorOf(path);
  if (open !== null) {
    const stream = new Socket({ fd: open, readable: true, writable: false });
    return collect(stream, limit, tooLarge);
  }
  // Without O_NONBLOCK, opening a pipe that has no writer would block a thread, and the exit of the process.
  const descriptor = fileSystem().openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const buffer = new Uint8Array(CHUNK);
  try {
    const end = performance.now() + WRITER_WAIT;
    for (;;) {
      const first = readAvailable(descriptor, buffer);
      if (first === null || first.length > 0)
        return await collect(chunksOf(descriptor, first, buffer), limit, tooLarge);
      if (performance.now() > end) return null;
      await pause(WRITER_POLL);
    }
  } finally {
    fileSystem().closeSync(descriptor);
  }
}

/**
 * A copy of what a named pipe holds, as far as it fits the buffer; empty if it has no writer, null if its writers have
 * not written.
 */
function readAvailable(descriptor: number, buffer: Uint8Array): Uint8Array | null {
  try {
    return buffer.slice(0, fileSystem().readSync(descriptor, buffer, 0, buffer.length));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
    throw error;
  }
}

/**
 * The chunks of a named pipe from the first on, until its writers close it. It is polled: Node warns about a descriptor
 * that it opened and a Socket closed.
 */
async function* chunksOf(
  descriptor: number,
  first: Uint8Array | null,
  buffer: Uint8Array,
): AsyncGenerator<Uint8Array> {
  for (let chunk = first; chunk === null || chunk.length > 0; chunk = readAvailable(descriptor, buffer)) {
    if (chunk) yield chunk;
    await pause(chunk ? 0 : READ_POLL);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => (ms === 0 ? setImmediate(resolve) : setTimeout(resolve, ms)));
}

let openStandardInput: () => AsyncIterable<Uint8Array> = () => process.stdin;
let isStandardInputTaken = false;

/** Replaces standard input by what `open` returns, of which nothing has been read. */
export function setStandardInput(open: () => AsyncIterable<Uint8Array>): void {
  openStandardInput = open;
  isStandardInputTaken = false;
}

/** Reads standard input to its end. @throws the error of `taken` if it was read before: it holds one file. */
export function readStandardInput(
  limit: number,
  tooLarge: () => Error,
  taken: () => Error,
): Promise<Uint8Array> {
  if (isStandardInputTaken) throw taken();
  isStandardInputTaken = true;
  return collect(openStandardInput(), limit, tooLarge);
}

/** Collects the bytes of a stream. It is closed if there are more than `limit`. */
async function collect(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
  tooLarge: () => Error,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) throw tooLarge();
  }
  // Decoders rely on copies that `slice` makes, and a Buffer makes none.
  return bytesOfArray(Buffer.concat(chunks));
}
