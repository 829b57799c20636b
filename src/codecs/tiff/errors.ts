// The two ways in which a TIFF cannot be read: it is damaged, or it is sound but of a kind that is not read.

/** The file is not what its directory says; `message` says where. */
export class DamagedTiff extends Error {}

/** A sound file of a kind that is not read. `message` says what was found, in the words of the format. */
export class UnsupportedTiff extends Error {
  /** What the user can do. */
  readonly advice: string;

  constructor(found: string, advice: string) {
    super(found);
    this.advice = advice;
  }
}
