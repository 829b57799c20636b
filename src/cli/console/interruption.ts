// What a run leaves where a signal ends it: the file of --errors, and a few words. The main thread answers signals; a run
// on another thread passes on what is needed for that, since it may be computing when the signal comes.

import type { Failure, Failures } from '../batch/failures.js';
import { whenInterrupted } from './stdout.js';

/** What a run passes on: the file of --errors once, then each failure and how far it is. */
export type RunNews =
  | { readonly errors: string | undefined }
  | { readonly failure: Failure; readonly place: number }
  | { readonly soFar: string };

let listener: ((news: RunNews) => void) | undefined;

/** Has a run on this thread passed on. */
export function passOnRun(listen: (news: RunNews) => void): void {
  listener = listen;
}

/** From now on a signal writes the file of `failures`, and says `soFar`. */
export function interruptible(failures: Failures, soFar: () => string): void {
  whenInterrupted(() => {
    failures.writeNow();
    return soFar();
  });
  if (!listener) return;
  listener({ errors: failures.path });
  failures.follow((failure, place) => listener?.({ failure, place }));
  advanced(soFar);
}

/** The run is further now. */
export function advanced(soFar: () => string): void {
  listener?.({ soFar: soFar() });
}
