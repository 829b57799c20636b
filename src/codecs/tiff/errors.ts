// The two reasons for which a TIFF cannot be decoded: damage, and unsupported features.

/** The file contradicts its directory; `message` says where. */
export class DamagedTiff extends Error {
  /** How the file is read where damage is allowed, to follow "reads it anyway,"; omitted if it cannot be read. */
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** A valid file with unsupported features. `message` describes what was found. */
export class UnsupportedTiff extends Error {
  readonly advice: string;

  constructor(found: string, advice: string) {
    super(found);
    this.advice = advice;
  }
}
