// The interface of a kernel format: how its files are recognized, read and, optionally, written. list.ts has
// the formats.

import type { Context } from '../file/weights.js';
import type { Bank } from '../kernel.js';

/** A file that can be read in parts. */
export interface RangedFile {
  /** Size in bytes. */
  readonly size: number;
  /** The bytes from `start` up to, but not including, `end`, both inside the file. */
  read(start: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The written data, and one line for everything that the format cannot store. */
export interface Written {
  readonly data: string | Uint8Array;
  readonly notes: readonly string[];
}

/** The text of a file with the place of its kernels. */
export interface TextContext extends Context {
  readonly text: string;
}

interface AnyFormat {
  /** The name used by `--format` and in messages. */
  readonly name: string;
  /** File extensions in lower case, without the dot. */
  readonly endings: readonly string[];
  /** Writes a bank. @throws KernelError if the format cannot hold everything that affects responses. */
  write?(bank: Bank): Written;
}

export interface BinaryFormat extends AnyFormat {
  readonly kind: 'binary';
  /** Whether the bytes can only be of this format. */
  recognises(bytes: Uint8Array): boolean;
  /** @throws KernelError with the place. */
  read(bytes: Uint8Array, context: Context): Promise<Bank> | Bank;
}

export interface TextFormat extends AnyFormat {
  readonly kind: 'text';
  /** Whether the text is of this format: by its content, or by the file's extension if the content is ambiguous. */
  recognises(text: string, ending: string): boolean;
  /** @throws KernelError with line and column. */
  read(source: TextContext, ending: string): Bank;
}

export type KernelFormat = BinaryFormat | TextFormat;
