// What a run leaves where a signal ends it: the file of --errors, and a few words. The main thread answers signals; a run
// on another thread passes on what is needed for that, since it may be computing when the signal comes.

import type { Failure, Failures } from '../batch/failures.js';
import { onInterrupt } from './stdout.js';

/** What a run passes on: the file of --errors once, then each failure and how far it is. */
export type RunEvent =
  | { readonly errors: string | undefined }
  | { readonly failure: Failure; readonly place: number }
  | { readonly soFar: string };

let listener: ((news: RunEvent) => void) | undefined;

/** Has a run on this thread passed on. */
export function forwardRunEvents(listen: (news: RunEvent) => void): void {
  listener = listen;
}

/** From now on a signal writes the file of `failures`, and says `soFar`. */
export function reportOnInterrupt(failures: Failures, soFar: () => string): void {
  onInterrupt(() => {
    failures.writeNow();
    return soFar();
  });
  if (!listener) return;
  listener({ errors: failures.path });
  failures.follow((failure, place) => listener?.({ failure, place }));
  reportProgress(soFar);
}

/** The run is further now. */
export function reportProgress(soFar: () => string): void {
  listener?.({ soFar: soFar() });
}
