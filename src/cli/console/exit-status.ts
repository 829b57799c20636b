// Exit statuses of the program, as the help lists them.

export const EXIT = { done: 0, failed: 1, usage: 2, internalError: 70 } as const;
