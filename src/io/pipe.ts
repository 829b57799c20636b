// Reading a pipe whole: standard input, a named pipe, or what a shell's <(…) names. Waits for its writer without holding a
// thread, and stops at a limit.

import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { onDisk } from './path-bytes.js';

/** Paths that name an open descriptor of this process. */
const DESCRIPTOR = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/;

/** The descriptor that a path names, which is read itself: opened anew, an empty pipe would never seem to end. */
function descriptorOf(path: string): number | null {
  if (path === '/dev/stdin') return 0;
  const number = DESCRIPTOR.exec(path)?.[1];
  return number === undefined ? null : Number(number);
}

/** Whether a path names standard input. */
export function isStandardInput(path: string): boolean {
  return path === '-' || descriptorOf(path) === 0;
}

/** Whether a path names a descriptor of this process, whose number is no name for an output. */
export function isDescriptor(path: string): boolean {
  return descriptorOf(path) !== null;
}

/** How long somebody may take to open a named pipe for writing, and how often that is looked at; in milliseconds. */
const WRITER_WAIT = 2000;
const WRITER_POLL = 20;
const CHUNK = 65536;

/**
 * The bytes of the pipe at `path` until its writers have closed it; null where it is a named one that nobody opens for
 * writing, which would never end.
 * @param tooLarge the error for more than `limit` bytes.
 * @throws what the system says.
 */
export async function readPipe(
  path: string,
  limit: number,
  tooLarge: () => Error,
): Promise<Uint8Array | null> {
  const given = descriptorOf(path);
  if (given !== null) return collect(streamOf(given), limit, tooLarge);
  // Without O_NONBLOCK, opening a pipe that nobody writes to yet would hold a thread, and the end of the process.
  const descriptor = openSync(onDisk(path), constants.O_RDONLY | constants.O_NONBLOCK);
  let stream: Socket | undefined;
  try {
    const first = await firstBytes(descriptor);
    stream = first === null ? undefined : streamOf(descriptor);
    return stream ? await collect(stream, limit, tooLarge, first!) : null;
  } finally {
    // The stream closes what it was given.
    if (!stream) closeSync(descriptor);
  }
}

function streamOf(fd: number): Socket {
  return new Socket({ fd, readable: true, writable: false });
}

/** What a named pipe holds once somebody has opened it for writing, which may be nothing yet; null where nobody does. */
async function firstBytes(descriptor: number): Promise<Uint8Array | null> {
  const chunk = new Uint8Array(CHUNK);
  for (const end = performance.now() + WRITER_WAIT; performance.now() < end; ) {
    try {
      const length = readSync(descriptor, chunk, 0, CHUNK, null);
      if (length > 0) return chunk.subarray(0, length);
    } catch (error) {
      // There is a writer, which has not written.
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return chunk.subarray(0, 0);
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, WRITER_POLL));
  }
  return null;
}

let openStandardInput: () => AsyncIterable<Uint8Array> = () => process.stdin;
let isStandardInputTaken = false;

/** From now on standard input is what `open` gives, of which nothing was read. */
export function setStandardInput(open: () => AsyncIterable<Uint8Array>): void {
  openStandardInput = open;
  isStandardInputTaken = false;
}

/** Standard input until its end. @throws Error where it was read before: it holds one file. */
export function readStandardInput(
  limit: number,
  tooLarge: () => Error,
  taken: () => Error,
): Promise<Uint8Array> {
  if (isStandardInputTaken) throw taken();
  isStandardInputTaken = true;
  return collect(openStandardInput(), limit, tooLarge);
}

/** The bytes of a stream, which is closed where they are more than `limit`. */
async function collect(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
  tooLarge: () => Error,
  first: Uint8Array = new Uint8Array(),
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [first];
  let length = first.length;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) throw tooLarge();
  }
  return Buffer.concat(chunks);
}
