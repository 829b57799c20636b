// The same job for each program: Sobel over one picture, and over a folder of pictures, each in the way its users would
// do it; absolute values only where they cost no second process.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findImageMagick } from '../peers/magick.js';
import { type Command, PYTHON } from './process.js';

export const CONVTOOL = fileURLToPath(new URL('../../bin/convtool.js', import.meta.url));
const OPENCV = fileURLToPath(new URL('./by_opencv.py', import.meta.url));
const SHARP = fileURLToPath(new URL('./by-sharp.mjs', import.meta.url));
const ONLY_CODING = fileURLToPath(new URL('./only-coding.mjs', import.meta.url));
/** ImageMagick's word for the kernel as it is written. */
const MORPHOLOGY = ['-morphology', 'Correlate', '3x3: -1,0,1 -2,0,2 -1,0,1'];

/** vips' own file of Sobel's kernel. */
export const MATRIX = '3 3 1 0\n-1 0 1\n-2 0 2\n-1 0 1\n';

export const convtool = (...args: string[]): Command => ({
  program: process.execPath,
  args: [CONVTOOL, ...args],
});

/** One picture to another: by each program's name. */
export function onePicture(input: string, output: string): Readonly<Record<string, Command>> {
  return {
    convtool: convtool('apply', '--kernel', 'sobel-x', '--quiet', '--out', output, input),
    'python-opencv': { program: PYTHON, args: [OPENCV, '1', input, output] },
    vips: { program: 'vips', args: ['conv', input, output, 'sobel.mat', '--precision', 'integer'] },
    ImageMagick: { program: findImageMagick().program, args: [input, ...MORPHOLOGY, output] },
    sharp: { program: process.execPath, args: [SHARP, input, output] },
  };
}

/** As `onePicture`, for JPEG: vips also as finely as convtool writes, and sharp without any filtering. */
export function oneJpeg(input: string, output: string): Readonly<Record<string, Command>> {
  const sides = onePicture(input, output);
  const fine = `${output}[Q=95,subsample-mode=off]`;
  return {
    ...sides,
    'vips, quality 95, 4:4:4': { ...sides.vips!, args: sides.vips!.args.with(2, fine) },
    'sharp, nothing but decoding and encoding': {
      program: process.execPath,
      args: [ONLY_CODING, input, output],
    },
    'sharp, nothing but decoding': onlyDecoding(input),
  };
}

/** sharp that decodes a picture. */
export function onlyDecoding(input: string): Command {
  return { program: process.execPath, args: [ONLY_CODING, input] };
}

/** Lower bounds for the time of a run over a JPEG; see `leastTimes`. */
export function leastOfJpeg(
  input: string,
  output: string,
): Readonly<Record<'vips' | 'node' | 'sharp', Command>> {
  const node = (...args: string[]): Command => ({ program: process.execPath, args });
  return { vips: onePicture(input, output).vips!, node: node('-e', '0'), sharp: node(ONLY_CODING) };
}

/** A folder of PNGs to another, on two cores. */
export function wholeFolder(input: string, output: string): Readonly<Record<string, Command>> {
  const xargs = (...words: string[]): Command => ({
    program: 'sh',
    args: ['-c', `ls ${input} | xargs -P2 -I{} ${words.join(' ')}`],
  });
  const morphology = MORPHOLOGY.map((word) => `'${word}'`);
  return {
    convtool: convtool('apply', '--kernel', 'sobel-x', '--quiet', '--out', `${output}/`, input),
    'python-opencv': { program: PYTHON, args: [OPENCV, '2', input, output] },
    vips: xargs('vips', 'conv', `${input}/{}`, `${output}/{}`, 'sobel.mat', '--precision', 'integer'),
    ImageMagick: xargs(findImageMagick().program, `${input}/{}`, ...morphology, `${output}/{}`),
  };
}

/** @throws where it is missing. */
export function vipsVersion(): string {
  return /\d[\d.]*/.exec(execFileSync('vips', ['--version'], { encoding: 'utf8' }))![0];
}
