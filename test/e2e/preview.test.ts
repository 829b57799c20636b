// `--preview`: sizes, means, the exact text sent to each kind of terminal, how terminals are detected, and the command on
// a terminal and in pipes. The pictures sent to kitty and iTerm2 are decoded by fast-png.

import { decode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type PreviewMethod, previewMethod, sizeText } from '../../dist/cli/console/preview.js';
import type { Samples } from '../../dist/core/image.js';
import { halfBlocks, nearestOf256, shades } from '../../dist/render/terminal/cells.js';
import { itermPicture, kittyPicture } from '../../dist/render/terminal/escapes.js';
import { shownRange, shrink, sizeWithin } from '../../dist/render/terminal/shrink.js';
import { convtool } from '../support/cli.js';
import { hasScript, onTerminal } from '../support/on-terminal.js';
import { smallPng } from '../support/picture-bytes.js';

function picture(width: number, height: number, values: readonly number[], rest: Partial<Samples> = {}) {
  const channels = values.length / (width * height);
  const data = rest.depth === 'float' ? Float32Array.from(values) : Uint8Array.from(values);
  return { width, height, channels, depth: 8, hasAlpha: false, data, ...rest } as Samples;
}

const grey = (...values: number[]) => values.flatMap((value) => [value, value, value]);

describe('the size', () => {
  it.each([
    ['fits the width', [640, 427], [100, 1000], 32, [100, 67]],
    ['fits the height', [640, 427], [1000, 42], 32, [63, 42]],
    ['is never less than 1', [1000, 2], [10, 10], 32, [10, 1]],
    ['stays where it fits and is not small', [60, 40], [100, 100], 32, [60, 40]],
    ['of a small picture is a whole multiple', [5, 3], [100, 100], 32, [30, 18]],
    ['of a small picture fits too', [5, 3], [12, 100], 32, [10, 6]],
    ['of one sample', [1, 1], [100, 100], 32, [32, 32]],
  ])('%s', (_, [width, height], [w, h], least, expected) => {
    const size = sizeWithin({ width: width!, height: height! }, { width: w!, height: h! }, least);
    expect(size).toEqual({ width: expected[0], height: expected[1] });
  });
});

describe('shrinking', () => {
  const shrunk = (of: Samples, width: number, height: number) =>
    Array.from(shrink(of, { width, height }).data);

  it('averages complete boxes', () => {
    const of = picture(4, 2, [0, 10, 100, 120, 20, 30, 140, 160]);
    expect(shrunk(of, 2, 1)).toEqual(grey(15, 130));
  });

  it('splits samples that two pixels cover', () => {
    // Pixels are 1.5 samples wide: (0 + 30/2) / 1.5 and (30/2 + 90) / 1.5.
    expect(shrunk(picture(3, 1, [0, 30, 90]), 2, 1)).toEqual(grey(10, 70));
  });

  it('keeps the mean of any picture', () => {
    const values = Array.from({ length: 37 * 23 }, (_, i) => (i * i * 7919) % 256);
    const mean = (list: readonly number[]) => list.reduce((sum, v) => sum + v, 0) / list.length;
    expect(Math.abs(mean(shrunk(picture(37, 23, values), 10, 7)) - mean(values))).toBeLessThan(0.3);
  });

  it('repeats samples where it enlarges', () => {
    expect(shrunk(picture(2, 1, [5, 9]), 4, 2)).toEqual([...grey(5, 5, 9, 9), ...grey(5, 5, 9, 9)]);
  });

  it('shows chequers through transparent areas, and no hidden colour', () => {
    const of = picture(8, 1, Array(8).fill([255, 0, 200, 0]).flat(), { hasAlpha: true });
    expect(shrunk(of, 8, 1)).toEqual(grey(102, 102, 102, 102, 153, 153, 153, 153));
    const half = picture(2, 1, [200, 40, 40, 255, 0, 255, 0, 0], { hasAlpha: true });
    expect(shrunk(half, 1, 1)).toEqual([100 + 51, 20 + 51, 20 + 51]);
    // Of −1 (opaque, black) and 1 (transparent) half of black and half of a chequer are left.
    const float = picture(2, 1, [-1, 1, 1, 0], { depth: 'float', hasAlpha: true });
    expect(shrunk(float, 1, 1)).toEqual(grey(51));
  });

  it('of 16 bits is the same as of 8 bits', () => {
    const data = Uint16Array.from([0, 257, 65535]);
    expect(shrunk(picture(3, 1, [0, 0, 0], { depth: 16, data }), 3, 1)).toEqual(grey(0, 1, 255));
  });

  it.each([
    ['from smallest to largest', [10, 20, 30], [10, 30], [0, 128, 255]],
    ['with 0 in the middle where there are both signs', [-2, 0, 4], [-4, 4], [64, 128, 255]],
    ['one value', [7, 7, 7], [7, 7], [0, 0, 0]],
    [
      'what is no number as the smallest',
      [Number.NaN, Number.NEGATIVE_INFINITY, 1, 3],
      [1, 3],
      [0, 0, 0, 255],
    ],
    ['what is infinite as the largest', [1, 3, Number.POSITIVE_INFINITY], [1, 3], [0, 255, 255]],
    ['nothing but such', [Number.NaN, Number.NaN], [0, 1], [0, 0]],
  ])('of float shows %s', (_, values, range, expected) => {
    const of = picture(values.length, 1, values, { depth: 'float' });
    expect(shownRange(of)).toEqual(range);
    expect(shrunk(of, values.length, 1)).toEqual(grey(...expected));
  });

  it('prints the values shown as black and white', () => {
    const of = picture(2, 1, [-2, 4], { depth: 'float' });
    expect(sizeText(of, { width: 32, height: 16 })).toBe('2×1, shown at 32×16; black is −4, white 4');
    expect(sizeText(picture(2, 1, [1, 2]), { width: 2, height: 1 })).toBe('2×1');
  });

  it('shows one of two colours, three of four', () => {
    expect(shrunk(picture(1, 1, [9, 200]), 1, 1)).toEqual([9, 9, 9]);
    expect(shrunk(picture(1, 1, [9, 200, 30, 4]), 1, 1)).toEqual([9, 200, 30]);
  });
});

describe('the text', () => {
  const small = picture(2, 2, [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);

  it('of half-blocks in 24 bits', () => {
    expect(halfBlocks(small, 'true')).toBe(
      '\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[38;2;0;255;0;48;2;255;255;255m▀\x1b[0m\n',
    );
  });

  it('of half-blocks in 256 colours', () => {
    expect(halfBlocks(small, '256')).toBe('\x1b[38;5;196;48;5;21m▀\x1b[38;5;46;48;5;231m▀\x1b[0m\n');
  });

  it('sends a colour only when it changes, and none below an odd last row', () => {
    expect(halfBlocks(picture(3, 1, grey(7, 7, 8)), 'true')).toBe(
      '\x1b[38;2;7;7;7m▀▀\x1b[38;2;8;8;8m▀\x1b[0m\n',
    );
  });

  it('of shades has no escape', () => {
    expect(shades(picture(5, 2, grey(0, 60, 128, 180, 255, 0, 60, 128, 180, 255)))).toBe(' ░▒▓█\n');
    expect(shades(picture(2, 3, grey(255, 0, 255, 0, 255, 0)))).toBe('█\n█\n');
  });

  it('takes the nearest colour of those that are the same on all terminals', () => {
    const levels = [0, 95, 135, 175, 215, 255];
    const cube = Array.from({ length: 216 }, (_, i) =>
      [i / 36, (i / 6) % 6, i % 6].map((n) => levels[n | 0]!),
    );
    const greys = Array.from({ length: 24 }, (_, i) => Array(3).fill(8 + 10 * i) as number[]);
    const palette = [...cube, ...greys];
    const far = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, v, c) => sum + (v - b[c]!) ** 2, 0);
    for (let i = 0; i < 2000; i++) {
      const rgb = [(i * 37) % 256, (i * 101) % 256, (i * i) % 256] as [number, number, number];
      const best = Math.min(...palette.map((other) => far(rgb, other)));
      expect(far(rgb, palette[nearestOf256(rgb) - 16]!), String(rgb)).toBe(best);
    }
  });

  it('of kitty is in chunks of at most 4096 characters, with its keys in the first', () => {
    const bytes = Uint8Array.from({ length: 3 * 1024 * 2 + 1 }, (_, i) => i);
    const text = Buffer.from(bytes).toString('base64');
    expect(kittyPicture(bytes, 7, 5)).toBe(
      `\x1b_Ga=T,f=100,c=7,r=5,q=2,m=1;${text.slice(0, 4096)}\x1b\\` +
        `\x1b_Gm=1;${text.slice(4096, 8192)}\x1b\\\x1b_Gm=0;${text.slice(8192)}\x1b\\\n`,
    );
    expect(kittyPicture(bytes.subarray(0, 3072), 7, 5)).toBe(
      `\x1b_Ga=T,f=100,c=7,r=5,q=2,m=0;${text.slice(0, 4096)}\x1b\\\n`,
    );
    expect(kittyPicture(Uint8Array.of(1, 2, 3), 2, 1)).toBe('\x1b_Ga=T,f=100,c=2,r=1,q=2,m=0;AQID\x1b\\\n');
  });

  it('of iTerm2 is one sequence', () => {
    expect(itermPicture(Uint8Array.of(1, 2, 3), 9)).toBe(
      '\x1b]1337;File=inline=1;size=3;width=9;height=auto;preserveAspectRatio=1:AQID\x07\n',
    );
  });
});

describe('the terminal', () => {
  const blocks = (of: 'true' | '256'): PreviewMethod => ({ blocks: of });
  it.each<[Record<string, string>, PreviewMethod]>([
    [{ TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1', COLORTERM: 'truecolor' }, 'kitty'],
    [{ TERM: 'xterm-256color', KITTY_WINDOW_ID: '1' }, 'kitty'],
    [{ TERM: 'xterm-ghostty', TERM_PROGRAM: 'ghostty' }, 'kitty'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'ghostty' }, 'kitty'],
    [{ TERM: 'xterm-256color', KONSOLE_VERSION: '220401' }, 'kitty'],
    [{ TERM: 'xterm-256color', KONSOLE_VERSION: '211203' }, blocks('256')],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', COLORTERM: 'truecolor' }, 'iterm2'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm' }, 'iterm2'],
    [{ TERM: 'xterm', TERM_PROGRAM: 'mintty' }, 'iterm2'],
    [{ TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2' }, 'iterm2'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'vscode', COLORTERM: 'truecolor' }, blocks('true')],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, blocks('256')],
    // Started from kitty, but not kitty.
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'vscode', KITTY_WINDOW_ID: '1' }, blocks('256')],
    [{ TERM: 'tmux-256color', TMUX: '/tmp/tmux-0/default,1,0', KITTY_WINDOW_ID: '1' }, blocks('256')],
    [{ TERM: 'screen', STY: '1.a', LC_TERMINAL: 'iTerm2' }, blocks('256')],
    [{ TERM: 'xterm-kitty', ZELLIJ: '0', COLORTERM: 'truecolor' }, blocks('true')],
    [{ TERM: 'xterm-direct' }, blocks('true')],
    [{ TERM: 'xterm', FORCE_COLOR: '3' }, blocks('true')],
    [{ TERM: 'xterm', NO_COLOR: '1' }, 'shades'],
    [{ TERM: 'xterm', FORCE_COLOR: '0' }, 'shades'],
    // A picture is no coloured text.
    [{ TERM: 'xterm-kitty', NO_COLOR: '1' }, 'kitty'],
    [{ TERM: 'dumb' }, 'shades'],
    [{ TERM: 'dumb', KITTY_WINDOW_ID: '1' }, 'shades'],
    [{}, blocks('256')],
  ])('with %j', (env, expected) => {
    expect(previewMethod(env, true)).toEqual(expected);
  });

  it.each<[Record<string, string>, PreviewMethod]>([
    [{ TERM: 'xterm-kitty' }, null],
    [{ TERM: 'xterm-kitty', FORCE_COLOR: '1' }, blocks('256')],
    [{ TERM: 'xterm', FORCE_COLOR: '1', COLORTERM: 'truecolor' }, blocks('true')],
    [{ TERM: 'xterm', FORCE_COLOR: '0' }, null],
    [{ TERM: 'xterm', NO_COLOR: '1' }, null],
  ])('that is none, with %j', (env, expected) => {
    expect(previewMethod(env, false)).toEqual(expected);
  });
});

/** Bright on the left, dark on the right: 2 × 2, so its preview is enlarged 16 times. */
const half = await sharp(Buffer.from([200, 100, 200, 100]), { raw: { width: 2, height: 2, channels: 1 } })
  .toColourspace('b-w')
  .png()
  .toBuffer();
const files = { 'half.png': half, 'small.png': await smallPng(12, 8) };
const identity = ['apply', '-k', 'identity', '--preview', '-o', 'out.png', 'half.png'];
const note = 'note: out.png: 2×2, shown at 32×32\n';
/** The text left on the terminal: progress lines, printed on a busy machine, are erased. */
const shown = (text: string) =>
  text
    .split('\r\n')
    .map((line) => line.split('\x1b[2K').at(-1)!.replace('\x1b[2mnote:\x1b[22m', 'note:'))
    .join('\n');

describe.skipIf(!hasScript)('on a terminal', () => {
  it('half-blocks are printed between a note and the path', async () => {
    const run = await onTerminal(identity, { files, env: { COLORTERM: 'truecolor' } });
    const line = `\x1b[38;2;200;200;200;48;2;200;200;200m${'▀'.repeat(16)}\x1b[38;2;100;100;100;48;2;100;100;100m${'▀'.repeat(16)}\x1b[0m\n`;
    expect(run.status).toBe(0);
    expect(shown(run.text)).toBe(`${note}${line.repeat(16)}out.png\n`);
  });

  it('the picture fits the width and height of the terminal', async () => {
    const args = ['apply', '-k', 'identity', '--preview', '-o', 'out.png', 'small.png'];
    const run = await onTerminal(args, { files }, { columns: 8, rows: 24 });
    expect(shown(run.text)).toContain('12×8, shown at 8×5\n');
    const low = await onTerminal(args, { files }, { columns: 100, rows: 5 });
    expect(shown(low.text)).toContain('12×8, shown at 6×4\n');
  });

  it('NO_COLOR gives shades, and no escape at all', async () => {
    const run = await onTerminal(identity, { files, env: { NO_COLOR: '1' } });
    expect(shown(run.text)).toBe(`${note}${`${'▓'.repeat(16)}${'░'.repeat(16)}\n`.repeat(16)}out.png\n`);
  });

  it.each([
    [{ TERM: 'xterm-kitty' }, /^\x1b_Ga=T,f=100,c=32,r=16,q=2,m=0;([\w+/=]+)\x1b\\\n$/],
    [
      { TERM_PROGRAM: 'iTerm.app' },
      /^\x1b\]1337;File=inline=1;size=\d+;width=32;height=auto;preserveAspectRatio=1:([\w+/=]+)\x07\n$/,
    ],
  ])('with %j it is a PNG file that holds the picture', async (env, sequence) => {
    const run = await onTerminal(identity, { files, env });
    const text = shown(run.text)
      .replace('note: out.png: 2×2, shown at 320×320\n', '')
      .replace(/out\.png\n$/, '');
    const [, base64] = sequence.exec(text) ?? [];
    expect(base64, text.slice(0, 200)).toBeDefined();
    const { width, height, channels, data } = decode(Buffer.from(base64!, 'base64'));
    expect({ width, height, channels }).toEqual({ width: 320, height: 320, channels: 3 });
    expect([...data.slice(0, 3), ...data.slice(-3)]).toEqual(grey(200, 100));
  });

  it('--quiet shows the picture only, and nothing of it on standard output', async () => {
    const quiet = await onTerminal([...identity, '--quiet'], { files, env: { NO_COLOR: '1' } });
    expect(shown(quiet.text)).toBe(`${`${'▓'.repeat(16)}${'░'.repeat(16)}\n`.repeat(16)}out.png\n`);
    const piped = await onTerminal(identity, { files, env: { NO_COLOR: '1' } }, { tail: '> paths.txt' });
    expect(shown(piped.text)).toBe(`${note}${`${'▓'.repeat(16)}${'░'.repeat(16)}\n`.repeat(16)}`);
  });

  it('float maps print the values of black and white', async () => {
    const args = ['apply', '-k', 'sobel-x', '--preview', '-o', 'out.npy', 'half.png'];
    const run = await onTerminal(args, { files, env: { NO_COLOR: '1' } });
    // (100 − 200) · 4 in both columns.
    expect(shown(run.text)).toContain('out.npy: 2×2, shown at 32×32; black is −400, white −400\n');
  });
});

describe('without a terminal', () => {
  it('notes that nothing is shown', async () => {
    const run = await convtool(identity, { files });
    expect({ status: run.status, stdout: run.stdout.toString() }).toEqual({ status: 0, stdout: 'out.png\n' });
    expect(run.stderr).toBe(
      'note: --preview: shows nothing because standard error is not a terminal; FORCE_COLOR=1 shows it anyway\n',
    );
  });

  it('FORCE_COLOR shows half-blocks of at most 80 columns', async () => {
    const env = { FORCE_COLOR: '1', TERM: 'xterm', COLORTERM: '' };
    const run = await convtool(identity, { files, env });
    expect(run.stdout.toString()).toBe('out.png\n');
    expect(run.stderr.match(/▀/g)).toHaveLength(32 * 16);
    expect(run.stderr).toContain('\x1b[38;5;251;48;5;251m▀');
  });

  it('there is none for a run that writes nothing', async () => {
    const run = await convtool([...identity, '--dry-run'], { files });
    expect(run).toMatchObject({ status: 0, stderr: '' });
  });
});
