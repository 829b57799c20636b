// `convtool kernels` through the executable: what list, show and check print, their statuses, and the pictures that
// show writes, pixel by pixel where it matters.

import { readdirSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { generators } from '../../dist/kernels/generators/list.js';
import { convtool, expectFailure, type Run, type Setting } from '../support/cli.js';

const words = (line: string) => line.split(' ');
const text = ({ stdout }: Run) => stdout.toString('utf8');
const objects = (run: Run) =>
  text(run)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
async function prints(line: string, setting: Setting = {}): Promise<string> {
  const run = await convtool(words(line), setting);
  expect({ status: run.status, stderr: run.stderr.replace(/^note: .*\n/gm, '') }).toEqual({
    status: 0,
    stderr: '',
  });
  return text(run);
}

const shipped = readdirSync(new URL('../../kernels/', import.meta.url)).map((file) =>
  file.replace('.json', ''),
);
const bank = JSON.stringify({
  name: 'pair',
  description: 'Two of them.',
  group: 'gradient',
  kernels: [
    { name: 'a', weights: [[1, 0, -1]] },
    { name: 'b', weights: [[1, 2, 1]], divisor: 4 },
  ],
});

describe.concurrent('list', () => {
  it('has every kernel and generator once, as text and as JSON', async () => {
    const names = objects(await convtool(['kernels', 'list', '--json'])).map(({ name }) => name);
    expect(names.sort()).toEqual([...shipped, ...generators.map(({ name }) => name)].sort());
    const lines = (await prints('kernels list')).split('\n');
    for (const name of names)
      expect(lines.filter((line) => new RegExp(`^  ${name}[ :]`).test(line))).toHaveLength(1);
  });

  it('prints kind, group, size and parameters', async () => {
    const [sobel] = objects(await convtool(words('kernels list --json sobel-x')));
    expect(sobel).toMatchObject({ kind: 'kernel', size: [3, 3], kernels: 1, parameters: [] });
    const found = objects(await convtool(words('kernels list --json GAUSSIAN generator')));
    expect(found.find(({ name }) => name === 'gaussian')).toMatchObject({
      ...{ kind: 'generator', group: 'smoothing', size: null },
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: 'sigma', description: expect.any(String) }),
      ]),
    });
  });

  it('every word must match; headings without entries are omitted', async () => {
    const found = await prints('kernels list sobel horizontal');
    expect(found).toMatch(/^\w+\n( {2}sobel-\S*x .*\n)+$/);
    expect(found).not.toContain('sobel-y');
  });

  it('suggests similar names where nothing is found', async () => {
    expectFailure(await convtool(words('kernels list sobl')), 2, /"sobl"; nearest: sobel/);
    expectFailure(await convtool(words('kernels list qqqqqq')), 2, /without words, it lists everything$/);
  });
});

describe.concurrent('show', () => {
  it.each([
    [
      'sobel-x',
      [
        /^ {3}-1 {3}0 {3}1\n {3}-2 {3}0 {3}2\n {3}-1 {3}0 {3}1$/m,
        /antisymmetric: flipping only changes the sign/,
        /row +-1 0 1$/m,
        /column +1 2 1$/m,
        /step +along x 0 … 4, settles at 0; along y 0 throughout/,
        /ramp +along x 8 everywhere; along y 0 everywhere/,
        /direct +6 taps +[\d.]+ ns per sample +selected/,
      ],
    ],
    [
      'gaussian-3',
      [
        /^ +1 {2}2 {2}1\n {2}1\/16 · +2 {2}4 {2}2\n +1 {2}2 {2}1$/m,
        /symmetric: flipping changes nothing/,
        /DC gain +1,/,
      ],
    ],
    [
      'emboss',
      [
        /neither: flipping changes the map; even part 7\.69 % of the energy, odd part 92\.3 %/,
        /rank +3 of 3/,
      ],
    ],
    [
      '[[1,0],[0,-1]]',
      [/neither about its anchor: flipping changes the sign and moves the map by 1 to the left and 1 up/],
    ],
    ['[[0.5,0.25],[0.125,0]]', [/1\/8 · +4 +2\n +1 +0$/m]],
    ['[[1.41421356,1]]', [/^ +1\.41421 +1\.00000$/m]],
    [
      'gaussian',
      [
        /^gaussian: a generator$/m,
        /sigma +0 … 1000; required +standard deviation/,
        /example: convtool kernels show gaussian:sigma=2/,
      ],
    ],
  ] as const)('%s', async (ref, patterns) => {
    const shown = await prints(`kernels show ${ref}`);
    for (const pattern of patterns) expect(shown).toMatch(pattern);
    expect(shown).not.toMatch(/undefined|NaN|\u001b/);
  });

  it('a bank: a table, relations between its kernels, grids; --all prints each in full', async () => {
    const files = { 'pair.json': bank };
    const shown = await prints('kernels show pair.json', { files });
    expect(shown).toMatch(/^pair: bank of 2 kernels, gradient\n {2}Two of them\.$/m);
    expect(shown).toMatch(/^ {2}orthogonal: /m);
    expect(shown).toMatch(/^ {2}a +b$/m);
    expect(shown).not.toContain('along x');
    const all = await prints('kernels show pair.json --all', { files });
    expect(all.match(/along x/g)).toHaveLength(4);
  });

  it('--format json keeps the metadata of a bank', async () => {
    const file = await prints('kernels show pair.json --format json', { files: { 'pair.json': bank } });
    expect(JSON.parse(file)).toMatchObject({ name: 'pair', description: 'Two of them.', group: 'gradient' });
  });

  it('--json has the analysis, one object per kernel and one for the bank', async () => {
    const found = objects(
      await convtool(words('kernels show pair.json --json'), { files: { 'pair.json': bank } }),
    );
    expect(found).toMatchObject([
      { name: 'a', bank: 'pair', symmetry: 'antisymmetric', sum: 0, methods: expect.any(Array) },
      { name: 'b', bank: 'pair', symmetry: 'symmetric', gain: 1 },
      { name: 'pair', kind: 'bank', kernels: 2, gram: { kind: 'orthogonal' } },
    ]);
  });

  it('colours only if requested', async () => {
    const coloured = await prints('kernels show sobel-x', {
      env: { FORCE_COLOR: '1', COLORTERM: 'truecolor' },
    });
    expect(coloured).toContain('\u001b[48;2;178;24;43m');
    expect(await prints('kernels show sobel-x', { env: { NO_COLOR: '1' } })).not.toContain('\u001b');
  });

  it.each([
    ['kernels show sobel-x --json --format json', /--json: cannot be combined with --format json/],
    [
      'kernels show sobel-x --picture x.npy',
      /--picture: expected a path that ends in \.png.*, found x\.npy$/,
    ],
    ['kernels show sobel-x --picture x', /--picture: expected a path that ends in/],
    ['kernels show gaussian --format json', /gaussian needs sigma/],
    ['kernels show sobel-xy', /nearest: sobel-x/],
  ] as const)('%s is refused', async (line, message) => {
    expectFailure(await convtool(words(line)), 2, message);
  });
});

describe.concurrent('pictures', () => {
  /** A pixel [r, g, b] of a picture that show wrote. */
  async function picture(ref: string, setting: Setting = {}) {
    const run = await convtool(['kernels', 'show', ref, '--picture', 'k.png'], setting);
    expect(run.status).toBe(0);
    const { data, info } = await sharp(Buffer.from(run.after['k.png']!, 'latin1'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info.channels).toBe(3);
    const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)];
    return { at, ...info };
  }

  // Margin 24, a line of 27 and one of 18 dots with gaps of 20 and 12: the map begins at (24, 101); squares of 96.
  const MAP = [24, 101] as const;
  const square = (x: number, y: number) => [MAP[0] + 96 * x + 12, MAP[1] + 96 * y + 12] as const;

  it('a square for each weight: blue below 0, white at 0, red above, as strong as it is large', async () => {
    const { at } = await picture('sobel-x');
    expect(at(...square(0, 1))).toEqual([33, 74, 178]);
    expect(at(...square(2, 1))).toEqual([178, 24, 43]);
    for (const y of [0, 1, 2]) expect(at(...square(1, y))).toEqual([255, 255, 255]);
    // Half of the largest: halfway to white.
    expect(at(...square(2, 0))).toEqual([217, 140, 149]);
    expect(at(...square(0, 2))).toEqual([144, 165, 217]);
    // The anchor's square has a frame.
    expect(at(MAP[0] + 97, MAP[1] + 98)).toEqual([24, 24, 27]);
    expect(at(0, 0)).toEqual([255, 255, 255]);
  });

  it.each([
    ['sobel-x', 'dark', [13, 8, 36]],
    ['[[1,2,1],[2,4,2],[1,2,1]]', 'light', [252, 244, 190]],
    ['laplacian-8', 'dark', [13, 8, 36]],
  ])('|H| of %s is %s at frequency 0', async (ref, _, expected) => {
    const { at, width } = await picture(ref);
    // The frame around it is the only place with 291 dark pixels in a row at this height.
    const isInk = (x: number) => at(x, MAP[1]).join() === '24,24,27';
    const isFrame = (x: number) => Array.from({ length: 291 }, (_, i) => isInk(x + i)).every(Boolean);
    const starts = Array.from({ length: width - 291 }, (_, x) => x).filter((x) => x > 330 && isFrame(x));
    expect(starts).toHaveLength(1);
    const left = starts[0]! + 1;
    expect(at(left + 144, MAP[1] + 1 + 144)).toEqual(expected);
  });

  it('a bank becomes a sheet, and several planes one panel each', async () => {
    const red = async (ref: string) => {
      const { at, width, height } = await picture(ref);
      const places = Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)));
      return places.filter((pixel) => pixel.join() === '178,24,43').length;
    };
    const two = await red('[[[1]],[[1]]]');
    expect(two).toBeGreaterThan(1000);
    expect(await red('[[[1]],[[1]],[[1]],[[1]]]')).toBe(2 * two);
    await picture('pair.json', { files: { 'pair.json': bank } });
  });

  it('never overwrites the kernel file, under any name', async () => {
    const files = { 'k.json': '[[1]]' };
    const prepare = async (folder: string) =>
      (await import('node:fs')).linkSync(`${folder}/k.json`, `${folder}/k.png`);
    const run = await convtool(words('kernels show k.json --picture k.png'), { files, prepare });
    expectFailure(run, 1, /k\.png: is an input of this run/);
  });

  it('a missing folder is one clear line, with nothing printed before it', async () => {
    const run = await convtool(words('kernels show sobel-x --picture no/k.png'));
    expectFailure(run, 1, /the folder no is not there/);
    expect(run.stdout).toHaveLength(0);
  });
});

describe.concurrent('check', () => {
  const files = {
    'good.json': '{"description": "d", "weights": [[1]]}',
    'bad.json': '{"wieghts": 1,\n "weights": [[1, "x"], [2]]}',
    'cut.json': '[[1,',
    'bank.json': '{"kernels": ["bad.json", "sobel-q"], "bias": 1}',
    'zero.json': '[[0]]',
    'many.json': `[[${Array(50).fill('"x"').join()}]]`,
  };

  it('every fault of every file, one line each, then a summary', async () => {
    const run = await convtool(words('kernels check bad.json cut.json good.json'), { files });
    expect(text(run)).toBe(
      [
        'bad.json: wieghts (line 1, column 2): unknown key; did you mean "weights"?',
        'bad.json: weights[0][1] (line 2, column 18): expected a number, found "x"',
        'bad.json: weights[1] (line 2, column 24): expected 2 numbers, as in weights[0], found 1',
        'cut.json: line 1, column 5: the JSON ends before it is complete',
        '',
      ].join('\n'),
    );
    expect(run.status).toBe(2);
    expect(run.stderr).toBe('error: kernels check: 2 of 3 files invalid, 4 errors\n');
  });

  it('files of a bank are checked with it', async () => {
    const run = await convtool(words('kernels check bank.json'), { files });
    expect(
      text(run)
        .split('\n')
        .map((line) => line.split(' (')[0]),
    ).toEqual([
      'bad.json: wieghts',
      'bad.json: weights[0][1]',
      'bad.json: weights[1]',
      'bank.json: kernels[1]',
      'bank.json: bias',
      '',
    ]);
  });

  it('--json prints one line per file', async () => {
    const [bad, good] = objects(await convtool(words('kernels check bad.json good.json --json'), { files }));
    expect(bad).toMatchObject({ file: 'bad.json', sound: false, notes: [] });
    expect(bad.faults[1]).toMatchObject({ line: 2, column: 18, expected: 'a number', found: '"x"' });
    expect(good).toEqual({ file: 'good.json', sound: true, faults: [], notes: [] });
  });

  it('shows twenty faults of a file and counts the rest', async () => {
    const run = await convtool(words('kernels check many.json'), { files });
    const lines = text(run).trim().split('\n');
    expect(lines).toHaveLength(21);
    expect(lines[20]).toBe('many.json: and 30 more');
    expect(run.stderr).toMatch(/50 errors/);
  });

  it('notes probable mistakes, and exits with 0', async () => {
    const run = await convtool(words('kernels check zero.json'), { files });
    expect(run.status).toBe(0);
    expect(text(run)).toBe('');
    expect(run.stderr).toMatch(/zero\.json: all weights of zero are 0\n.*no description\n.*1 file, valid\n$/);
  });

  it('shipped kernels have no faults', async () => {
    expect(await prints(`kernels check ${shipped.join(' ')} --quiet`)).toBe('');
  });

  it('a missing file is a fault', async () => {
    const run = await convtool(words('kernels check none.json good.json'), { files });
    expect(text(run)).toMatch(/^none\.json: .*no such file or folder \(ENOENT\)\n$/);
    expect(run.status).toBe(2);
  });
});
