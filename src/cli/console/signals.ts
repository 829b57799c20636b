// What happens when a signal ends the process: temporary files are removed, the file of --errors is written, progress is
// reported, and the exit status set. The main thread handles signals, so a run on another thread forwards its failures and
// progress: it may be busy when the signal arrives.

import { isLibvipsBusy } from '../../codecs/sharp/libvips.js';
import { removeTemporaries } from '../../io/write/temp-files.js';
import type { Failure, Failures } from '../batch/failures.js';

/** Plus the number of a signal: the exit status by which shells report a process that the signal ended. */
const SIGNAL_STATUS = 128;
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

export class Signals implements Interruption {
  #run: { readonly failures: Failures; readonly soFar: () => string } | undefined;
  #stop: (() => Promise<boolean>) | undefined;

  begin(failures: Failures, soFar: () => string): void {
    this.#run = { failures, soFar };
  }

  /** Sets what stops other threads when a signal ends the run; it resolves with whether they have stopped. */
  onTermination(stopWork: () => Promise<boolean>): void {
    this.#stop = stopWork;
  }

  /** From now on a signal ends the process at once, without leaving temporary files. @param say writes the message. */
  listen(say: (line: string) => void): void {
    // Without listeners a signal ends the process by default.
    const stopListening = () => {
      for (const each of Object.keys(SIGNALS)) process.removeAllListeners(each);
    };
    for (const name of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
      process.on(name, () => {
        stopListening();
        removeTemporaries();
        if (this.#stop) void this.#stop().then((hasStopped) => this.#end(name, hasStopped, say));
        else this.#end(name, true, say);
      });
    }
    // Node checks for signals only while it waits, and would lose one that arrives after its last check. When no work is
    // left, pending signals are handled, and the listeners are removed before Node shuts down.
    process.once('beforeExit', () => setImmediate(stopListening));
  }

  #end(name: keyof typeof SIGNALS, hasStopped: boolean, say: (line: string) => void): never {
    removeTemporaries();
    this.#run?.failures.writeSync();
    const more = this.#run?.soFar() ?? '';
    say(`interrupted by ${name}; files that were written are whole${more === '' ? '' : `; ${more}`}`);
    // process.exit would wait for work that cannot be interrupted, for example in libvips. The signal itself ends the
    // process then, and shells report the same status.
    if (!hasStopped || isLibvipsBusy()) process.kill(process.pid, name);
    process.exit(SIGNAL_STATUS + SIGNALS[name]);
  }
}

/** Receives the failures and the progress of a run, which are reported if it is interrupted. */
export interface Interruption {
  /** Called when a run begins, with its failures and a function that describes its progress. */
  begin(failures: Failures, soFar: () => string): void;
  /** Called after each image, if progress cannot be requested when a signal arrives. */
  progressed?(soFar: () => string): void;
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
