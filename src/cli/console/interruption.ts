// What happens when a signal ends a run: the file of --errors is written and progress is reported. The main thread handles
// signals, so a run on another thread forwards its failures and progress: it may be busy when the signal arrives.

import type { Failure, Failures } from '../batch/failures.js';

/** Receives what must be reported where a run is interrupted. */
export interface Interruption {
  /** Called when a run begins, with its failures and a function that describes its progress. */
  begin(failures: Failures, soFar: () => string): void;
  /** Called when an image has ended. */
  progressed(soFar: () => string): void;
}

/** Events of a run: the path of --errors once, then each failure and the progress. */
export type RunEvent =
  | { readonly errors: string | undefined }
  | { readonly failure: Failure; readonly place: number }
  | { readonly soFar: string };

/** Forwards the events of a run on this thread to `tell`. */
export function forwardRunEvents(tell: (event: RunEvent) => void): Interruption {
  const progressed = (soFar: () => string) => tell({ soFar: soFar() });
  return {
    begin(failures, soFar) {
      tell({ errors: failures.path });
      failures.forward((failure, place) => tell({ failure, place }));
      progressed(soFar);
    },
    progressed,
  };
}
