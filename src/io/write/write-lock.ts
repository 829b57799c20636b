// Who writes when: all together as long as there is room, one alone where the disk was full while others were at it, since
// their files, half written, may have taken the room.

import { SharedLock } from '../../runtime/concurrency.js';

/** Turns of all that write files. */
export const writeLock = new SharedLock();
