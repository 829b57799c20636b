// The interface through which kernels are read; index.ts implements it with files.

import type { RangedFile } from '../formats/format.js';

export interface KernelSource {
  /** The names of all shipped kernels and banks; called only to help with an unknown name. */
  builtinNames(): Promise<readonly string[]>;
  /** The file of a shipped kernel; rejects for unknown names. */
  readBuiltin(name: string): Promise<Uint8Array>;
  readFile(path: string): Promise<Uint8Array>;
  /** Opens a file of any size for reading in parts. */
  openFile(path: string): Promise<RangedFile>;
  /** Receives notes for the user about how a file was read, such as an ignored tensor. */
  readonly onNote?: ((subject: string, note: string) => void) | undefined;
}
