// A file with random access.

export interface FileBytes {
  readonly size: number;
  /** Reads into existing memory. */
  readInto(bytes: Uint8Array, start: number): Promise<void>;
}
