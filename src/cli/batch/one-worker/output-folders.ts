// Output folders of pictures that are made by workers, which write to existing folders only. The first image of a missing
// folder is made by the main thread, which creates the folder; the other images of that folder wait for it.

import { pathExists } from '../../../io/stat.js';

export class OutputFolders {
  readonly #existing = new Set<string>();
  /** Folders that an image on the main thread is about to create. */
  readonly #pending = new Map<
    string,
    { readonly by: object; readonly over: Promise<void>; end: () => void }
  >();

  /** Whether the folder exists; if not, `image` is made on the main thread and calls `leave` at its end. */
  async enter(folder: string, image: object): Promise<boolean> {
    while (!this.#existing.has(folder)) {
      const pending = this.#pending.get(folder);
      if (pending) {
        await pending.over;
        continue;
      }
      let end: () => void = () => undefined;
      const over = new Promise<void>((resolve) => {
        end = resolve;
      });
      this.#pending.set(folder, { by: image, over, end });
      if (!(await pathExists(folder))) return false;
      this.#existing.add(folder);
      this.leave(image);
    }
    return true;
  }

  /** Ends the wait of other images for this one, also where it failed. */
  leave(image: object): void {
    for (const [folder, { by, end }] of this.#pending) {
      if (by !== image) continue;
      this.#pending.delete(folder);
      end();
    }
  }
}
