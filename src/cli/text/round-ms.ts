// Rounds measured times to tenths of a millisecond for JSON.

/** Milliseconds with one decimal. */
export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** The times of an output, each in milliseconds with one decimal. */
export function roundTimes({
  read,
  run,
  write,
}: {
  readonly read: number;
  readonly run: number;
  readonly write: number;
}) {
  return { read: roundMs(read), run: roundMs(run), write: roundMs(write) };
}
