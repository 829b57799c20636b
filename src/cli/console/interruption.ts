// What a run leaves where it is cut short: the file of --errors, and a few words. The main thread answers signals; a run
// on another thread passes on what is needed for that, since it may be computing when the signal comes.

import type { Failure, Failures } from '../batch/failures.js';

/** Is told of a run what is needed where it is cut short. */
export interface Interruption {
  /** A run begins: its failures, and what says how far it is. */
  begin(failures: Failures, soFar: () => string): void;
  /** The run is further now. */
  advanced(soFar: () => string): void;
}

/** What a run passes on: the file of --errors once, then each failure and how far it is. */
export type RunEvent =
  | { readonly errors: string | undefined }
  | { readonly failure: Failure; readonly place: number }
  | { readonly soFar: string };

/** For a run on this thread, of which `tell` is told what another one needs. */
export function forwardRunEvents(tell: (news: RunEvent) => void): Interruption {
  const advanced = (soFar: () => string) => tell({ soFar: soFar() });
  return {
    begin(failures, soFar) {
      tell({ errors: failures.path });
      failures.follow((failure, place) => tell({ failure, place }));
      advanced(soFar);
    },
    advanced,
  };
}
