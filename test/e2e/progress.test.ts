// The progress line: its text, that it appears only on a terminal and is erased completely, and that Ctrl-C on a
// terminal ends a run at once whatever it is doing. The terminal is made by `script` (util-linux).

import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Progress, progressLine } from '../../dist/cli/console/progress.js';
import { convtool } from '../support/cli.js';
import { hasScript, onTerminal } from '../support/on-terminal.js';
import { smallPng } from '../support/picture-bytes.js';

const ERASE = '\r\x1b[2K';

describe('the line', () => {
  const phase = { subject: 'a.png  sobel-x', name: 'filtering', share: 0.25 };

  it('has the share, the time it took and the time that is left', () => {
    expect(progressLine(phase, 20_000, 100)).toBe(
      'a.png  sobel-x  filtering  █████░░░░░░░░░░░░░░░  25 %  0:20, 1:00 left',
    );
  });

  it('omits a share that is unknown or too small', () => {
    expect(progressLine({ ...phase, share: null }, 61_000, 100)).toBe('a.png  sobel-x  filtering  1:01');
    expect(progressLine({ ...phase, share: 0.01 }, 2000, 100)).toMatch(/ {3}1 % {2}0:02$/);
  });

  it.each([
    ['deep/'.repeat(40), 80],
    ['画像.png', 60],
    ['画'.repeat(200), 90],
    ['a.png', 30],
    ['a.png', 5],
    ['two\nlines\x1b[31m.png', 100],
  ])('of %j fits %i columns, on one line', (subject, columns) => {
    const line = progressLine({ ...phase, subject }, 1000, columns);
    const width = [...line].reduce((sum, char) => sum + (/[\u2e80-\uffef]/u.test(char) ? 2 : 1), 0);
    expect(width).toBeLessThan(columns);
    expect(line).not.toMatch(/\p{Cc}/u);
  });

  it('is not drawn in the first half second, and erased before other output', async () => {
    const written: string[] = [];
    const progress = new Progress({ columns: 0, write: (text: string) => written.push(text) });
    progress.begin('a.png', 'reading');
    progress.end();
    expect(written).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    progress.begin('a.png', 'filtering');
    expect(written).toEqual([`${ERASE}a.png  filtering  0:00`]);
    progress.erase();
    progress.erase();
    expect(written.splice(0)).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 250));
    progress.advance(0.5);
    progress.end();
    expect(written.length).toBeGreaterThanOrEqual(2);
    expect(written.at(-1)).toBe(ERASE);
    progress.advance(0.6);
    expect(written.at(-1)).toBe(ERASE);
  });
});

const WIDTH = 12_000;
/** Takes long to decode. */
const slowToRead = await sharp(Buffer.alloc(WIDTH * WIDTH, 0x77), {
  raw: { width: WIDTH, height: WIDTH, channels: 1 },
})
  .toColourspace('b-w')
  .jpeg({ progressive: true })
  .toBuffer();
const noise = await sharp(randomBytes(3000 * 2200 * 3), { raw: { width: 3000, height: 2200, channels: 3 } })
  .png({ compressionLevel: 0 })
  .toBuffer();
const files = { 'read.jpg': slowToRead, 'noise.png': noise, 'small.png': await smallPng(12, 8) };

const SLOW = ['apply', '-k', 'box:41', '--method', 'direct', '-o', 'out.png', 'noise.png'];
/** In many strips, each of which takes long: it has not ended when a signal reaches it. */
const SLOWER = ['-k', 'box:5', '--method', 'reference', '-o', 'out.png', 'noise.png'];

/** The text that a terminal shows in the end, without what was erased. */
function shown(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/\r$/, '').split('\x1b[2K').at(-1)!);
}

describe.skipIf(!hasScript)('on a terminal', () => {
  it('a long run shows it and erases it completely', async () => {
    const run = await onTerminal(SLOW, { files });
    expect(run.status).toBe(0);
    expect(run.text).toMatch(
      /noise\.png {2}box:size=41 {2}filtering {2}[█░]{20} +\d+ % {2}0:0\d, 0:\d\d left/,
    );
    expect(shown(run.text)).toEqual(['out.png', '']);
  });

  it.each([
    [[...SLOW, '--quiet']],
    [['apply', '-k', 'box:3', '-o', 'out.png', 'small.png']],
  ])('%j shows nothing', async (args) => {
    const run = await onTerminal(args, { files });
    expect(run).toMatchObject({ status: 0, text: 'out.png\r\n' });
  });

  it.each([
    ['decoding', /reading/, ['-k', 'box:3', '-o', 'out.png', 'read.jpg']],
    ['filtering', /filtering.*[1-9] %/, SLOWER],
    ['filtering on one thread', /filtering.*[1-9] %/, [...SLOWER, '--threads', '1']],
    ['encoding', /writing/, ['-k', 'identity', '-o', 'out.webp', 'noise.png']],
  ] as const)('Ctrl-C while %s ends the run at once and leaves nothing', async (_, phase, args) => {
    const run = await onTerminal(['apply', ...args], { files }, { interruptAt: phase });
    expect(run.status).toBe(130);
    expect(run.redraws).toBeLessThan(15);
    expect(run.left.sort()).toEqual(Object.keys(files).sort());
    const lines = shown(run.text);
    expect(lines.at(-2)).toMatch(/error:.* interrupted by SIGINT; files that were written are whole$/);
    expect(lines.filter((line) => /reading|filtering|writing/.test(line))).toEqual([]);
  });
});

describe('in a pipe', () => {
  it('there is none', async () => {
    // A terminal would show it: the run is the long one above.
    const run = await convtool(SLOW, { files });
    expect({ status: run.status, stderr: run.stderr, stdout: run.stdout.toString() }).toEqual({
      status: 0,
      stderr: '',
      stdout: 'out.png\n',
    });
    expect(Object.keys(run.after).sort()).toEqual([...Object.keys(files), 'out.png'].sort());
  });
});
