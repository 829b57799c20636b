// Runs over many images: one that fails does not stop the others, messages are in input order whichever image finishes
// first, and memory, failures and their summary follow the options.

import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { BatchProgress } from '../../dist/cli/batch/batch-progress.js';
import { OrderedOutput } from '../../dist/cli/batch/ordered-output.js';
import { Budget } from '../../dist/runtime/memory-budget.js';
import { apply, fresh, lines } from '../support/apply-runs.js';
import { convtool, errorLines, shell } from '../support/cli.js';
import { hasScript, onTerminal } from '../support/on-terminal.js';
import { smallPng } from '../support/picture-bytes.js';

const sizes = [
  [300, 200],
  [7, 5],
  [64, 64],
] as const;
const pictures = await Promise.all(sizes.map(([width, height]) => smallPng(width, height)));

/** So many pictures in a folder, in order of their names; those of `damaged` are cut. */
function folderOf(count: number, damaged: readonly number[] = []): Record<string, Buffer> {
  const name = (i: number) => `in/${String(i).padStart(4, '0')}.png`;
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => {
      const whole = pictures[i % pictures.length]!;
      return [name(i), damaged.includes(i) ? whole.subarray(0, whole.length - 40) : whole];
    }),
  );
}

describe('a missing output folder', () => {
  const line = 'convtool apply -k box-3 -o new/ in; echo "status $?"; ls -d new';

  it('is not created if every image is damaged', async () => {
    const all = Array.from({ length: 20 }, (_, i) => i);
    const run = await shell(line, { files: folderOf(20, all) });
    expect(run.stdout.toString()).toBe('status 1\n');
    expect(errorLines(run).length).toBeGreaterThanOrEqual(20);
  });

  it('is created for the first undamaged image', async () => {
    const run = await shell(line, {
      files: folderOf(20, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]),
    });
    const outputs = [17, 18, 19].map((i) => `new/00${i}.box-3.png`);
    expect(fresh(run)).toEqual(outputs);
    expect(run.stdout.toString()).toBe(`${outputs.join('\n')}\nstatus 1\nnew\n`);
  });
});

describe('a thousand images, ten of them damaged', async () => {
  const damaged = [0, 1, 99, 100, 333, 500, 501, 777, 998, 999];
  const args = ['apply', '-k', 'box-3', '-o', 'out/', '--errors', 'errors.ndjson', 'in'];
  const run = await convtool(args, { files: folderOf(1000, damaged), patience: 200_000 });
  const broken = damaged.map((i) => `in/${String(i).padStart(4, '0')}.png`);

  it('give 990 outputs, named in the order of the images', () => {
    expect(run.status).toBe(1);
    const outputs = Array.from({ length: 1000 }, (_, i) => i)
      .filter((i) => !damaged.includes(i))
      .map((i) => `out/${String(i).padStart(4, '0')}.box-3.png`);
    expect(lines(run)).toEqual(outputs);
    expect(fresh(run)).toEqual(['errors.ndjson', ...outputs]);
  });

  it('give the same bytes as each image alone', async () => {
    for (const i of [2, 3, 4]) {
      const path = `out/${String(i).padStart(4, '0')}.box-3.png`;
      const input = `in/${String(i).padStart(4, '0')}.png`;
      const alone = await apply(['-k', 'box-3', '-o', 'out/', input], { files: folderOf(5) });
      expect(alone.after[path]).toBe(run.after[path]);
    }
  });

  it('name the ten at once, in order, and again at the end', () => {
    expect(errorLines(run).map((line) => /^error: (\S+): /.exec(line)?.[1])).toEqual(broken);
    const [, again] = run.stderr.split(/^failed:\n/m);
    expect(again!.trimEnd().split('\n')).toEqual(
      errorLines(run).map((line) => line.replace('error: ', '  ')),
    );
    expect(run.stderr).toMatch(
      /^note: 1,000 images: 990 done, 10 failed \([\d:.]+( s)?, \d.* megapixels\/s\)$/m,
    );
  });

  it('are listed for programs by --errors', () => {
    const failures = run.after['errors.ndjson']!.trimEnd().split('\n');
    expect(failures.map((line) => JSON.parse(line))).toEqual(
      broken.map((input) => ({ input, error: expect.stringContaining(`${input}: `) })),
    );
  });
});

describe.concurrent('a run', () => {
  it('without failures writes an empty --errors file', async () => {
    const run = await apply(['-k', 'box-3', '--errors', 'e', 'in'], { files: folderOf(2) });
    expect({ status: run.status, errors: run.after.e }).toEqual({ status: 0, errors: '' });
  });

  it('of one output that fails among others names it and its kernel', async () => {
    const files = { ...folderOf(2), 'o/0000.box-3.png/x': 'a folder is in the way' };
    const args = ['-k', 'identity', '-k', 'box-3', '--quiet', '--json', '--errors', 'e', '-o', 'o/', 'in'];
    const run = await apply(args, { files });
    expect(run.status).toBe(1);
    const failure = { input: 'in/0000.png', output: 'o/0000.box-3.png', kernel: 'box-3' };
    const [line, ...others] = run.after.e!.trimEnd().split('\n');
    expect(others).toEqual([]);
    expect(JSON.parse(line!)).toEqual({ ...failure, error: expect.stringMatching(/found a folder$/) });
    expect(lines(run)[1]).toBe(line);
    expect(lines(run)).toHaveLength(4);
  });

  it('with --fail-fast begins no other image once one has failed', async () => {
    const run = await apply(['-k', 'box-3', '--fail-fast', '-o', 'out/', 'in'], {
      files: folderOf(300, [1]),
    });
    expect(run.status).toBe(1);
    const [, done, left] = /(\d+) done, 1 failed, (\d+) not started/.exec(run.stderr) ?? [];
    expect(Number(done) + Number(left)).toBe(299);
    expect(Number(left)).toBeGreaterThan(200);
    expect(fresh(run)).toHaveLength(Number(done));
  });

  it('with --fail-fast begins no large image that is waiting', async () => {
    const large = await sharp(randomBytes(1200 * 1000), { raw: { width: 1200, height: 1000, channels: 1 } })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const files = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [`in/${i}.png`, i === 0 ? large.subarray(0, -40) : large]),
    );
    const words = ['-k', 'gaussian:3', '--fail-fast', '--threads', '2', '-o', 'out/', 'in'];
    const run = await apply(words, { files });
    expect(run.status).toBe(1);
    const [, done] = /(\d+) done, 1 failed, \d+ not started/.exec(run.stderr) ?? [];
    // The image processed in parallel, and one that began before the failure was known.
    expect(Number(done)).toBeLessThanOrEqual(2);
  });

  it('with little --memory does the same, one image after the other', async () => {
    const files = folderOf(12);
    const [tight, free] = await Promise.all([
      apply(['-k', 'box-3', '--memory', '1K', '-o', 'out/', 'in'], { files }),
      apply(['-k', 'box-3', '-o', 'out/', 'in'], { files }),
    ]);
    expect(tight.status).toBe(0);
    expect(tight.after).toEqual(free.after);
  });

  it('notes the losses of the first three maps in order, and counts the others', async () => {
    const run = await apply(['-k', 'sobel-x', '-o', 'out/', 'in'], { files: folderOf(8) });
    const said = run.stderr.split('\n').filter((line) => /of responses were/.test(line));
    expect(said.map((line) => line.slice(6, 17))).toEqual(['in/0000.png', 'in/0001.png', 'in/0002.png']);
    expect(run.stderr).toMatch(/^note: sobel-x: responses negative or out of range: 5 more outputs$/m);
  });

  it.runIf(hasScript)('on a terminal ends with the summary and leaves no line of progress', async () => {
    const { text } = await onTerminal(['apply', '-k', 'box-3', '-o', 'out/', 'in'], { files: folderOf(3) });
    expect(text).toMatch(/note:.* 3 images: 3 done/);
    expect(text).not.toMatch(/█[^\r]*$/);
  });

  it('whose reader closes the pipe ends without a message', async () => {
    const line = 'convtool apply -k box-3 --quiet -o out/ in | head -n 1; echo $PIPESTATUS';
    const run = await shell(line, { files: folderOf(200) });
    expect(run.stderr).toBe('');
    expect(run.stdout.toString()).toMatch(/^out\/0000\.box-3\.png\n[01]\n$/);
  });
});

describe('the line of progress', () => {
  const batch = (plain: string[]) =>
    new BatchProgress(null, (line: string) => plain.push(line), { images: 1200, bytes: 4e6 });

  it('has counts, speed and the time left', () => {
    const progress = batch([]);
    for (let i = 0; i < 300; i++) {
      progress.addOutcome({ status: i < 2 ? 'failed' : 'done', pixels: 1000, bytes: 3333 });
    }
    const line = progress.line(60_000, 120);
    expect(line).toMatch(/^█{5}░{15} {2}300 of 1,200 images, 2 failed, \S+ megapixels\/s, 3:00 left$/);
    expect(progress.line(60_000, 30)).toHaveLength(30);
    progress.end();
  });

  it('does not count skipped images for the speed', () => {
    const progress = batch([]);
    for (let i = 0; i < 600; i++) progress.addOutcome({ status: 'skipped', pixels: 0, bytes: 3333 });
    expect(progress.line(1000, 120)).toMatch(/600 of 1,200 images$/);
    for (let i = 0; i < 300; i++) progress.addOutcome({ status: 'done', pixels: 1000, bytes: 3333 });
    expect(progress.line(60_000, 120)).toMatch(/900 of 1,200 images, .* 1:00 left$/);
    progress.end();
  });
});

describe('order', () => {
  it('is that of the images, whichever ends first', async () => {
    const heard: string[] = [];
    const slowly = async (text: string | Uint8Array) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      heard.push(String(text));
    };
    const order = new OrderedOutput({ result: slowly, text: (text: string) => heard.push(text) });
    const voices = Array.from({ length: 20 }, (_, i) => order.sinkFor(i));
    await Promise.all(
      voices.map(async (voice, i) => {
        for (const part of ['a', 'b', 'c']) {
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
          if (part === 'b') voice.text(`${i}${part}`);
          else await voice.result(`${i}${part}`);
        }
        await order.end(i);
      }),
    );
    expect(heard).toEqual(voices.flatMap((_, i) => ['a', 'b', 'c'].map((part) => `${i}${part}`)));
  });
});

describe('a budget', () => {
  it('is never exceeded, except by a single image, and every waiting image is served', async () => {
    const budget = new Budget(100);
    const now = new Set<number>();
    let served = 0;
    const wants = Array.from({ length: 60 }, (_, i) => (i % 9 === 4 ? 150 : (i * 37) % 90));
    await Promise.all(
      wants.map(async (bytes) => {
        const giveBack = await budget.take(bytes);
        const holder = bytes + Math.random() / 1000;
        now.add(holder);
        const sum = [...now].reduce((total, held) => total + Math.floor(held), 0);
        expect(now.size === 1 || sum <= 100).toBe(true);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
        now.delete(holder);
        giveBack();
        giveBack();
        served++;
      }),
    );
    expect(served).toBe(60);
  });
});
