// Which command lines of `apply` get their own thread: all that may name a large picture.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mayReadLarge } from '../../../dist/cli/commands-list.js';
import { encode } from '../../../dist/codecs/registry.js';

const folder = mkdtempSync(join(tmpdir(), 'convtool-large-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A PNG of one colour, which takes few bytes. */
async function flat(width: number, height: number): Promise<Buffer> {
  const shape = { width, height, channels: 1, depth: 8, hasAlpha: false } as const;
  return Buffer.concat(await encode({ ...shape, data: new Uint8Array(width * height) }, 'png', 'a.png'));
}

mkdirSync(join(folder, 'photos'));
writeFileSync(join(folder, 'small.png'), await flat(500, 500));
writeFileSync(join(folder, 'flat.png'), await flat(2000, 1500));
writeFileSync(join(folder, 'short.png'), 'PNG');
writeFileSync(join(folder, 'small.tif'), Buffer.alloc(128 * 1024 - 1));
writeFileSync(join(folder, 'large.tif'), Buffer.alloc(128 * 1024));

describe('a thread of its own', () => {
  it.each([
    ['-k box:3 AT/small.png', false],
    ['-k box:3 AT/small.png AT/small.tif', false],
    ['-k box:3 AT/short.png', false],
    ['-k box:3 AT/none.png', false],
    ['-k box:3 -o AT/photos AT/small.png', false],
    ['-k box:3 --out AT/photos AT/small.png', false],
    ['-k [[1,2]] AT/small.png', false],
    ['-k {"weights":[[1,2]]} AT/small.png', false],
    ['-k box:3 AT/small.png AT/flat.png', true],
    ['-k box:3 AT/large.tif', true],
    ['-k AT/large.tif AT/small.png', true],
    ['-k box:3 AT/photos', true],
    ['-k box:3 AT/*.png', true],
    ['-k box:3 AT/{a,b}.png', true],
    ['-k box:3 -', true],
    ['-k box:3 --files-from AT/list', true],
    ['-k box:3 --files-from=AT/list', true],
    ['-k box:3 AT/\uFFFD.png', true],
    ['-k box:3 /dev/null', true],
  ])('%s: %s', (line, expected) => {
    expect(mayReadLarge(line.replaceAll('AT', folder).split(' '))).toBe(expected);
  });

  it('a word that cannot be a path is not', () => {
    expect(mayReadLarge(['-k', 'a\0b', `${'x'.repeat(5000)}`])).toBe(false);
  });
});
