// How a run ended, for the shell.

/** Exit statuses, as the help lists them. */
export const EXIT = { done: 0, failed: 1, usage: 2, defect: 70, signal: 128 } as const;
