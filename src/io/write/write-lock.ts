// Lock for writing files. Writes run concurrently; one that finds the disk full is repeated alone, since temporary
// files of the others may occupy the space.

import { SharedLock } from '../../runtime/concurrency.js';

/** The lock of all file writes in this process. */
export const writeLock = new SharedLock();
