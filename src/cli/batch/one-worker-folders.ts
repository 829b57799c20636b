// Folders that outputs go to on the quick way, where they must be there already: one image goes the long way, which makes
// the folder once it has something to put there, while the others of that folder wait. Makes no folder itself.

import { isThere } from '../../io/write/write-atomic.js';

export class OneWorkerFolders {
  readonly #there = new Set<string>();
  /** Images that go the long way, each with what others of its folder wait for. */
  readonly #ahead = new Map<string, { readonly by: object; readonly over: Promise<void>; end: () => void }>();

  /** Whether the folder is there; if not, `image` is to go the long way, and to `leave` at its end. */
  async enter(folder: string, image: object): Promise<boolean> {
    while (!this.#there.has(folder)) {
      const ahead = this.#ahead.get(folder);
      if (ahead) {
        await ahead.over;
        continue;
      }
      let end: () => void = () => undefined;
      const over = new Promise<void>((resolve) => {
        end = resolve;
      });
      this.#ahead.set(folder, { by: image, over, end });
      if (!(await isThere(folder))) return false;
      this.#there.add(folder);
      this.leave(image);
    }
    return true;
  }

  /** The image has ended, whatever became of it. */
  leave(image: object): void {
    for (const [folder, { by, end }] of this.#ahead) {
      if (by !== image) continue;
      this.#ahead.delete(folder);
      end();
    }
  }
}
