// Interrupted runs that are continued: --resume skips exactly the outputs that the same command wrote from unchanged
// inputs, and the result equals that of an uninterrupted run.

import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { apply, fresh, lines } from '../support/apply-runs.js';
import {
  convtool,
  convtoolIn,
  EXECUTABLE,
  expectFailure,
  filesOf,
  inFolder,
  type Run,
  type Setting,
} from '../support/cli.js';
import { untilThere } from '../support/events.js';
import { hasScript, onTerminal } from '../support/on-terminal.js';
import { smallPng } from '../support/picture-bytes.js';

const small = await smallPng(40, 30);
const large = await smallPng(700, 500);
const largest = await smallPng(2000, 1600);

/** A square picture of one grey; its length depends on its side alone. */
function tiff(grey: number, side = 20): Promise<Buffer> {
  const raw = { width: side, height: side, channels: 1 } as const;
  return sharp(Buffer.alloc(side * side, grey), { raw })
    .tiff({ compression: 'none' })
    .toBuffer();
}

function pictures(count: number, picture = small): Record<string, Buffer> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`in/${i}.png`, picture]));
}

/** Runs a command twice in one folder, `between` them; the paths that the second run prints as written. */
async function again(
  first: readonly string[],
  second: readonly string[],
  between: (folder: string) => void = () => undefined,
): Promise<string[]> {
  return inFolder({ files: pictures(3) }, async (folder) => {
    await paths(folder, first);
    between(folder);
    return paths(folder, second);
  });
}

/** Runs a command that must end well in a folder; the paths that it prints as written. */
async function paths(folder: string, args: readonly string[]): Promise<string[]> {
  const run = await convtoolIn(folder, ['apply', '--quiet', ...args]);
  expect(run.status, run.stderr).toBe(0);
  return lines(run);
}

/** Runs command lines one after the other in a folder, whatever their statuses; the last run, and what all wrote. */
async function oneAfterTheOther(
  all: readonly string[],
  setting: Setting,
  between: (folder: string, i: number) => void = () => undefined,
) {
  return inFolder(setting, async (folder) => {
    const said: string[] = [];
    let last: Pick<Run, 'status' | 'stdout' | 'stderr'> = {
      status: null,
      stdout: Buffer.alloc(0),
      stderr: '',
    };
    for (const [i, line] of all.entries()) {
      if (i > 0) between(folder, i);
      last = await convtoolIn(folder, line.split(' '));
      said.push(...lines(last));
    }
    return { ...last, said, after: filesOf(folder) };
  });
}

const largeTiff = await tiff(10, 1800);

describe.concurrent.each(['png', 'npy', 'tiff', 'jpeg', 'webp', 'raw'])('--resume with %s', (format) => {
  const args = ['-k', 'box-3', '--format', format, '--resume', '-o', 'out/', 'in'];
  const ending = format === 'jpeg' ? 'jpg' : format;
  const all = [0, 1, 2].map((i) => `out/${i}.box-3.${ending}`);

  it('skips everything the second time', async () => {
    expect(await again(args, args)).toEqual([]);
  });

  it.each([
    ['kernel', ['-k', 'gaussian-3', ...args.slice(2), '-o', 'out/{name}.box-3.{ext}']],
    ['flip', [...args, '--flip']],
    ['border', [...args, '--border', 'wrap']],
    ['gain', [...args, '--gain', '2']],
    ['weights', ['-k', '{"name":"box-3","weights":[[1,2]]}', ...args.slice(2)]],
  ])('processes everything again with another %s', async (_, other) => {
    expect(await again(args, other)).toEqual(all);
  });

  it('--dry-run says what is up to date', async () => {
    const dry = await again(args, [...args, '--dry-run'], (folder) => rmSync(join(folder, all[2]!)));
    const [zero, one, two] = all.map((path, i) => `in/${i}.png → ${path}`);
    expect(dry).toEqual([
      `${zero} (up to date, would be skipped)`,
      `${one} (up to date, would be skipped)`,
      two,
    ]);
  });

  it('processes again what changed or is missing', async () => {
    const second = await again(args, args, (folder) => {
      const soon = new Date(Date.now() + 5000);
      utimesSync(join(folder, 'in/1.png'), soon, soon);
      rmSync(join(folder, all[2]!));
    });
    expect(second).toEqual(all.slice(1));
  });

  it('processes again what another program has written since', async () => {
    const second = await again(args, args, (folder) => {
      writeFileSync(join(folder, all[0]!), small);
    });
    expect(second).toEqual([all[0]]);
  });
});

describe.concurrent('--resume', () => {
  it('changes no byte of an output, and skips no output without a record', async () => {
    const args = ['-k', 'box-3', '-o', 'out/', 'in'];
    expect(await again(args, [...args, '--resume'])).toHaveLength(3);
    const [plain, resumable] = await Promise.all([
      apply(args, { files: pictures(3) }),
      apply([...args, '--resume'], { files: pictures(3) }),
    ]);
    for (const path of fresh(plain)) expect(resumable.after[path]).toBe(plain.after[path]);
  });

  it('does not depend on threads, memory and the like', async () => {
    const args = ['-k', 'box-3', '--resume', '-o', 'out/', 'in'];
    expect(await again(args, [...args, '--threads', '1', '--memory', '1M', '--json'])).toEqual(
      [0, 1, 2].map((i) => expect.stringContaining(`"output":"out/${i}.box-3.png","skipped":true`)),
    );
  });

  it('distinguishes two pictures that share an output', async () => {
    const files = { 'a/x.png': small, 'b/x.png': large };
    const line = (input: string) => `apply -k box-3 --quiet --resume -o out.png ${input}`;
    const run = await oneAfterTheOther([line('a/x.png'), line('b/x.png'), line('b/x.png')], { files });
    expect(run.said).toEqual(['out.png', 'out.png']);
  });

  it('distinguishes a picture from an older one of the same name and length', async () => {
    const files = { 'day1/f.tif': await tiff(10), 'day2/f.tif': await tiff(200) };
    const line = (day: number) => `apply -k box-3 --quiet --resume -o res/ day${day}/f.tif`;
    const long = new Date('2001-01-01');
    const prepare = (folder: string) => utimesSync(join(folder, 'day2/f.tif'), long, long);
    const run = await oneAfterTheOther([line(1), line(2), line(2)], { files, prepare }, (folder, i) => {
      if (i === 2) copyFileSync(join(folder, 'res/f.box-3.png'), join(folder, '2'));
    });
    expect(run.said).toEqual(['res/f.box-3.png', 'res/f.box-3.png']);
    const alone = await apply(['-k', 'box-3', '-o', 'alone.png', 'day2/f.tif'], { files });
    expect(run.after['2']).toBe(alone.after['alone.png']);
  });

  it('processes again a picture that was overwritten during the run', async () => {
    const kernels = ['box-3', 'sobel-x', 'sobel-y', 'emboss', 'gaussian-3', 'gaussian-5', 'laplacian-8'];
    const args = ['apply', ...kernels.flatMap((kernel) => ['-k', kernel]), '--quiet', '--resume'];
    const all = [...args, '--memory', '1M', '-o', 'out/', 'in/0.png'];
    await inFolder({ files: pictures(1, large) }, async (folder) => {
      const child = spawn(process.execPath, [EXECUTABLE, ...all], { cwd: folder });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      child.stderr.resume();
      const begun = new Promise<void>((resolve) => child.stdout.on('data', () => resolve()));
      await Promise.race([begun, ended]);
      writeFileSync(join(folder, 'in/0.png'), large);
      expect(await ended).toBe(0);
      const second = await convtoolIn(folder, all);
      expect(lines(second)).toEqual(kernels.map((kernel) => `out/0.${kernel}.png`));
    });
  });

  it.each([
    ['small', small, 1],
    ['small ones that are many', small, 20],
    ['large', largest, 1],
    ['large, of a format that is decoded whole', largeTiff, 1],
  ])('skips pictures that are %s', async (_, picture, count) => {
    const files = pictures(count, picture);
    const line = 'apply -k sobel-x --quiet --resume -o out/ in';
    const run = await oneAfterTheOther([line, line], { files });
    expect(run.status).toBe(0);
    expect(lines(run)).toEqual([]);
    expect(run.after['out/.0.sobel-x.png.convtool']).toBeDefined();
  });

  it.each([240, 245, 246, 255])('skips outputs whose name has %i bytes', async (length) => {
    const output = `${'é'.repeat(100)}${'x'.repeat(length - 204)}.png`;
    const line = `apply -k box-3 --quiet --resume -o ${output} in`;
    const run = await oneAfterTheOther([line, line], { files: pictures(1) });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    expect(run.said).toEqual([output]);
  });

  it('processes again in another format under the same name', async () => {
    const line = (format: string) => `apply -k box-3 --quiet --resume --format ${format} -o out.dat in`;
    const run = await oneAfterTheOther(['png', 'tiff', 'tiff'].map(line), { files: pictures(1) });
    expect(run.said).toEqual(['out.dat', 'out.dat']);
    expect(run.after['out.dat']).toMatch(/^II/);
  });

  it('does not skip the output of a damaged picture if damage is refused', async () => {
    const files = { 'in.png': large.subarray(0, large.length / 2) };
    const line = 'apply -k box-3 --quiet --resume -o out.png in.png';
    const run = await oneAfterTheOther([`${line} --fail-on none`, line], { files });
    expect(run.said).toEqual(['out.png']);
    expect(run.status).toBe(1);
  });

  it('keeps the record of an output in a sidecar, as printed by --json', async () => {
    const args = ['-k', 'sobel-x', '--flip', '--json', '--quiet', '--resume', '-o', 'out/', 'in'];
    const run = await apply(args, { files: pictures(1) });
    const { recipe } = JSON.parse(lines(run)[0]!);
    expect(recipe).toMatchObject({ kernel: 'sobel-x', flip: true, input: '0.png', inputBytes: small.length });
    expect(fresh(run)).toEqual(['out/.0.sobel-x.png.convtool', 'out/0.sobel-x.png']);
    const { made } = JSON.parse(run.after['out/.0.sobel-x.png.convtool']!);
    expect(JSON.parse(made)).toEqual(recipe);
  });

  it('counts skipped outputs in the summary', async () => {
    const line = 'apply -k box-3 --resume -o out/ in';
    const run = await oneAfterTheOther([line, line], { files: pictures(5) }, (folder) => {
      rmSync(join(folder, 'out/1.box-3.png'));
    });
    expect(run.stderr).toMatch(/note: 5 images: 1 done, 4 skipped \(/);
    expect(lines(run)).toEqual(['out/1.box-3.png']);
  });
});

describe('a signal', () => {
  it.runIf(hasScript)('Ctrl-C ends at once, prints how to continue, and --errors is written', async () => {
    const args = ['apply', '-k', 'box-3', '--method', 'reference', '--errors', 'e', '-o', 'out/', 'in'];
    const files = { ...pictures(60, large), 'in/!.png': small.subarray(0, 60) };
    const seen = await onTerminal(args, { files }, { interruptAt: /\d+ of 61 images/ });
    expect(seen.status).toBe(130);
    const said =
      /interrupted by SIGINT; files that were written are whole; (\d+) of 61 images done; repeat the command with --no-clobber/;
    expect(seen.text).toMatch(said);
    expect(Number(said.exec(seen.text)![1])).toBeLessThan(61);
    expect(seen.left).toContain('e');
  });

  it('leaves complete files only, and the failures so far', async () => {
    const args = ['apply', '-k', 'box-3', '--method', 'reference', '--errors', 'e', '-o', 'out/', 'in'];
    const files = { ...pictures(60, large), 'in/!.png': small.subarray(0, 60) };
    const run = await convtool(args, {
      files,
      // Several images are done, and others are not.
      meanwhile: (child, folder) => {
        void untilThere(folder, /^out\/[2-9]\.box-3\.png$/).then(() => child.kill('SIGTERM'));
      },
    });
    expect(run.status).toBe(143);
    expect(fresh(run).filter((path) => !/^(e|out\/\d+\.box-3\.png)$/.test(path))).toEqual([]);
    expect(JSON.parse(run.after.e!).input).toBe('in/!.png');
  });
});

describe('files of --errors', () => {
  it.each([
    ['in', /^error: --errors in: expected a regular file or an unused path, found a folder; name a file/],
    ['in/', /^error: --errors in\/: expected the path of a file, found a folder$/],
    ['-', /^error: --errors -: standard output is used for results; name a file/],
    ['', /^error: --errors: expected the path of a file, found nothing$/],
    ['none/e', /^error: --errors none\/e: cannot be written: the folder none is not there; name a file/],
    ['in/0.png/e', /^error: --errors in\/0\.png\/e: .*a part of the path is not a folder/],
  ])('that cannot be written end the run before it begins: %j', async (errors, message) => {
    const args = ['-k', 'box-3', '--errors', errors, '-o', 'out/', 'in'];
    expectFailure(await apply(args, { files: pictures(2) }), 2, message);
  });

  it.runIf(process.getuid?.() === 0)('in a folder without permission end it, too', async () => {
    const prepare = (folder: string) => {
      mkdirSync(join(folder, 'shut'), { mode: 0o555 });
    };
    const args = ['-k', 'box-3', '--errors', 'shut/e', '-o', 'out/', 'in'];
    const run = await apply(args, { files: pictures(2), prepare, uid: 65534 });
    expectFailure(run, 2, /^error: --errors shut\/e: .* the folder .*shut takes no files: permission denied/);
  });

  it('may be in a folder that the outputs create', async () => {
    const args = ['-k', 'box-3', '--quiet', '--errors', 'out/e', '-o', 'out/', 'in'];
    const run = await apply(args, { files: pictures(2) });
    expect({ status: run.status, errors: run.after['out/e'] }).toEqual({ status: 0, errors: '' });
  });

  it('is a file of its own for each run', async () => {
    const line = 'apply -k box-3 --quiet --errors e -o out/';
    const files = { ...pictures(1), 'bad.png': 'none' };
    const run = await oneAfterTheOther([`${line} bad.png`, `${line} in`], { files }, (folder) => {
      copyFileSync(join(folder, 'e'), join(folder, 'first'));
    });
    expect(JSON.parse(run.after.first!).input).toBe('bad.png');
    expect(run.after.e).toBe('');
  });
});
