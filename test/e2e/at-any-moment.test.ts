// Ends a computing command by a signal: it exits with the signal's status, and no file is new, changed or left over.
// test/peers/signals.ts does so at random moments of every command, and measures the response time.

import { beforeAll, describe, expect, it } from 'vitest';
import { encode } from '../../dist/codecs/registry.js';
import { convtool, expectFailure } from '../support/cli.js';
import { untilComputed } from '../support/events.js';
import { pictureOf } from '../support/made-contents.js';

const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

let picture: Buffer;
beforeAll(async () => {
  const shape = { width: 2000, height: 1500, channels: 3, depth: 8 } as const;
  picture = Buffer.concat(await encode(pictureOf(shape, ['soft', 'ramp'], 100, 1), 'png', 'a.png'));
});

describe('a signal while a command computes', () => {
  // Each would take seconds: before, it ended with status 0 once all was done.
  it.each([
    ['SIGTERM', 'compare -k kirsch -o out.png img.png'],
    ['SIGINT', 'project -b pca:16 -o out.npy img.png'],
    ['SIGTERM', 'apply --quiet -k kirsch --combine rss --linear -o out.png img.png'],
    ['SIGHUP', 'fit --before img.png --after img.png --size 21 -o out.json'],
  ] as const)('%s: %s', async (signal, line) => {
    const run = await convtool(line.split(' '), {
      files: { 'img.png': picture },
      meanwhile: (child) => void untilComputed(child, 0.6).then(() => child.kill(signal)),
      patience: 120_000,
    });
    expectFailure(run, STATUS[signal], new RegExp(`^error: interrupted by ${signal}`));
  });

  it('the failures so far are written, and the number of finished images is printed', async () => {
    const line = 'apply --quiet -k kirsch --combine rss --linear --errors e -o out/ bad.png img.png';
    const run = await convtool(line.split(' '), {
      files: { 'img.png': picture, 'bad.png': picture.subarray(0, 1000) },
      // The first image has failed, and the second one is under way.
      meanwhile: (child) =>
        child.stderr.once('data', () => void untilComputed(child, 0.6).then(() => child.kill('SIGTERM'))),
    });
    expect(run.status === 143 || run.signal === 'SIGTERM').toBe(true);
    expect(run.stderr).toMatch(
      /^error: bad\.png: .*\nerror: interrupted by SIGTERM; .*; 1 of 2 images done; repeat the command with --no-clobber to process the rest\n$/,
    );
    expect(JSON.parse(run.after.e!).input).toBe('bad.png');
    expect(Object.keys(run.after).sort()).toEqual(['bad.png', 'e', 'img.png']);
  });

  it('a second signal ends it, too', async () => {
    const run = await convtool(['project', '-b', 'pca:16', '-o', 'out.npy', 'img.png'], {
      files: { 'img.png': picture },
      meanwhile: (child) =>
        void untilComputed(child, 0.6).then(() => {
          child.kill('SIGINT');
          child.kill('SIGINT');
        }),
    });
    expect(run.status === 130 || run.signal === 'SIGINT').toBe(true);
    expect(run.after).toEqual(run.before);
  });
});
