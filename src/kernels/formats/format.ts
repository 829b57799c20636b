// The interface of a kernel format: how its files are recognized, read and, optionally, written. list.ts has
// the formats.

import type { Samples } from '../../core/image.js';
import type { Context } from '../file/weights.js';
import type { Bank } from '../kernel.js';

/** Receives the size of an image before it is decoded. @throws if it is too large. */
export type CheckSize = (width: number, height: number) => void;

/** Decodes images; provided by the caller, since kernels/ does not depend on codecs/. */
export interface PictureDecoder {
  /** Whether the first bytes are those of an image. */
  recognises(bytes: Uint8Array): boolean;
  /** The samples as stored, and one line per conversion applied. Rejects with a KernelError. */
  decode(
    bytes: Uint8Array,
    subject: string,
    checkSize: CheckSize,
  ): Promise<{ readonly samples: Samples; readonly notes: readonly string[] }>;
}

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
  recognises(bytes: Uint8Array, pictures: PictureDecoder): boolean;
  /** @throws KernelError with the place. */
  read(bytes: Uint8Array, context: Context, pictures: PictureDecoder): Promise<Bank> | Bank;
}

export interface TextFormat extends AnyFormat {
  readonly kind: 'text';
  /** Whether the text is of this format: by its content, or by the file's extension if the content is ambiguous. */
  recognises(text: string, ending: string): boolean;
  /** @throws KernelError with line and column. */
  read(text: string, context: Context, ending: string): Bank;
}

export type KernelFormat = BinaryFormat | TextFormat;
