// Decides whether text is coloured, once for all streams, threads and libraries of the process.

/**
 * Normalises the environment to one setting: --no-color wins, then FORCE_COLOR, then NO_COLOR. Conflicting variables would
 * make Node write a warning to standard error.
 */
export function settleColour(words: readonly string[], env: NodeJS.ProcessEnv): void {
  const end = words.indexOf('--');
  if (words.slice(0, end < 0 ? undefined : end).includes('--no-color')) {
    env.NO_COLOR = '1';
    delete env.FORCE_COLOR;
  }
  if (env.FORCE_COLOR === undefined) return;
  delete env.NO_COLOR;
  delete env.NODE_DISABLE_COLORS;
}

/** FORCE_COLOR (except 0 and false) turns colour on; NO_COLOR (any text) turns it off; the default is on for terminals. */
export function wantsColour(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTerminal;
}
