// Paths that are not UTF-8 keep their bytes, as inputs and outputs; pipes are read like files.

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneLine } from '../../dist/core/errors.js';
import { walk } from '../../dist/io/find-files.js';
import { bytesOfText, textOfBytes } from '../../dist/io/path-bytes.js';
import { expectFailure, inFolder, shell } from '../support/cli.js';
import { smallPng } from '../support/picture-bytes.js';

describe('any bytes', () => {
  it('are restored from their text, and different ones have different texts', () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.string().map((text) => Buffer.from(text)),
    );
    const bytes = fc.array(part, { maxLength: 6 }).map((parts) => Buffer.concat(parts));
    fc.assert(
      fc.property(bytes, (all) => {
        expect(bytesOfText(textOfBytes(all)).equals(all)).toBe(true);
      }),
    );
  });

  // Made with Python's os.fsdecode, whose surrogateescape this is.
  it.each([
    ['out\xe9.png', 'out\udce9.png'],
    ['\xe2\x82', '\udce2\udc82'],
    ['\xed\xa0\x80', '\udced\udca0\udc80'],
    ['\xc0\xaf', '\udcc0\udcaf'],
    ['\xf4\x90\x80\x80', '\udcf4\udc90\udc80\udc80'],
    ['\xef\xbf\xbd\xff', '\ufffd\udcff'],
    ['\xf0\x9f\x98\x80', '\u{1f600}'],
  ])('%j are %j', (latin1, text) => {
    expect(textOfBytes(Buffer.from(latin1, 'latin1'))).toBe(text);
  });

  it('are shown by their numbers', () => {
    expect(oneLine('out\udce9.png')).toBe('out\\xe9.png');
  });
});

const files = { 'g.png': await smallPng(6, 5) };

describe.concurrent('names that are not UTF-8', () => {
  /** Runs a line of shell; then returns the listing of the folder by `find`, its bytes as Latin-1. */
  const found = async (line: string) => {
    const run = await shell(
      `cd "$(mktemp -d)" && cp "$OLDPWD/g.png" . && { ${line}; }; find . -type f | sort`,
      { files },
    );
    return { stderr: run.stderr, lines: run.stdout.toString('latin1').trimEnd().split('\n') };
  };

  it('of outputs keep their bytes, on standard output too', async () => {
    const line = String.raw`for o in 'out\351' 'out\377'; do convtool apply -k box-3 g.png -o "$(printf "$o.png")"; done`;
    const out = ['out\xe9.png', 'out\xff.png'];
    expect(await found(line)).toEqual({
      stderr: '',
      lines: [...out, './g.png', ...out.map((name) => `./${name}`)],
    });
  });

  it('of inputs are opened, from arguments, lists, folders and patterns, and below folders of such names', async () => {
    const line = String.raw`mkdir "$(printf 'd\351')"; mv g.png "$(printf 'd\351/\342\202.png')"; f=$(printf 'd\351/\342\202.png')
      convtool apply -k box-3 "$f" -o a/
      find . -name '*.png' -path './d*' -print0 | convtool apply -k box-3 -0 --files-from - -o b/
      convtool apply -k box-3 -r . -o c/{below}{name}.png >/dev/null 2>&1
      convtool apply -k box-3 "$(printf 'd\351')/*.png" -o e/; rm -r c`;
    const name = '\xe2\x82.box-3.png';
    expect((await found(line)).lines).toEqual([
      `a/${name}`,
      `b/d\xe9/${name}`,
      `e/${name}`,
      `./a/${name}`,
      `./b/d\xe9/${name}`,
      './d\xe9/\xe2\x82.png',
      `./e/${name}`,
    ]);
  });

  it('of kernels are opened, and errors name their bytes', async () => {
    const line = String.raw`echo '[[1]]' > "$(printf 'k\351.json')"; convtool apply -k "$(printf './k\351.json')" -o x.png g.png; convtool apply -k box-3 "$(printf 'no\351.png')"`;
    const { lines, stderr } = await found(line);
    expect(lines[0]).toBe('x.png');
    expect(stderr).toBe('error: no\\xe9.png: cannot be read: no such file or folder (ENOENT)\n');
  });
});

describe.concurrent('pipes', () => {
  it.each([
    ['a kernel', `convtool apply -k <(echo '[[0,1,0],[1,1,1],[0,1,0]]') --map clamp g.png -o o.png`],
    ['a list', 'convtool apply -k box-3 --files-from <(ls g.png) -o o/'],
    ['an image', 'convtool apply -k box-3 <(cat g.png) -o o.png'],
    ['an image by /dev/stdin', 'cat g.png | convtool apply -k box-3 /dev/stdin -o o.png'],
    ['a kernel on standard input', `echo '[[1]]' | convtool apply -k - g.png -o o.png`],
    ['a named pipe', 'mkfifo p; cat g.png > p & convtool apply -k box-3 p -o o.png; rm p'],
  ])('hold %s', async (_, line) => {
    const run = await shell(line, { files });
    expect(run.stdout.toString()).toMatch(/^o(\.png|\/g\.box-3\.png)\n$/);
    expect(run.stderr).not.toContain('Warning');
    const plain = line.includes('box-3')
      ? await shell('convtool apply -k box-3 g.png -o p.png', { files })
      : null;
    const output = run.after['o.png'] ?? run.after['o/g.box-3.png'];
    if (plain) expect(output === plain.after['p.png']).toBe(true);
  });

  it.each([
    [
      'that never end',
      'convtool apply -k <(cat /dev/zero 2>/dev/null) g.png',
      2,
      /at most 16 MB, found more/,
    ],
    ['without a writer', 'convtool apply -k box-3 <(true) -o o.png', 1, /found an empty file/],
    [
      'without a name for the output',
      // What cat writes to standard error when its reader ends is not convtool's.
      'convtool apply -k box-3 <(cat g.png 2>/dev/null)',
      2,
      /is a pipe, which has no name .*--out/,
    ],
    [
      'that are read twice',
      `echo '[[1]]' | convtool apply -k - - -o o.png`,
      1,
      /standard input: was already read/,
    ],
  ])('%s are one clear line', async (_, line, status, message) => {
    expectFailure(await shell(line, { files }), status, message);
  });
});

it('a folder with names of any bytes is listed', async () => {
  await inFolder({}, async (folder) => {
    writeFileSync(Buffer.concat([Buffer.from(join(folder, 'x')), Buffer.of(0xe9)]), '');
    writeFileSync(join(folder, 'x\ufffd'), '');
    const { files: all } = await walk(folder, { recursive: false, isWanted: () => true, skip: null });
    expect(all.map(({ path }) => path.slice(folder.length + 1)).sort()).toEqual(
      ['x\udce9', 'x\ufffd'].sort(),
    );
    expect(readdirSync(folder)).toHaveLength(2);
  });
});
