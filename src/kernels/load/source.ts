// Where kernels are read from, given by whoever knows the file system and pictures. A contract only.

import type { PictureDecoder, RangedFile } from '../formats/format.js';

/** Where kernels are read from. */
export interface KernelSource {
  /** The names of all shipped kernels and banks; asked only to help with an unknown name. */
  builtinNames(): Promise<readonly string[]>;
  /** The bytes of a shipped kernel's file; rejects for a name that there is none of. */
  readBuiltin(name: string): Promise<Uint8Array>;
  readFile(path: string): Promise<Uint8Array>;
  /** Opens a file of any size that is read in parts. */
  openFile(path: string): Promise<RangedFile>;
  readonly pictures: PictureDecoder;
  /** Told what a user should know of how a file was read, such as a tensor that is left out. */
  readonly onNote?: ((subject: string, note: string) => void) | undefined;
}
