// `--preview`: a picture in the terminal, on standard error. Knows which terminal speaks which protocol, how large it
// is and whether colour is wanted. Shows what it is given; knows no kernel and writes no file.

import { encode } from '../../codecs/registry.js';
import type { Samples } from '../../core/image.js';
import { halfBlocks, type Palette, shades } from '../../render/terminal/cells.js';
import { itermPicture, kittyPicture } from '../../render/terminal/escapes.js';
import { type Size, shownRange, shrink, sizeWithin } from '../../render/terminal/shrink.js';
import { wantsColour } from './colour.js';
import { type Logger, shortNumber } from './logger.js';

/** How a picture is shown; null: not at all. */
export type PreviewMethod = 'kitty' | 'iterm2' | { readonly blocks: Palette } | 'shades' | null;

type Environment = Readonly<Record<string, string | undefined>>;

/** Terminals that show pictures, by what they put into the environment; the first that fits counts. */
const TERMINALS: readonly (readonly ['kitty' | 'iterm2', (env: Environment) => boolean])[] = [
  ['kitty', ({ TERM }) => TERM === 'xterm-kitty' || TERM === 'xterm-ghostty'],
  ['kitty', ({ TERM_PROGRAM }) => /^(kitty|ghostty|WarpTerminal)$/.test(TERM_PROGRAM ?? '')],
  ['iterm2', ({ TERM_PROGRAM }) => /^(iTerm\.app|WezTerm|mintty|rio)$/.test(TERM_PROGRAM ?? '')],
  // Konsole 22.04 was the first. The others may have been started from it: they name themselves.
  ['kitty', ({ KONSOLE_VERSION, TERM_PROGRAM }) => !TERM_PROGRAM && Number(KONSOLE_VERSION) >= 220_400],
  ['kitty', ({ KITTY_WINDOW_ID, TERM_PROGRAM }) => !TERM_PROGRAM && Boolean(KITTY_WINDOW_ID)],
  // Remote shells are handed this one, and not TERM_PROGRAM.
  [
    'iterm2',
    ({ LC_TERMINAL, TERM_PROGRAM }) => !TERM_PROGRAM && /^(iTerm2|WezTerm)$/.test(LC_TERMINAL ?? ''),
  ],
];

/** Pixels that a column is taken to have where the terminal scales the picture itself; a row has twice as many. */
const COLUMN_PIXELS = 10;
/** Small pictures are enlarged to about this many columns. */
const LEAST_COLUMNS = 32;
/** The size of a terminal that does not tell, and the lines of it that stay free for the path and the prompt. */
const USUAL = { columns: 80, rows: 24 } as const;
const FREE_ROWS = 3;

/** What is needed of the stream that the picture goes to. */
interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** How the terminal shows a picture best. */
export function previewMethod(env: Environment, isTerminal: boolean): PreviewMethod {
  const { TERM, COLORTERM, FORCE_COLOR } = env;
  const isDumb = TERM === 'dumb';
  // Windows of tmux, screen and zellij inherit the outer terminal's environment and pass no pictures on.
  const isInside = Boolean(env.TMUX || env.STY || env.ZELLIJ) || /^(tmux|screen)/.test(TERM ?? '');
  if (isTerminal && !isDumb && !isInside) {
    const known = TERMINALS.find(([, fits]) => fits(env));
    if (known) return known[0];
  }
  if (wantsColour(env, isTerminal && !isDumb)) {
    const isTrue =
      /truecolor|24bit/i.test(COLORTERM ?? '') || /-direct$/.test(TERM ?? '') || FORCE_COLOR === '3';
    return { blocks: isTrue ? 'true' : '256' };
  }
  return isTerminal ? 'shades' : null;
}

/** Shows a picture on standard error, with a note that says how large; where it cannot be shown, a note says why. */
export async function showPreview(subject: string, picture: Samples, logger: Logger): Promise<void> {
  const { stderr, env } = logger.host;
  const way = previewMethod(env, stderr.isTTY === true);
  if (way === null) {
    logger.note(
      '--preview',
      'shows nothing where standard error is no terminal; FORCE_COLOR=1 shows it there too',
    );
    return;
  }
  const { text, size } = await drawn(picture, way, stderr);
  logger.note(subject, sizeText(picture, size));
  logger.text(text);
}

/** What the terminal is sent, and the pixels of it. */
async function drawn(picture: Samples, way: NonNullable<PreviewMethod>, stream: Stream) {
  const columns = stream.columns || USUAL.columns;
  const rows = Math.max(1, (stream.rows || USUAL.rows) - FREE_ROWS);
  if (way === 'kitty' || way === 'iterm2') {
    const room = { width: columns * COLUMN_PIXELS, height: rows * COLUMN_PIXELS * 2 };
    const size = sizeWithin(picture, room, LEAST_COLUMNS * COLUMN_PIXELS);
    const png = Buffer.concat(await encode(shrink(picture, size), 'png', 'the preview'));
    const across = Math.ceil(size.width / COLUMN_PIXELS);
    const down = Math.ceil(size.height / (COLUMN_PIXELS * 2));
    return { size, text: way === 'kitty' ? kittyPicture(png, across, down) : itermPicture(png, across) };
  }
  const size = sizeWithin(picture, { width: columns, height: rows * 2 }, LEAST_COLUMNS);
  const small = shrink(picture, size);
  return { size, text: way === 'shades' ? shades(small) : halfBlocks(small, way.blocks) };
}

/** `640×427, shown at 80×53`, and of float samples which values are black and white. */
export function sizeText(picture: Samples, size: Size): string {
  const { width, height, depth } = picture;
  const shown = `${width}×${height}`;
  const resized = size.width === width ? shown : `${shown}, shown at ${size.width}×${size.height}`;
  if (depth !== 'float') return resized;
  const [low, high] = shownRange(picture);
  return `${resized}; black is ${shortNumber(low)}, white ${shortNumber(high)}`;
}
