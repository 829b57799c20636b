// Standard input and output: closed pipes, full disks, colour, --quiet; and the options that only print.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convtool, expectUntouched, shell } from '../support/cli.js';
import { smallPng } from '../support/picture-bytes.js';

const png = await smallPng(12, 8);
const large = { width: 900, height: 600, channels: 3, background: '#37a' } as const;
const files = { 'img.png': png, 'big.png': await sharp({ create: large }).png().toBuffer() };
const IDENTITY = ['apply', '-k', 'identity'];

describe.concurrent('standard streams', () => {
  it.each([
    ['convtool apply -k identity - < img.png', 0, /^.PNG/, /^$/],
    ['(cat img.png; sleep 2) | convtool compare -k none - 2> /dev/null', 2, /^$/, /^$/],
    ['convtool apply -k identity -o - img.png | head -c 4 | tail -c 3', 0, /^PNG$/, /^$/],
    [
      'cat img.png | convtool apply -k identity - -o -  | cmp - <(convtool apply -k identity img.png -o - < img.png)',
      0,
      /^$/,
      /^$/,
    ],
    [
      'convtool apply -k identity - < /dev/null',
      1,
      /^$/,
      /^error: standard input: .* found an empty file\n$/,
    ],
    [
      'convtool apply -k identity --limit-file 99999 - < /dev/zero',
      1,
      /^$/,
      /^error: standard input: .*--limit-file.*\n$/,
    ],
    [
      'head -c 100 img.png | convtool apply -k identity -',
      1,
      /^$/,
      /^error: standard input: is damaged: the file is truncated; .*\n$/,
    ],
    [
      'convtool apply -k identity -o - img.png > /dev/full',
      1,
      /^$/,
      /^error: standard output: .*no space left.*\n$/,
    ],
    [
      'convtool apply -k identity -o out.png img.png > /dev/full',
      1,
      /^$/,
      /^error: standard output: .*no space.*\n$/,
    ],
    [
      'convtool apply -k identity -o out.png --json img.png > /dev/full',
      1,
      /^$/,
      /^error: standard output: .*no space.*\n$/,
    ],
    ['convtool apply -k identity --json none.png > /dev/full', 1, /^$/, /^(error: .*\n){2}$/],
    [
      'convtool apply -k identity --dry-run img.png > /dev/full',
      1,
      /^$/,
      /^error: standard output: .*no space.*\n$/,
    ],
    [
      'convtool apply -k identity --explain-plan img.png > /dev/full',
      1,
      /^$/,
      /^error: standard output: .*no space.*\n$/,
    ],
    ...[
      '--help',
      '--version',
      'apply --help',
      'kernels --help',
      'help compare',
      'fit --version',
      'completion bash',
    ].map(
      (words) =>
        [`convtool ${words} > /dev/full`, 1, /^$/, /^error: standard output: .*no space.*\n$/] as const,
    ),
    ...[
      ...[
        'kernels list',
        'kernels show gabor',
        'kernels show sobel-x --json',
        'kernels show sobel-x --format csv',
      ],
      ...['compare -k emboss --no-picture img.png', 'explain --at 1,1 -k emboss img.png'],
      'project -b dct:2 --no-write --json img.png',
    ].map(
      (words) =>
        [`convtool ${words} > /dev/full`, 1, /^$/, /^error: standard output: .*no space.*\n$/] as const,
    ),
    ['convtool kernels show dct:8 --all | head -n 1; exit $PIPESTATUS', 1, /^dct.*\n$/, /^$/],
    ['convtool apply -k sobel-x -o out.png img.png 2> /dev/full', 0, /^out\.png\n$/, /^$/],
    [
      'convtool apply -k identity --format raw -o - big.png | head -c 10 | wc -c; exit $PIPESTATUS',
      1,
      /^10\n$/,
      /^$/,
    ],
    ['convtool apply -k identity -o out.png img.png | true', 0, /^$/, /^$/],
    ['convtool --help | true', 0, /^$/, /^$/],
  ] as const)('%s', async (line, status, stdout, stderr) => {
    const run = await shell(line, { files });
    expect({ status: run.status, stderr: run.stderr }).toEqual({
      status,
      stderr: expect.stringMatching(stderr),
    });
    expect(run.stdout.toString()).toMatch(stdout);
    expect(Object.keys(run.after).join()).not.toMatch(/\.tmp/);
  });
});

describe.concurrent('messages', () => {
  it.each([
    [{}, /^error: none\.png: /],
    [{ NO_COLOR: '1' }, /^error: none\.png: /],
    [{ FORCE_COLOR: '1' }, /^\x1b\[31merror:\x1b\[39m none\.png: /],
    [{ FORCE_COLOR: '0' }, /^error: none\.png: /],
    [{ NO_COLOR: '', FORCE_COLOR: '' }, /^(\x1b\[31m)?error:(\x1b\[39m)? none\.png: /],
  ] as const)('obeys %j', async (env, message) => {
    expect((await convtool([...IDENTITY, 'none.png'], { env })).stderr).toMatch(message);
  });

  it('--quiet keeps errors and leaves notes out', async () => {
    const args = ['apply', '-k', 'sobel-x', '-o', 'out/', 'img.png', 'none.png'];
    expect((await convtool(args, { files })).stderr).toMatch(
      /^note: img\.png: .*\nerror: none\.png: .*\nnote: 2 images: 1 done, 1 failed .*\nfailed:\n {2}none\.png: .*\n$/,
    );
    expect((await convtool([...args, '--quiet'], { files })).stderr).toMatch(/^error: none\.png: .*\n$/);
  });

  it.each([
    ['--version', /^\d+\.\d+\.\d+\n$/],
    ['--help', /^Usage: convtool .*Exit status:\n {2}0 /s],
    ['apply --help', /^Usage: convtool apply .*--kernel.*Examples:/s],
    ['apply -k sobel-x --dry-run img.png', /^img\.png → img\.sobel-x\.png\n$/],
    ['apply -k sobel-x --dry-run -o new/ img.png', /^img\.png → new\/img\.sobel-x\.png\n$/],
    [
      'apply -k sobel-x --dry-run --json img.png',
      /^\{"input":"img\.png","output":"img\.sobel-x\.png",.*\}\n$/,
    ],
    [
      'apply -k sobel-x --explain-plan img.png',
      /^img\.png → img\.sobel-x\.png\n {2}input +12×8.*\n {2}method +direct, the cheapest that is exact\n/s,
    ],
    ['apply -k sobel-x --explain-plan --json -o new/ img.png', /^\{.*"method":"\w+".*\}\n$/],
  ] as const)('%s writes nothing', async (line, stdout) => {
    const run = await convtool(line.split(' '), { files });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    expect(run.stdout.toString()).toMatch(stdout);
    expectUntouched(run);
  });
});
