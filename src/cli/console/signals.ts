// The signals that end a process: what is said and written then, and the exit status.

import { isLibvipsBusy } from '../../codecs/sharp/libvips.js';
import { removeTemporaries } from '../../io/write/temp-files.js';
import type { Failures } from '../batch/failures.js';
import { EXIT } from './exit-status.js';
import type { Interruption } from './interruption.js';

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

export class Signals implements Interruption {
  #interruptMessage: (() => string) | undefined;
  #stop: (() => Promise<boolean>) | undefined;

  begin(failures: Failures, soFar: () => string): void {
    this.onInterrupt(() => {
      failures.writeSync();
      return soFar();
    });
  }

  advanced(): void {
    // How far the run is, is asked when a signal comes.
  }

  /** Says what is to be done, and what to be said, where a signal ends the run. */
  onInterrupt(words: () => string): void {
    this.#interruptMessage = words;
  }

  /** Sets what stops the work of other threads when a signal ends the run; it resolves with whether it has stopped. */
  onTermination(stopWork: () => Promise<boolean>): void {
    this.#stop = stopWork;
  }

  /** From now on a signal ends the process at once, and leaves no temporary file behind. */
  listen(say: (line: string) => void): void {
    // From then on a signal ends the process by itself.
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
    // Node looks for signals only where it waits, and would forget one that came after it last did. When nothing is left
    // to do, those that came are answered, and the listeners are gone before Node takes itself down.
    process.once('beforeExit', () => setImmediate(stopListening));
  }

  #end(name: keyof typeof SIGNALS, hasStopped: boolean, say: (line: string) => void): never {
    removeTemporaries();
    const more = this.#interruptMessage?.() ?? '';
    say(`interrupted by ${name}; files that were written are whole${more === '' ? '' : `; ${more}`}`);
    // Ending would wait for what cannot be interrupted, such as libvips with a picture. Without a listener the signal
    // itself ends the process, which shells report as the same status.
    if (!hasStopped || isLibvipsBusy()) process.kill(process.pid, name);
    process.exit(EXIT.signal + SIGNALS[name]);
  }
}
