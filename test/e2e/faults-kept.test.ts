// Files that a run must not change stay as they are, whichever call to the file system fails: inputs, and outputs that are
// skipped.

import { linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryName } from '../../dist/io/write/temp-files.js';
import { convtoolIn, expectUntouched } from '../support/cli.js';
import { eachFault, IN_MEMORY } from '../support/fault-runs.js';
import { smallPng } from '../support/picture-bytes.js';

const png = await smallPng(40, 30);
const files = { 'img.png': png, 'second.png': png };
const net = { 'net.json': '{"layers": [{"type": "relu"}]}' };

it.each(['img.png', 'hard.png', 'link.png'])('the input, as the output %s', async (out) => {
  const prepare = (folder: string) => {
    linkSync(`${folder}/img.png`, `${folder}/hard.png`);
    symlinkSync('img.png', `${folder}/link.png`);
  };
  const args = ['apply', '-k', 'sobel-x', '-o', out, 'img.png'];
  for await (const { run } of eachFault(args, { files, prepare, ...IN_MEMORY })) {
    expectUntouched(run);
    expect([1, 2]).toContain(run.status);
  }
});

it('another input, which an output is a link to', async () => {
  const prepare = (folder: string) => {
    mkdirSync(`${folder}/out`);
    symlinkSync('../second.png', `${folder}/out/img.identity.png`);
  };
  // It is read last: until then, only what was looked up before the run protects it.
  const others = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`${i}.png`, png]));
  const inputs = { 'img.png': png, ...others, 'second.png': png };
  const args = ['apply', '-k', 'sobel-x', '-o', 'out/{name}.identity.png', '--threads', '1', 'img.png'];
  const all = [...args, ...Object.keys(others), 'second.png'];
  const selection = { kinds: ['stat'] as const };
  for await (const { run } of eachFault(all, { files: inputs, prepare, ...IN_MEMORY }, selection)) {
    for (const path of Object.keys(inputs)) expect(run.after[path] === run.before[path], path).toBe(true);
    expect([1, 2]).toContain(run.status);
  }
});

it('an output that --resume finds up to date', async () => {
  const args = ['apply', '-k', 'sobel-x', '--resume', '-o', 'out.png', 'img.png'];
  const prepare = async (folder: string) => {
    // An image as old as its output may have changed since.
    utimesSync(`${folder}/img.png`, 1e9, 1e9);
    await convtoolIn(folder, args);
  };
  for await (const { run, failing } of eachFault(args, { files, prepare, ...IN_MEMORY })) {
    expect(run.after['out.png'] === run.before['out.png'], failing.struck[0]?.name).toBe(true);
    expect(Object.keys(run.after)).toEqual(Object.keys(run.before));
  }
});

it.each([
  ['apply -k sobel-x -k sobel-y --no-clobber -o out/ img.png', 'out/img.sobel-x.png'],
  ['run net.json --no-clobber -o out.npy img.png', 'out.npy'],
])('%s', async (args, kept) => {
  const setting = { files: { ...files, ...net, [kept]: 'the old output' }, ...IN_MEMORY };
  for await (const { run } of eachFault(args.split(' '), setting))
    expect(run.after[kept]).toBe('the old output');
});

it('a file of a killed run that cannot be removed is no error', async () => {
  const stale = temporaryName().replace(String(process.pid), '999999999');
  const prepare = (folder: string) => writeFileSync(`${folder}/${stale}`, 'a part');
  const args = ['apply', '-k', 'sobel-x', '--resume', '-o', 'out.png', 'img.png'];
  const struck: string[] = [];
  for await (const { run, failing } of eachFault(args, { files, prepare, ...IN_MEMORY })) {
    const [call] = failing.struck.filter(({ path }) => basename(path) === stale);
    if (!call) continue;
    struck.push(call.name);
    expect(run).toMatchObject({ status: 0, after: { [stale]: 'a part', 'out.png': expect.any(String) } });
  }
  expect(struck).toEqual(['lstatSync', 'unlink']);
});
