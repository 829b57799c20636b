// Inputs of a run: folders and their trees, patterns, lists of names, and shards for several machines. The outputs show
// which files were read.

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shardOf } from '../../dist/cli/paths/shard.js';
import { apply, fresh, lines } from '../support/apply-runs.js';
import { errorLines, expectFailure, shell } from '../support/cli.js';
import { execute } from '../support/execute.js';
import { smallPng } from '../support/picture-bytes.js';

const png = await smallPng(5, 4);
const K = ['-k', 'identity'];

const tree = {
  'in/b.png': png,
  'in/a.PNG': png,
  'in/.hidden.png': png,
  'in/notes.txt': 'no picture',
  'in/deep/c.png': png,
  'in/deep/er/d e.png': png,
  'in/.secret/s.png': png,
};

describe.concurrent('a folder', () => {
  it('gives its pictures in order, without hidden files and other extensions', async () => {
    const run = await apply([...K, '-o', 'out/', 'in'], { files: tree });
    expect(run.status).toBe(0);
    expect(lines(run)).toEqual(['out/a.identity.png', 'out/b.identity.png']);
    expect(run.stderr).toMatch(/^note: in: 1 file with other endings skipped\nnote: 2 images: 2 done .*\n$/);
  });

  it('with --recursive gives its tree, which --out mirrors', async () => {
    const run = await apply([...K, '-r', '-o', 'out/', './in/'], { files: tree });
    expect(run.status).toBe(0);
    const outputs = ['a.identity.png', 'b.identity.png', 'deep/c.identity.png', 'deep/er/d e.identity.png'];
    expect(lines(run)).toEqual(outputs.map((path) => `out/${path}`));
    expect(fresh(run)).toEqual(outputs.map((path) => `out/${path}`));
  });

  it('is not searched in the output folder, so that a second run does the same', async () => {
    const line = 'convtool apply -k identity -r -o in/out/ in';
    const run = await shell(`${line} > first; ${line} > second; cmp first second`, { files: tree });
    expect(run.status).toBe(0);
    expect(fresh(run).filter((path) => path.startsWith('in/out/in'))).toEqual([]);
  });

  it('may be the output folder: outputs of this command are not inputs', async () => {
    const line = 'convtool apply -k identity -r --quiet in';
    const run = await shell(`${line} > first; ${line} > second; cmp first second; wc -l < second`, {
      files: tree,
    });
    expect(run.stdout.toString().trim()).toBe('4');
    expect(fresh(run).filter((path) => /identity\..*identity/.test(path))).toEqual([]);
  });

  it('follows links to pictures, but not to folders', async () => {
    const prepare = (folder: string) => {
      symlinkSync('b.png', join(folder, 'in/link.png'));
      symlinkSync('.', join(folder, 'in/round'));
    };
    const run = await apply([...K, '-r', '--quiet', '-o', 'out/', 'in'], { files: tree, prepare });
    expect(run.status).toBe(0);
    expect(lines(run)).toContain('out/link.identity.png');
    expect(lines(run)).toHaveLength(5);
  });

  it.runIf(process.getuid?.() === 0)('is processed except for unreadable parts', async () => {
    const prepare = async (folder: string) => {
      await execute('chmod', ['-R', 'a+rwX', folder]);
      await execute('chmod', ['0', join(folder, 'in/deep/er')]);
    };
    const args = [...K, '-r', '--quiet', '-o', 'out/', 'in'];
    const run = await apply(args, { files: tree, prepare, uid: 65534 });
    expect(run.status).toBe(1);
    expect(errorLines(run)).toEqual(['error: in/deep/er: cannot be read: permission denied (EACCES)']);
    expect(lines(run)).toHaveLength(3);
  });

  it('without pictures fails, the others are processed', async () => {
    const files = { ...tree, 'none/deep/x.png': png };
    const run = await apply([...K, '--quiet', '--json', '-o', 'out/', 'none', 'in/b.png'], { files });
    expect(run.status).toBe(1);
    expect(errorLines(run)).toHaveLength(1);
    expect(errorLines(run)[0]).toMatch(/^error: none: holds no picture, .*; --recursive searches/);
    expect(lines(run).map((line) => JSON.parse(line).output)).toEqual([undefined, 'out/b.identity.png']);
  });
});

describe.concurrent('a pattern', () => {
  it.each([
    ['in/**/*.png', ['out/b.identity.png', 'out/deep/c.identity.png', 'out/deep/er/d e.identity.png']],
    ['in/*.{png,PNG}', ['out/a.identity.png', 'out/b.identity.png']],
    ['in/deep/[a-c].png', ['out/c.identity.png']],
    ['./in/?.png', ['out/b.identity.png']],
    ['in/[!b]*.png', []],
    ['in/[!d]*/s.png', []],
    ['in/.h*.png', ['out/.hidden.identity.png']],
    ['in/{.hid,b}*.png', ['out/.hidden.identity.png', 'out/b.identity.png']],
  ])('%s', async (pattern, outputs) => {
    const run = await apply([...K, '--quiet', '-o', 'out/', pattern], { files: tree });
    const none = `error: ${pattern}: no such file, and nothing matches it as a pattern\n`;
    expect(run.stderr).toBe(outputs.length > 0 ? '' : none);
    expect(lines(run)).toEqual(outputs);
  });

  it('finds links to pictures, and follows no link to a folder', async () => {
    const prepare = (folder: string) => {
      symlinkSync('b.png', join(folder, 'in/lnk.png'));
      symlinkSync('../in/deep/c.png', join(folder, 'in/deep/lnk.png'));
      symlinkSync('.', join(folder, 'in/round'));
    };
    const run = await apply([...K, '--quiet', '-o', 'out/', 'in/**/lnk*.png'], { files: tree, prepare });
    expect(run.stderr).toMatch(/^(error: in\/deep\/lnk\.png: cannot be read: no such file.*\n)/);
    expect(lines(run)).toEqual(['out/lnk.identity.png']);
  });

  it('that is the name of a file is that file', async () => {
    const run = await apply([...K, '-o', 'out/', '[ab].png', 'a.png'], {
      files: { '[ab].png': png, 'a.png': png },
    });
    expect(lines(run)).toEqual(['out/[ab].identity.png', 'out/a.identity.png']);
  });

  it('that matches nothing fails', async () => {
    expectFailure(
      await apply([...K, '*.gif'], { files: tree }),
      1,
      /^error: \*\.gif: no such file, and nothing matches it as a pattern$/,
    );
  });
});

describe.concurrent('a list', () => {
  it('with one name per line', async () => {
    const files = { ...tree, list: './in/deep/c.png\r\n\nin/b.png\n- \n' };
    const run = await apply([...K, '--quiet', '-o', 'out/', '--files-from', 'list'], { files });
    expect(run.status).toBe(1);
    expect(lines(run)).toEqual(['out/in/deep/c.identity.png', 'out/in/b.identity.png']);
    expect(errorLines(run)).toEqual(['error: - : cannot be read: no such file or folder (ENOENT)']);
  });

  it('may begin with a byte order mark', async () => {
    const files = { ...tree, list: '\uFEFFin/b.png\r\n' };
    const run = await apply([...K, '--quiet', '-o', 'out/', '--files-from', 'list'], { files });
    expect(run.stderr).toBe('');
    expect(lines(run)).toEqual(['out/in/b.identity.png']);
  });

  it('from find, with any names', async () => {
    const names = ['two\nlines.png', '-dash.png', 'sp ace.png', 'Größe/画像.png', `${'n'.repeat(238)}.png`];
    const files = Object.fromEntries(names.map((name) => [`in/${name}`, png]));
    const line =
      "cd in && find . -name '*.png' -print0 | convtool apply -k identity --quiet -0 --files-from - -o ../out/";
    const run = await shell(line, { files });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    const outputs = names.map((name) => `out/${name.replace('.png', '.identity.png')}`);
    expect(fresh(run)).toEqual(outputs.sort());
  });

  it('that is empty is valid, and nothing is done', async () => {
    const run = await apply([...K, '--files-from', '-'], { files: tree });
    expect(run.status).toBe(0);
    expect(run.stderr).toBe('note: apply: no images to process\n');
  });

  it.each([
    [['--files-from', 'none'], /^error: none: cannot be read: no such file/],
    [['--files-from', '-', '-'], /standard input cannot hold both the list and a picture/],
    [['-0', 'in/b.png'], /^error: --null: needs --files-from/],
    [['--files-from', 'nul'], /^error: --files-from nul: has names separated by NUL; add -0$/],
    [['--shard', '0/3', 'in'], /expected i\/n with i from 1 to n/],
    [['--shard', '4/3', 'in'], /expected i\/n/],
    [['--memory', '1Q', 'in'], /expected a number of bytes/],
    [['-r', '-o', 'x.png', 'in'], /^error: x\.png: would hold both identity of in\/a\.PNG and identity of/],
    [['-o', 'out/', 'in/b.png', 'in/b.png'], /is given twice/],
    [
      ['-o', 'out/', 'x/a.png', 'y/a.png'],
      /would hold both .*; --out 'out\/\{dir\}\{name\}\.\{kernel\}\.\{ext\}' separates them$/,
    ],
    [['--errors', 'out.png', '-o', 'out.png', 'in/b.png'], /^error: out\.png: would hold both/],
    [['--errors', 'in/a.PNG', 'in'], /^error: in\/a\.PNG: is an input of this run/],
  ])('%j is refused before anything is done', async (args, message) => {
    expectFailure(await apply([...K, ...args], { files: { ...tree, nul: 'a.png\0b.png\0' } }), 2, message);
  });
});

describe('shards', () => {
  const file = fc.record({ key: fc.string({ maxLength: 6 }), bytes: fc.nat(2000) });
  const files = fc.uniqueArray(file, { selector: ({ key }) => key, maxLength: 60 });

  it('are independent of the order, disjoint, and complete together', () => {
    fc.assert(
      fc.property(
        files,
        fc.integer({ min: 1, max: 9 }),
        fc.infiniteStream(fc.double()),
        (all, count, chance) => {
          const order = all.map((one) => [chance.next().value, one] as const);
          const mixed = order.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
          const keys = (some: readonly { key: string }[]) => some.map(({ key }) => key).sort();
          const shards = Array.from({ length: count }, (_, i) => shardOf(all, { index: i + 1, count }));
          shards.forEach((shard, i) => {
            expect(keys(shardOf(mixed, { index: i + 1, count }))).toEqual(keys(shard));
          });
          expect(keys(shards.flat())).toEqual(keys(all));
        },
      ),
    );
  });

  it('differ by no more bytes than the largest file has', () => {
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 9 }), (all, count) => {
        const loads = Array.from({ length: count }, (_, i) =>
          shardOf(all, { index: i + 1, count }).reduce((sum, { bytes }) => sum + bytes, 0),
        );
        const largest = Math.max(0, ...all.map(({ bytes }) => bytes));
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(largest);
      }),
    );
  });

  it('distribute empty files by their number', () => {
    const all = Array.from({ length: 10 }, (_, i) => ({ key: String(i), bytes: 0 }));
    expect([1, 2, 3].map((index) => shardOf(all, { index, count: 3 }).length).sort()).toEqual([3, 3, 4]);
  });

  it('of a folder are the same for every path to it', async () => {
    const files = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`in/${i % 3}/${i}.png`, png]));
    const line = (input: string, i: number) =>
      `convtool apply -k identity --quiet -r --shard ${i}/4 -o out/ "${input}"`;
    const both = [1, 2, 3, 4].map(
      (i) => `${line('in', i)} > rel${i}; ${line('$PWD/in/', i)} > abs${i}; cmp rel${i} abs${i}`,
    );
    const run = await shell(`set -e; ${both.join('; ')}; cat rel? | wc -l`, { files });
    expect({ status: run.status, stdout: run.stdout.toString().trim() }).toEqual({ status: 0, stdout: '9' });
  });

  it('that are empty are valid', async () => {
    const run = await apply([...K, '--shard', '7/7', 'in/b.png'], { files: tree });
    expect({ status: run.status, stdout: run.stdout.toString() }).toEqual({ status: 0, stdout: '' });
  });
});

describe('many files', () => {
  it('of a deep tree are in the order of their names', async () => {
    const prepare = (folder: string) => {
      for (let i = 0; i < 60; i++) {
        const place = join(folder, 'in', String(i % 7), String(i % 3));
        mkdirSync(place, { recursive: true });
        writeFileSync(join(place, `${i}.png`), png);
      }
    };
    const run = await apply([...K, '-r', '--quiet', '-o', 'out/', 'in'], { prepare });
    expect(run.status).toBe(0);
    const places = lines(run).map((path) => path.split('/').slice(0, -1).join('/'));
    expect(lines(run)).toHaveLength(60);
    expect(places).toEqual([...places].sort());
  });
});
