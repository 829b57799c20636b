// What a kernel format is: how its files are told from others, how they are read and, where it can be, written.
// It does not know which formats there are (list.ts does), nor the file system.

import type { Samples } from '../../core/image.js';
import type { Context } from '../file/weights.js';
import type { Bank } from '../kernel.js';

/** Told a picture's size before its samples are made; throws where it is too large. */
export type CheckSize = (width: number, height: number) => void;

/** The decoder of pictures, which kernel/ itself does not know. */
export interface PictureDecoder {
  /** Whether the first bytes are those of a picture. */
  recognises(bytes: Uint8Array): boolean;
  /** The samples as stored, and what was done to them in a line each. Rejects with a KernelError. */
  decode(
    bytes: Uint8Array,
    subject: string,
    checkSize: CheckSize,
  ): Promise<{ readonly samples: Samples; readonly notes: readonly string[] }>;
}

/** A file that is read in parts. */
export interface RangedFile {
  /** Its length in bytes. */
  readonly size: number;
  /** The bytes from `start` to before `end`, both inside the file. */
  read(start: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** What kernels are written as, and what got lost on the way, in a line each. */
export interface Written {
  readonly data: string | Uint8Array;
  readonly notes: readonly string[];
}

interface AnyFormat {
  /** As `--format` and messages call it. */
  readonly name: string;
  /** Endings of file names, in lower case, without the dot. */
  readonly endings: readonly string[];
  /** Writes a bank. Throws a KernelError where the format cannot hold what makes the responses. */
  write?(bank: Bank): Written;
}

/** A format of bytes. */
export interface BinaryFormat extends AnyFormat {
  readonly kind: 'binary';
  /** Whether the bytes can only be of this format. */
  recognises(bytes: Uint8Array, pictures: PictureDecoder): boolean;
  /** Throws KernelErrors that name the place. */
  read(bytes: Uint8Array, context: Context, pictures: PictureDecoder): Promise<Bank> | Bank;
}

/** A format of UTF-8 text. */
export interface TextFormat extends AnyFormat {
  readonly kind: 'text';
  /** Whether the text is of this format: by its look, or by the file's ending where looks do not tell. */
  recognises(text: string, ending: string): boolean;
  /** Throws KernelErrors that name line and column. */
  read(text: string, context: Context, ending: string): Bank;
}

export type KernelFormat = BinaryFormat | TextFormat;
