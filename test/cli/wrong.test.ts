// Wrong command lines through the executable: each is refused with one line that names the option or file,
// before anything is written; 2 for a wrong command line or kernel, 1 for an image or output that fails.

import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, it } from 'vitest';
import { convtool, EXECUTABLE, expectFailure, type Setting, UNPRIVILEGED_UID } from '../support/cli.js';
import { execute } from '../support/execute.js';

const raw = (channels: 1 | 3 | 4) => ({ raw: { width: 12, height: 8, channels } });
const picture = (channels: 1 | 3 | 4) => sharp(new Uint8Array(96 * channels).fill(7), raw(channels));
const files = {
  'img.png': await picture(3).png().toBuffer(),
  'gray.png': await picture(1).toColourspace('b-w').png().toBuffer(),
  'alpha.png': await picture(4).png().toBuffer(),
  'sub/img.png': await picture(3).png().toBuffer(),
  'nothing/sub/notes.txt': 'no picture',
  'edge.json': '{"name": "edge", "weights": [[1, -1]]}',
  'Edge.json': '{"name": "EDGE", "weights": [[1, -1]]}',
  'zero.json': '{"weights": [[1, -1]]}',
  'planes.json': '{"weights": [[[1]], [[2]], [[3]]]}',
  'two-planes.json': '{"weights": [[[1]], [[2]]]}',
};

/** Words of a command line; '' is an empty one. */
const words = (line: string) => line.split(' ').map((word) => (word === "''" ? '' : word));

async function refuses(line: string, status: number, message: RegExp, setting: Setting = {}) {
  expectFailure(await convtool(words(line), { files, ...setting }), status, message);
}

const COUNT = /expected a whole number from 1 to \d+/;
const NUMBER = /expected a finite number/;
const PAIR = /expected x or x,y: whole numbers from 1 to 999999999/;
const CHOICE = /Allowed choices are \w+|[eE]xpected one of/;

describe.concurrent('option values', () => {
  it.each([
    ...['', 'NaN', '0', '-1', '1.5', '0x2', '1e400', '1,2,3', '1,', ',1', '1, 2', '1e2', '１'].flatMap(
      (value) => [['--stride', value, PAIR] as const, ['--dilation', value, PAIR] as const],
    ),
    ...['', 'NaN', '0', '-1', '1.5', '0x2', '1e400', '2,2', '99999999999999999999', 'all'].flatMap(
      (value) => [['--threads', value, COUNT] as const, ['--limit-pixels', value, COUNT] as const],
    ),
    ...['', 'x', '-9'].flatMap((value) => [
      ['--limit-kernel', value, COUNT] as const,
      ['--limit-file', value, COUNT] as const,
    ]),
    ...['', ' ', 'NaN', '1e400', '-1e400', '0x10', 'Infinity', '1,5', '2x', '--1', '1_000'].map(
      (value) => ['--gain', value, NUMBER] as const,
    ),
    ...['constant:', 'constant:abc', 'constant:NaN', 'constant:1e400', 'constant:0x10', 'constant:1,2'].map(
      (value) => ['--border', value, /expected a number within float32, as in constant:7, found \S/] as const,
    ),
    [
      '--border',
      'reflect',
      /libraries mean .*symmetric \(cba\|abcd\|dcb\) or reflect101 \(dcb\|abcd\|cba\)$/,
    ],
    ['--border', 'mirror', /libraries mean .*symmetric \(cba\|abcd\|dcb\) or reflect101 \(dcb\|abcd\|cba\)$/],
    ['--border', 'zero', /one of replicate, symmetric, .*, renormalize, found zero$/],
    ['--border', '', /expected one of replicate/],
    ['--border', 'Replicate', /expected one of replicate/],
    ['--border', 'replicate:1', /expected replicate without a value, found 1$/],
    ['--border', 'a\nb\x1b[31m', /expected one of replicate/],
    ...'extent channels alpha combine format compression map method fail-on'
      .split(' ')
      .flatMap((name) => [[`--${name}`, '', CHOICE] as const, [`--${name}`, 'sgined', CHOICE] as const]),
    ['--extent', 'Same', CHOICE],
    ['--channels', 'rgb', CHOICE],
    ['--format', 'bmp', CHOICE],
    ['--depth', '', /expected 8, 16 or float/],
    ['--depth', '32', /expected 8, 16 or float/],
    ['--depth', '8.0', /expected 8, 16 or float/],
    ['--kernel', '', /expected a name, a generator call, a path or JSON, found nothing$/],
    ['--kernel', 'sobel-xy', /nearest: sobel-x, sobel-y/],
    ['--kernel', 'gaussian:sgima=2', /did you mean "sigma"\?$/],
    ['--kernel', 'none.json', /^error: none\.json: .*no such file/],
    ['--kernel', '/', /^error: \/: expected a regular file, found a folder$/],
    ['--kernel', '/dev/zero', /^error: \/dev\/zero: expected a regular file/],
    ['--kernel', 'img.png/', /^error: img\.png\/: /],
    ['--kernel', '[[1,2],[3]]', /weights\[1\] \(line 1, column 8\): expected 2 numbers/],
    ['--out', '', /expected a path, found nothing$/],
    ['--out', 'x.xyz', /expected a path ending in \.png .*found \.xyz; give the format with --format/],
    ['--out', 'x', /expected a path ending in \.png .*; give the format with --format/],
    ['--out', '{nam}.png', /expected one of the fields \{name\} .*found \{nam\}$/],
  ] as const)('%s %j', async (option, value, message) => {
    // A kernel, an option, nothing else: what is wrong is the value.
    const rest = option === '--kernel' ? ['img.png'] : ['-k', 'sobel-x', 'img.png'];
    const run = await convtool(['apply', option, value, ...rest], { files });
    const named = option === '--kernel' ? message : new RegExp(`${option}.*(${message.source})`);
    expectFailure(run, 2, named);
  });
});

describe.concurrent('command lines', () => {
  it.each([
    ['aply -k sobel-x img.png', /unknown command 'aply' \(Did you mean apply\?\)/],
    ['apply', /missing required argument 'image'/],
    ['apply -k sobel-x', /missing required argument 'image'; .*; - is standard input$/],
    ['apply img.png', /--kernel: expected a kernel, found none; try --kernel sobel-x/],
    ['apply img.png -k', /'-k, --kernel <ref>' argument missing/],
    ['apply img.png -k sobel-x -o', /'-o, --out <path>' argument missing/],
    ['apply img.png -k sobel-x --border', /'--border <mode>' argument missing/],
    ['apply -k sobel-x --bordr wrap img.png', /unknown option '--bordr' \(Did you mean --border\?\)/],
    ['apply --krenel sobel-x img.png', /unknown option '--krenel' \(Did you mean --kernel\?\)/],
    ['apply -k sobel-x -z img.png', /unknown option '-z'/],
    ['apply -k sobel-x --quality 85 img.png', /: png has no quality; add --format jpeg, or --format same /],
    ['apply -k sobel-x --depth float img.png', /expected 8 or 16 for png.*--format npy or tiff/],
    ['apply -k sobel-x --depth 8 --format npy img.png', /--depth 8: expected float for npy/],
    ['apply -k sobel-x --depth 16 -o x.npy img.png', /--depth 16: expected float for npy/],
    ['apply -k sobel-x --depth 16 -o x.jpg img.png', /--depth 16: expected 8 for jpeg/],
    ['apply -k sobel-x --depth float --format webp img.png', /--depth float: expected 8 for webp/],
    [
      'apply -k sobel-x --compression small -o x.tif img.png',
      /--compression small: expected png, found --format tiff; leave it out, or use --format png/,
    ],
    ['apply -k sobel-x --format png -o x.jpg img.png', /an ending for --format png, found \.jpg/],
    [
      'apply -k sobel-x --format npy -o {name}.tif img.png',
      /expected an ending for --format npy, found \.tif/,
    ],
    ['apply -k sobel-x -o - --json img.png', /--out -: .*--json/],
    [
      'apply -k sobel-x -o - img.png gray.png',
      /standard output: would hold both .* of img\.png and .* of gray/,
    ],
    [
      'apply -k sobel-x -k sobel-y -o - img.png',
      /standard output: would hold both sobel-x of .* and sobel-y of/,
    ],
    [
      'apply -k sobel-x -o x.png img.png gray.png',
      /x\.png: would hold both .* of img\.png and .* of gray\.png/,
    ],
    ['apply -k sobel-x -k sobel-y -o x.png img.png', /x\.png: would hold both sobel-x of .* and sobel-y of /],
    [
      'apply -k sobel-x -o o/ img.png sub/img.png',
      /o\/img\.sobel-x\.png: would hold both .* of sub\/img\.png; --out 'o\/\{dir\}\{name\}\.\{kernel\}\.\{ext\}' separates them$/,
    ],
    [
      'apply -k sobel-x img.png ./img.png',
      /would hold both sobel-x of img\.png and sobel-x of \.\/img\.png; name each input once$/,
    ],
    [
      'apply -k sobel-x -o o/ img.png sub/../img.jpg',
      /would hold both .* of img\.png and .*; --out 'o\/.*\{name\}\.\{inputExt\}\.\{kernel\}\.\{ext\}' separates them$/,
    ],
    [
      'apply -k sobel-x -o x.png img.png IMG.jpg',
      /x\.png: would hold both .*; use --out .* like \{dir\}\{name\}\.\{inputExt\}/,
    ],
    ['apply -k sobel-x -k sobel-x img.png', /img\.sobel-x\.png: would hold both .*\{index\}/],
    ['apply -k edge.json -k Edge.json img.png', /would hold both edge of img\.png and EDGE of img\.png/],
    ['apply -k sobel-x -o {kernel}.png img.png gray.png', /sobel-x\.png: would hold both/],
    ['apply -k sobel-x -o img.png img.png', /img\.png: is an input of this run/],
    ['apply -k sobel-x -o ./sub/../img.png img.png', /is the same file as the input img\.png/],
    ['apply -k sobel-x -o {dir}{name}.{ext} sub/img.png', /sub\/img\.png: is an input of this run/],
    ['apply -k sobel-x -o link.png img.png', /link\.png: is the same file as the input img\.png/],
    ['apply -k sobel-x -o hard.png img.png', /hard\.png: is the same file as the input img\.png/],
    ['apply -k sobel-x -o img.png link.png', /img\.png: is the same file as the input link\.png/],
    [
      'apply -k sobel-x -o through/img.png img.png',
      /through\/img\.png: is the same file as the input img\.png/,
    ],
    ['apply -k sobel-x -o img.png --dry-run img.png', /img\.png: is an input of this run/],
    ['apply -k sobel-x -o img.png gray.png img.png', /img\.png: would hold both|img\.png: is an input/],
    [
      'apply -k ./zero.json --border renormalize img.png',
      /zero: expected weights whose sum is not 0.*renormalize/,
    ],
    [
      'apply -k sobel-x --alpha premultiply alpha.png',
      /sobel-x: expected weights whose sum is not 0.*premultiply/,
    ],
    ['apply -k ./planes.json --alpha premultiply alpha.png', /planes: expected one plane of weights/],
    ['apply -k box:5 --limit-kernel 24 img.png', /expected at most 24 weights, found 25; --limit-kernel/],
    ['apply -k box:3 -k box:3x img.png', /size: expected a whole number .*found "3x"/],
  ] as const)('%s', async (line, message) => {
    await refuses(line, 2, message, { prepare: linkEverything });
  });
});

describe.concurrent('images and outputs that fail', () => {
  it.each([
    ['apply -k sobel-x none.png', /none\.png: cannot be read: no such file or folder/],
    [
      'apply -k sobel-x img.png/none.png',
      /img\.png\/none\.png: cannot be read: a part of the path is not a folder/,
    ],
    [
      'apply -k sobel-x nothing',
      /nothing: holds no picture, that is, no file ending in \.png .*; --recursive searches its subfolders, too/,
    ],
    ["apply -k sobel-x ''", /^error: '': an empty path names no file$/],
    ["compare -k sobel-x ''", /^error: '': an empty path names no file$/],
    ['apply -k sobel-x --channels r gray.png', /--channels r: .* with a channel r, found gray/],
    ['apply -k sobel-x --channels a img.png', /--channels a: .* with a channel a, found r, g, b/],
    ['apply -k ./planes.json gray.png', /gray\.png: kernel planes: expected 3 channels, .* found 1/],
    [
      'apply -k ./planes.json --channels gray img.png',
      /img\.png: kernel planes: expected 3 channels, .* found 1/,
    ],
    ['apply -k ./two-planes.json img.png', /img\.png: kernel two-planes: expected 2 channels, .* found 3/],
    ['apply -k box:9 --extent valid img.png', /img\.png: .*at least 9×9, .*--extent valid, found 12×8/],
    ['apply -k box:3 --dilation 6 --extent valid img.png', /at least 13×13/],
    [
      'apply -k box:3 --extent full --dilation 1000000 img.png',
      /at most 268402689 pixels, found 2000012×2000008/,
    ],
    ['apply -k box:3 --extent full --dilation 999999999 img.png', /at most 268402689 pixels.*--limit-pixels/],
    ['apply -k sobel-x --limit-pixels 95 img.png', /img\.png: expected at most 95 pixels, found 12×8 = 96/],
    ['apply -k sobel-x --limit-file 9 img.png', /img\.png: expected at most 9 bytes.*--limit-file/],
    [
      'apply -k sobel-x -o missing/x.png img.png',
      /missing\/x\.png: cannot be written: the folder missing is not there; make it first$/,
    ],
    ['apply -k sobel-x -o gray.png/x.png img.png', /gray\.png\/x\.png: .*not a folder/],
    [
      'apply -k sobel-x -o gray.png/ img.png',
      /gray\.png\/?: (expected a folder|cannot be made: .*(file|folder))/,
    ],
    ['apply -k sobel-x -o gray.png/{kernel}/x.png img.png', /gray\.png\/sobel-x(\/x\.png)?: .*not a folder/],
    [
      'apply -k sobel-x img.png',
      /img\.sobel-x\.png: expected a regular file or an unused path, found a folder/,
    ],
    ['apply -k sobel-x -o /proc/x.png img.png', /\/proc\/x\.png: cannot be written: /],
    ['apply -k sobel-x -o /proc/x/ img.png', /\/proc\/x\S*: cannot be made: /],
    ['apply -k sobel-x -o /dev/full --format png img.png', /\/dev\/full: expected a regular file/],
    ['apply -k sobel-x -o /dev/null --format png img.png', /\/dev\/null: expected a regular file.*--out -/],
  ] as const)('%s', async (line, message) => {
    const prepare = (folder: string) => {
      if (line === 'apply -k sobel-x img.png') mkdirSync(`${folder}/img.sobel-x.png`);
    };
    await refuses(line, 1, message, { prepare });
  });
});

describe.concurrent('numbers beyond float32 are refused, not written as Infinity', () => {
  it.each([
    'apply -k box:3 --gain 1e300 -o x.npy img.png',
    'apply -k box:3 --gain 1e39 --depth float -o x.tif img.png',
    'apply -k [[9,9],[9,9]] --border constant:3e38 -o x.npy img.png',
  ])('%s', async (line) => {
    const run = await convtool(words(line), { files });
    expectFailure(run, run.status === 1 ? 1 : 2, /3\.4e38|float32|too large|finite/);
  });
});

/** Permissions do not restrict root, who becomes another user, if that user may run the executable. */
const canLackRights =
  UNPRIVILEGED_UID === undefined ||
  (await execute(EXECUTABLE, ['--version'], { uid: UNPRIVILEGED_UID, gid: UNPRIVILEGED_UID }).then(
    () => true,
    () => false,
  ));

describe.skipIf(!canLackRights)('without rights', { concurrent: true }, () => {
  it.each([
    ['apply -k sobel-x -o shut/x.png img.png', /shut\/x\.png: cannot be written: permission denied/],
    ['apply -k sobel-x -o shut/x/ img.png', /shut\/x: cannot be made: permission denied/],
    ['apply -k sobel-x -o gray.png img.png', /gray\.png: cannot be replaced: permission denied/],
    ['apply -k sobel-x secret.png', /secret\.png: cannot be read: permission denied/],
  ] as const)('%s', async (line, message) => {
    const prepare = (folder: string) => {
      mkdirSync(`${folder}/shut`, { mode: 0o555 });
      chmodSync(`${folder}/gray.png`, 0o444);
      if (!line.includes('secret')) return;
      writeFileSync(`${folder}/secret.png`, 'seen');
      chmodSync(`${folder}/secret.png`, 0o000);
    };
    // The snapshot of the folder could not read that file either.
    if (line.includes('secret') && UNPRIVILEGED_UID === undefined) return;
    await refuses(line, 1, message, { prepare, uid: UNPRIVILEGED_UID });
  });
});

function linkEverything(folder: string): void {
  symlinkSync('img.png', `${folder}/link.png`);
  linkSync(`${folder}/img.png`, `${folder}/hard.png`);
  symlinkSync('.', `${folder}/through`);
}
