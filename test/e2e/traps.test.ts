// Files and names that other programs handle wrongly: pipes, devices, links, long and odd names; and outputs that already
// exist.

import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ImageError, OutputError, readImage, writeImage } from '../../dist/index.js';
import {
  convtool,
  errorLines,
  expectClear,
  expectFailure,
  expectUntouched,
  inFolder,
  shell,
} from '../support/cli.js';
import { execute } from '../support/execute.js';
import { smallPng } from '../support/picture-bytes.js';

const png = await smallPng(12, 8);
const files = { 'img.png': png };
const IDENTITY = ['apply', '-k', 'identity'];

describe.concurrent('inputs that are not picture files', () => {
  it.each([
    ['fifo.png', /^error: fifo\.png: expected a regular file, found a device, pipe or socket$/],
    ['socket.png', /^error: socket\.png: /],
    ['folder', /^error: folder: holds no picture, that is, no file ending in \.png .*$/],
    ['dangling.png', /^error: dangling\.png: cannot be read: no such file or folder/],
    ['loop.png', /^error: loop\.png: cannot be read: too many symbolic links/],
    ['/dev/zero', /^error: \/dev\/zero: expected a regular file, found a device/],
    ['/dev/null', /^error: \/dev\/null: expected a regular file, found a device/],
    ['/dev/stdin', /^error: \/dev\/stdin: /],
    ['/proc/version', /^error: \/proc\/version: is a text file, which convtool does not read; /],
    ['/proc/self/mem', /^error: \/proc\/self\/mem: /],
    ['n*.png', /^error: n{256}\.png: cannot be read: the name is too long/],
    ['d/*x.png', /^error: d\/d\/.*: cannot be read: the name is too long/],
    ['no\nsuch\x1b[31m\u202e.png', /^error: no\\nsuch\\u\{1b\}\[31m\\u\{202e\}\.png: cannot be read/],
  ] as const)('%s', async (name, message) => {
    const input = name.replace('n*', 'n'.repeat(256)).replace('d/*', 'd/'.repeat(2100));
    const server = createServer();
    const prepare = async (folder: string) => {
      if (input === 'fifo.png') await execute('mkfifo', [`${folder}/${input}`]);
      if (input === 'socket.png')
        await new Promise<void>((done) => server.listen(`${folder}/${input}`, done));
      if (input === 'folder') mkdirSync(`${folder}/${input}`);
      if (input === 'dangling.png') symlinkSync('nowhere.png', `${folder}/${input}`);
      if (input === 'loop.png') symlinkSync(input, `${folder}/${input}`);
    };
    const run = await convtool([...IDENTITY, '-o', 'out.png', input], { files, prepare });
    server.close();
    expectFailure(run, 1, message);
  });

  it('a NUL in a path reaches no other file', async () => {
    await inFolder({ files }, async (folder) => {
      const path = `${folder}/img.png`;
      await expect(readImage(`${path}\0.jpg`)).rejects.toThrow(ImageError);
      const { samples } = await readImage(path);
      await expect(writeImage(`${folder}/new.png\0x.png`, samples)).rejects.toThrow(OutputError);
    });
  });
});

describe.concurrent('odd names', () => {
  it.each([
    ['two words.png'],
    ['two\nlines.png'],
    ['-dash.png'],
    ['--help.png'],
    ['Größe.png'],
    ['画像.png'],
    ['🦊.png'],
    ['{kernel}.png'],
    ['{dir}.png'],
    ['$&$1.png'],
    ['%s%n.png'],
    ['back\\slash.png'],
    ['a.b.c.png'],
    ['.hidden.png'],
    ['no-ending'],
    ['quo\'te".png'],
    ['tab\t.png'],
    ['trailing .png'],
    ['*.png'],
    ['~.png'],
    ['e\u0301.png'],
  ])('%j', async (name) => {
    const run = await convtool([...IDENTITY, '--', name], { files: { [name]: png } });
    const output = name.endsWith('.png') ? name.replace(/\.png$/, '.identity.png') : `${name}.identity.png`;
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    expect(run.stdout.toString()).toBe(`${output}\n`);
    expect(Object.keys(run.after).sort()).toEqual([name, output].sort());
    expect(run.after[name]).toBe(run.before[name]);
  });

  it('of 255 bytes: the default output name is too long, another is not', async () => {
    const name = `${'n'.repeat(251)}.png`;
    const long = { files: { [name]: png } };
    expectFailure(
      await convtool([...IDENTITY, name], long),
      1,
      /^error: n+\.identity\.png: .*the name is too long/,
    );
    expect((await convtool([...IDENTITY, '-o', 'out.png', name], long)).status).toBe(0);
  });

  it('that are not UTF-8 are named by their bytes in errors', async () => {
    const run = await shell(`convtool apply -k identity $'b\\xff.png'`, { files });
    expect(run.status).toBe(1);
    expectClear(errorLines(run).join('\n'), /^error: b\\xff\.png: cannot be read/);
  });

  it('of a deleted folder are one clear error', async () => {
    const line = 'mkdir gone; cd gone; rmdir ../gone; convtool apply -k identity -o out.png';
    for (const input of ['img.png', '$OLDPWD/img.png']) {
      expectFailure(
        await shell(`${line} ${input}`, { files }),
        1,
        /^error: (the current folder no longer exists|.*(img|out)\.png: .*no such file)/,
      );
    }
  });
});

describe.concurrent('outputs', () => {
  it.each(['file', 'dangling'])('through a link to a %s are complete', async (kind) => {
    const prepare = (folder: string) =>
      symlinkSync(kind === 'file' ? 'other.png' : 'nowhere.png', `${folder}/out.png`);
    const setting = { files: { ...files, 'other.png': 'old' }, prepare };
    const run = await shell(
      'convtool apply -k identity -o out.png img.png && cmp out.png <(cat out.png | tee seen)',
      setting,
    );
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    expect(run.after.seen!.startsWith('\x89PNG')).toBe(true);
    expect(['old', run.after.seen]).toContain(run.after['other.png']);
  });

  it.each([
    ['022', '644'],
    ['027', '640'],
    ['077', '600'],
    ['000', '666'],
  ])('obey umask %s', async (mask, mode) => {
    const line = `umask ${mask}; convtool apply -k identity -o new/out.png img.png; convtool apply -k identity -o out.npy img.png`;
    const run = await shell(`mkdir new; ${line}; stat -c %a new/out.png out.npy`, { files });
    expect(run.stdout.toString()).toBe(`new/out.png\nout.npy\n${mode}\n${mode}\n`);
  });

  it('that exist are replaced completely', async () => {
    const run = await convtool([...IDENTITY, '-o', 'out.png', 'img.png'], {
      files: { ...files, 'out.png': 'x'.repeat(9999) },
    });
    expect(run.status).toBe(0);
    expect(await sharp(Buffer.from(run.after['out.png']!, 'latin1')).stats()).toBeTruthy();
  });

  it('that exist are kept with --no-clobber, with a note unless --quiet', async () => {
    const old = { files: { ...files, 'out.png': 'old' } };
    const args = [...IDENTITY, '-o', 'out.png', '--no-clobber', 'img.png'];
    const run = await convtool(args, old);
    expect(run).toMatchObject({ status: 0, stderr: expect.stringMatching(/^note: out\.png: exists .*\n$/) });
    expectUntouched(run);
    expect(await convtool([...args, '--quiet'], old)).toMatchObject({ status: 0, stderr: '' });
  });
});
