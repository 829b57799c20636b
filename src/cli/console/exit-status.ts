// Exit statuses of the program.

/** The statuses listed in the help; `signal` is added to the number of a signal. */
export const EXIT = { done: 0, failed: 1, usage: 2, internalError: 70, signal: 128 } as const;
