// Memory of large pictures: peak memory is little more than the samples of input and outputs, however they are read,
// decoded and encoded; less if they are streamed; and no more for many pictures than for a few. bench/large.ts measures
// the same on 900 megapixels.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { EXECUTABLE, inFolder } from '../support/cli.js';
import { execute } from '../support/execute.js';
import { smallPng } from '../support/picture-bytes.js';

const SIDE = 8000;
/** Bytes of the samples of input and output. */
const SAMPLES = 2 * SIDE * SIDE;

/** Noise, so that files are as large as their samples. */
const noise = await sharp(randomBytes(SIDE * SIDE), { raw: { width: SIDE, height: SIDE, channels: 1 } })
  .toColourspace('b-w')
  .png({ compressionLevel: 0 })
  .toBuffer();

/** Makes a process print its peak memory; the value of `resourceUsage` includes the parent process before exec. */
const SAY_PEAK = `
  import { readFileSync, writeSync } from 'node:fs';
  process.on('exit', () => writeSync(2, /VmHWM.*\\n/.exec(readFileSync('/proc/self/status', 'utf8'))[0]));
`;

/** Bytes at most in memory. */
async function peakOf(args: readonly string[], files: Readonly<Record<string, Uint8Array>>): Promise<number> {
  const node = ['--import', `data:text/javascript,${encodeURIComponent(SAY_PEAK)}`];
  const command = [...node, EXECUTABLE, 'apply', ...args, '--quiet', ...Object.keys(files)];
  const { stderr } = await inFolder({ files }, (cwd) => execute(process.execPath, command, { cwd }));
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(stderr)![1]) * 1024;
}

describe.skipIf(!existsSync('/proc/self/status'))('a large picture', () => {
  it.each([
    ['sobel-x', 'png', 0.8],
    ['sobel-x', 'tiff', 1.5],
    ['gaussian:sigma=2', 'png', 0.8],
    ['sobel', 'png', 0.8],
    ['sobel-x --map minmax', 'png', 0.8],
    // Their input is kept in memory completely.
    ['gaussian:sigma=2 --border wrap', 'png', 1.3],
    ['gaussian:sigma=2 --border wrap', 'tiff', 2],
  ])('through %s to %s takes memory for %d of its samples at most', async (kernel, format, most) => {
    const args = ['-k', ...kernel.split(' '), '--format', format, '-o', `out.${format}`];
    const idle = await peakOf(args, { 'small.png': await smallPng(12, 8) });
    const peak = await peakOf(args, { 'noise.png': noise });
    expect((peak - idle) / SAMPLES).toBeLessThan(most);
  });
});

describe.skipIf(!existsSync('/proc/self/status'))('many large pictures', () => {
  const [width, height] = [4000, 3000];
  const samples = 3 * width * height;
  const raw = { width, height, channels: 3 as const };
  const picture = sharp(randomBytes(samples), { raw }).blur(1).jpeg({ quality: 90 }).toBuffer();

  it('as one complete image to one picture of its size takes memory for its samples once', async () => {
    const args = ['-k', 'sobel-x', '-o', 'out.tiff'];
    const idle = await peakOf(args, { 'small.png': await smallPng(12, 8) });
    const peak = await peakOf(args, { 'large.jpg': await picture });
    // And for the decoder, the strips and the file.
    expect((peak - idle) / samples).toBeLessThan(3.4);
  });

  it.each([
    ['png', '-k sobel-x --border wrap'],
    ['npy', '-k gaussian:2 --method fft'],
  ])('as complete images to %s by %s take hardly more memory than two', async (format, options) => {
    const jpeg = await picture;
    const args = [...options.split(' '), '--format', format, '--memory', '100M', '-o', 'out/'];
    const of = (count: number) =>
      peakOf(args, Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.jpg`, jpeg])));
    const [two, many] = [await of(2), await of(8)];
    expect((many - two) / samples).toBeLessThan(3);
  });
});
