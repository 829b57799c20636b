// What cannot be done in a certain manner. Thrown before any work and caught by the caller, which has another one.

export class Unsupported extends Error {
  /** @param reason what is lacking, for developers. */
  constructor(reason: string) {
    super(reason);
    this.name = 'Unsupported';
  }
}
