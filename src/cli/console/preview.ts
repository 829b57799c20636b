// `--preview`: shows a picture in the terminal, on standard error. Chooses the protocol by the terminal's environment
// variables, and the size by the terminal's columns and rows.

import { encode } from '../../codecs/registry.js';
import type { Samples, Size } from '../../core/image.js';
import { halfBlocks, type Palette, shades } from '../../render/terminal/cells.js';
import { itermPicture, kittyPicture } from '../../render/terminal/escapes.js';
import { shownRange, shrink, sizeWithin } from '../../render/terminal/shrink.js';
import { shortNumber } from '../text/columns.js';
import type { OutputStream } from './host.js';
import type { Logger } from './logger.js';
import { wantsColour } from './terminal.js';

/** How a picture is shown; null: it cannot be shown. */
export type PreviewMethod = 'kitty' | 'iterm2' | { readonly blocks: Palette } | 'shades' | null;

/** Terminals that show pictures, by their environment variables; the first match is used. */
const TERMINALS: readonly (readonly ['kitty' | 'iterm2', (env: NodeJS.ProcessEnv) => boolean])[] = [
  ['kitty', ({ TERM }) => TERM === 'xterm-kitty' || TERM === 'xterm-ghostty'],
  ['kitty', ({ TERM_PROGRAM }) => /^(kitty|ghostty|WarpTerminal)$/.test(TERM_PROGRAM ?? '')],
  ['iterm2', ({ TERM_PROGRAM }) => /^(iTerm\.app|WezTerm|mintty|rio)$/.test(TERM_PROGRAM ?? '')],
  // Supported from Konsole 22.04 on. Terminals started from Konsole inherit this variable, but set TERM_PROGRAM.
  ['kitty', ({ KONSOLE_VERSION, TERM_PROGRAM }) => !TERM_PROGRAM && Number(KONSOLE_VERSION) >= 220_400],
  ['kitty', ({ KITTY_WINDOW_ID, TERM_PROGRAM }) => !TERM_PROGRAM && Boolean(KITTY_WINDOW_ID)],
  // ssh forwards LC_TERMINAL, but not TERM_PROGRAM.
  [
    'iterm2',
    ({ LC_TERMINAL, TERM_PROGRAM }) => !TERM_PROGRAM && /^(iTerm2|WezTerm)$/.test(LC_TERMINAL ?? ''),
  ],
];

/** Assumed width of a column in pixels, where the terminal scales the picture; rows are twice as high. */
const COLUMN_PIXELS = 10;
/** Small pictures are enlarged to about this many columns. */
const MIN_COLUMNS = 32;
/** Size of a terminal where unknown, and the rows left free for the path and the prompt. */
const DEFAULT_SIZE = { columns: 80, rows: 24 } as const;
const FREE_ROWS = 3;

/** The best method that the terminal supports. */
export function previewMethod(env: NodeJS.ProcessEnv, isTerminal: boolean): PreviewMethod {
  const { TERM, COLORTERM, FORCE_COLOR } = env;
  const isDumb = TERM === 'dumb';
  // tmux, screen and zellij inherit the environment of the outer terminal, but do not forward pictures.
  const isMultiplexed = Boolean(env.TMUX || env.STY || env.ZELLIJ) || /^(tmux|screen)/.test(TERM ?? '');
  if (isTerminal && !isDumb && !isMultiplexed) {
    const known = TERMINALS.find(([, fits]) => fits(env));
    if (known) return known[0];
  }
  if (wantsColour(env, isTerminal && !isDumb)) {
    const isTrueColour =
      /truecolor|24bit/i.test(COLORTERM ?? '') || /-direct$/.test(TERM ?? '') || FORCE_COLOR === '3';
    return { blocks: isTrueColour ? 'true' : '256' };
  }
  return isTerminal ? 'shades' : null;
}

/** Shows a picture on standard error, with a note on its size; where it cannot be shown, a note gives the reason. */
export async function showPreview(subject: string, picture: Samples, logger: Logger): Promise<void> {
  const { stderr, env } = logger.host;
  const method = previewMethod(env, stderr.isTTY === true);
  if (method === null) {
    logger.note(
      '--preview',
      'shows nothing because standard error is not a terminal; FORCE_COLOR=1 shows it anyway',
    );
    return;
  }
  const { text, size } = await render(picture, method, stderr);
  logger.note(subject, sizeText(picture, size));
  logger.text(text);
}

/** The text to send to the terminal, and the size of the picture in it. */
async function render(picture: Samples, method: NonNullable<PreviewMethod>, stream: OutputStream) {
  const columns = stream.columns || DEFAULT_SIZE.columns;
  const rows = Math.max(1, (stream.rows || DEFAULT_SIZE.rows) - FREE_ROWS);
  if (method === 'kitty' || method === 'iterm2') {
    const available = { width: columns * COLUMN_PIXELS, height: rows * COLUMN_PIXELS * 2 };
    const size = sizeWithin(picture, available, MIN_COLUMNS * COLUMN_PIXELS);
    const png = Buffer.concat(await encode(shrink(picture, size), 'png', 'the preview'));
    const across = Math.ceil(size.width / COLUMN_PIXELS);
    const down = Math.ceil(size.height / (COLUMN_PIXELS * 2));
    return { size, text: method === 'kitty' ? kittyPicture(png, across, down) : itermPicture(png, across) };
  }
  const size = sizeWithin(picture, { width: columns, height: rows * 2 }, MIN_COLUMNS);
  const small = shrink(picture, size);
  return { size, text: method === 'shades' ? shades(small) : halfBlocks(small, method.blocks) };
}

/** `640×427, shown at 80×53`; for float samples also the values shown as black and white. */
export function sizeText(picture: Samples, size: Size): string {
  const { width, height, depth } = picture;
  const shown = `${width}×${height}`;
  const resized = size.width === width ? shown : `${shown}, shown at ${size.width}×${size.height}`;
  if (depth !== 'float') return resized;
  const [low, high] = shownRange(picture);
  return `${resized}; black is ${shortNumber(low)}, white ${shortNumber(high)}`;
}
