// Runs that are cut off and taken up again: --resume skips exactly what the same command made from what has not changed
// since, and what it makes is what an undisturbed run makes.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { apply, fresh, lines } from '../support/apply-runs.js';
import { convtool, EXECUTABLE, expectFailure, filesOf, inFolder, shell } from '../support/cli.js';
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

/** Runs a command twice in one folder, `between` them; the paths that the second one says it wrote. */
async function again(
  first: readonly string[],
  second: readonly string[],
  between: (folder: string) => void = () => undefined,
): Promise<string[]> {
  const run = (folder: string, args: readonly string[]) =>
    execFileSync(process.execPath, [EXECUTABLE, 'apply', '--quiet', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
  return inFolder({ files: pictures(3) }, async (folder) => {
    run(folder, first);
    between(folder);
    return run(folder, second).split('\n').slice(0, -1);
  });
}

const largeTiff = await tiff(10, 1800);

describe.concurrent.each(['png', 'npy', 'tiff', 'jpeg', 'webp', 'raw'])('--resume with %s', (format) => {
  const args = ['-k', 'box-3', '--format', format, '--resume', '-o', 'out/', 'in'];
  const ending = format === 'jpeg' ? 'jpg' : format;
  const all = [0, 1, 2].map((i) => `out/${i}.box-3.${ending}`);

  it('does nothing again', async () => {
    expect(await again(args, args)).toEqual([]);
  });

  it.each([
    ['kernel', ['-k', 'gaussian-3', ...args.slice(2), '-o', 'out/{name}.box-3.{ext}']],
    ['flip', [...args, '--flip']],
    ['border', [...args, '--border', 'wrap']],
    ['gain', [...args, '--gain', '2']],
    ['weights', ['-k', '{"name":"box-3","weights":[[1,2]]}', ...args.slice(2)]],
  ])('does all again with another %s', async (_, other) => {
    expect(await again(args, other)).toEqual(all);
  });

  it('does again what changed, and what is missing', async () => {
    const second = await again(args, args, (folder) => {
      const soon = new Date(Date.now() + 5000);
      utimesSync(join(folder, 'in/1.png'), soon, soon);
      execFileSync('rm', [join(folder, all[2]!)]);
    });
    expect(second).toEqual(all.slice(1));
  });

  it('does again what another program wrote since', async () => {
    const second = await again(args, args, (folder) => {
      writeFileSync(join(folder, all[0]!), small);
    });
    expect(second).toEqual([all[0]]);
  });
});

describe.concurrent('--resume', () => {
  it('changes no byte of an output, and relies on no output that it did not see made', async () => {
    const args = ['-k', 'box-3', '-o', 'out/', 'in'];
    expect(await again(args, [...args, '--resume'])).toHaveLength(3);
    const [plain, resumable] = await Promise.all([
      apply(args, { files: pictures(3) }),
      apply([...args, '--resume'], { files: pictures(3) }),
    ]);
    for (const path of fresh(plain)) expect(resumable.after[path]).toBe(plain.after[path]);
  });

  it('of threads, memory and the like depends not', async () => {
    const args = ['-k', 'box-3', '--resume', '-o', 'out/', 'in'];
    expect(await again(args, [...args, '--threads', '1', '--memory', '1M', '--json'])).toEqual(
      [0, 1, 2].map((i) => expect.stringContaining(`"output":"out/${i}.box-3.png","skipped":true`)),
    );
  });

  it('tells two pictures apart, though they share an output', async () => {
    const files = { 'a/x.png': small, 'b/x.png': large };
    const line = (input: string) => `convtool apply -k box-3 --quiet --resume -o out.png ${input}`;
    const run = await shell(`${line('a/x.png')}; ${line('b/x.png')}; ${line('b/x.png')}`, { files });
    expect(lines(run)).toEqual(['out.png', 'out.png']);
  });

  it('tells a picture from an older one of the same name and length', async () => {
    const files = { 'day1/f.tif': await tiff(10), 'day2/f.tif': await tiff(200) };
    const line = (day: number) => `convtool apply -k box-3 --quiet --resume -o res/ day${day}/f.tif`;
    const before = "touch -d '2001-01-01' day2/f.tif";
    const run = await shell(`${before}; ${line(1)}; ${line(2)}; cp res/f.box-3.png 2; ${line(2)}`, { files });
    expect(lines(run)).toEqual(['res/f.box-3.png', 'res/f.box-3.png']);
    const alone = await apply(['-k', 'box-3', '-o', 'alone.png', 'day2/f.tif'], { files });
    expect(run.after['2']).toBe(alone.after['alone.png']);
  });

  it('makes again what was made of a picture that was overwritten meanwhile', async () => {
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
      const second = execFileSync(process.execPath, [EXECUTABLE, ...all], { cwd: folder, encoding: 'utf8' });
      expect(second.split('\n').slice(0, -1)).toEqual(kernels.map((kernel) => `out/0.${kernel}.png`));
    });
  });

  it.each([
    ['small', small, 1],
    ['small ones that are many', small, 20],
    ['large', largest, 1],
    ['large, of a format that is decoded whole', largeTiff, 1],
  ])('does nothing again for pictures that are %s', async (_, picture, count) => {
    const files = pictures(count, picture);
    const line = 'convtool apply -k sobel-x --quiet --resume -o out/ in';
    const run = await shell(`${line} >/dev/null; ${line}`, { files });
    expect(run.status).toBe(0);
    expect(lines(run)).toEqual([]);
    expect(run.after['out/.0.sobel-x.png.convtool']).toBeDefined();
  });

  it.each([
    240, 245, 246, 255,
  ])('does nothing again where the name of the output has %i bytes', async (length) => {
    const output = `${'é'.repeat(100)}${'x'.repeat(length - 204)}.png`;
    const line = `convtool apply -k box-3 --quiet --resume -o ${output} in`;
    const run = await shell(`${line} && ${line}`, { files: pictures(1) });
    expect(run.stderr).toBe('');
    expect(lines(run)).toEqual([output]);
  });

  it('makes again in another format under the same name', async () => {
    const line = (format: string) =>
      `convtool apply -k box-3 --quiet --resume --format ${format} -o out.dat in`;
    const run = await shell(`${line('png')}; ${line('tiff')}; ${line('tiff')}`, { files: pictures(1) });
    expect(lines(run)).toEqual(['out.dat', 'out.dat']);
    expect(run.after['out.dat']).toMatch(/^II/);
  });

  it('does not rely on what was made of a damaged picture where damage is refused', async () => {
    const files = { 'in.png': large.subarray(0, large.length / 2) };
    const line = 'convtool apply -k box-3 --quiet --resume -o out.png in.png';
    const run = await shell(`${line} --fail-on none && ${line}`, { files });
    expect(lines(run)).toEqual(['out.png']);
    expect(run.status).toBe(1);
  });

  it('keeps how an output was made beside it, as --json says it', async () => {
    const args = ['-k', 'sobel-x', '--flip', '--json', '--quiet', '--resume', '-o', 'out/', 'in'];
    const run = await apply(args, { files: pictures(1) });
    const { recipe } = JSON.parse(lines(run)[0]!);
    expect(recipe).toMatchObject({ kernel: 'sobel-x', flip: true, input: '0.png', inputBytes: small.length });
    expect(fresh(run)).toEqual(['out/.0.sobel-x.png.convtool', 'out/0.sobel-x.png']);
    const { made } = JSON.parse(run.after['out/.0.sobel-x.png.convtool']!);
    expect(JSON.parse(made)).toEqual(recipe);
  });

  it('counts what was there in the summary', async () => {
    const line = 'convtool apply -k box-3 --resume -o out/ in';
    const run = await shell(`${line} >/dev/null 2>&1; rm out/1*; ${line}`, { files: pictures(5) });
    expect(run.stderr).toMatch(/note: 5 images: 1 done, 4 skipped \(/);
    expect(lines(run)).toEqual(['out/1.box-3.png']);
  });
});

describe('kill -9 at fifty random moments, each time taken up again', () => {
  it.each(['png', 'npy'])('%s: in the end all is as if undisturbed', async (format) => {
    const kernels = ['-k', 'box-3', '-k', 'sobel-x'];
    const args = ['apply', ...kernels, '--quiet', '--resume', '--format', format, '-o', 'out/', 'in'];
    const files = pictures(40, large);
    const whole = await convtool(args, { files });
    expect(whole.status).toBe(0);
    const outputs = (all: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(all).filter(([path]) => /^out\/[^.]/.test(path)));
    await inFolder({ files }, async (folder) => {
      let killed = 0;
      for (let round = 0; round < 50; round++) {
        const child = spawn(process.execPath, [EXECUTABLE, ...args], { cwd: folder, stdio: 'ignore' });
        const ended = new Promise<NodeJS.Signals | null>((resolve) =>
          child.on('close', (_, signal) => resolve(signal)),
        );
        // Half of the moments lie in the first outputs of a run, else the first runs would do all of the work.
        setTimeout(() => child.kill('SIGKILL'), 150 + Math.random() * 350);
        if ((await ended) === 'SIGKILL') killed++;
        // What stands there is whole, whenever that was.
        for (const name of existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')) : []) {
          if (name.startsWith('.')) continue;
          const bytes = readFileSync(join(folder, 'out', name), 'latin1');
          expect(bytes === whole.after[`out/${name}`], `${name} after round ${round}`).toBe(true);
        }
        // Work is left for the next round.
        if (round % 5 === 4) execFileSync('sh', ['-c', 'rm -f out/?.* out/1?.*'], { cwd: folder });
      }
      expect(killed).toBeGreaterThan(25);
      execFileSync(process.execPath, [EXECUTABLE, ...args], { cwd: folder });
      const after = await filesOf(folder);
      expect(outputs(after)).toEqual(outputs(whole.after));
      expect(Object.keys(after).filter((path) => path.endsWith('.tmp'))).toEqual([]);
    });
  });
});

describe('a signal', () => {
  it.runIf(hasScript())('Ctrl-C ends at once, says how to go on, and --errors is written', async () => {
    const args = ['apply', '-k', 'box-3', '--method', 'reference', '--errors', 'e', '-o', 'out/', 'in'];
    const files = { ...pictures(60, large), 'in/!.png': small.subarray(0, 60) };
    const seen = await onTerminal(args, { files }, { interruptAt: /\d+ of 61 images/ });
    expect(seen.status).toBe(130);
    expect(seen.delay).toBeLessThan(2000);
    expect(seen.text).toMatch(
      /interrupted by SIGINT; files that were written are whole; \d+ of 61 images done; repeat the command with --no-clobber/,
    );
    expect(seen.left).toContain('e');
  });

  it('leaves whole files only, and the failures so far', async () => {
    const args = ['apply', '-k', 'box-3', '--method', 'reference', '--errors', 'e', '-o', 'out/', 'in'];
    const files = { ...pictures(60, large), 'in/!.png': small.subarray(0, 60) };
    const run = await convtool(args, {
      files,
      meanwhile: (child) => setTimeout(() => child.kill('SIGTERM'), 2500),
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

  it.runIf(process.getuid?.() === 0)('in a folder without rights end it, too', async () => {
    const prepare = (folder: string) => {
      mkdirSync(join(folder, 'shut'), { mode: 0o555 });
    };
    const args = ['-k', 'box-3', '--errors', 'shut/e', '-o', 'out/', 'in'];
    const run = await apply(args, { files: pictures(2), prepare, uid: 65534 });
    expectFailure(run, 2, /^error: --errors shut\/e: .* the folder .*shut takes no files: permission denied/);
  });

  it('may lie in a folder that the outputs make', async () => {
    const args = ['-k', 'box-3', '--quiet', '--errors', 'out/e', '-o', 'out/', 'in'];
    const run = await apply(args, { files: pictures(2) });
    expect({ status: run.status, errors: run.after['out/e'] }).toEqual({ status: 0, errors: '' });
  });

  it('is a file of its own for each run', async () => {
    const line = 'convtool apply -k box-3 --quiet --errors e -o out/';
    const files = { ...pictures(1), 'bad.png': 'none' };
    const run = await shell(`${line} bad.png; cp e first; ${line} in`, { files });
    expect(JSON.parse(run.after.first!).input).toBe('bad.png');
    expect(run.after.e).toBe('');
  });
});
