// Interrupted runs: by a signal, by kill -9 at random moments while they write, by a full disk. Outputs are complete or
// unchanged, and no file is left that a picture glob would match.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convtool, errorLines, expectClear, expectFailure } from '../support/cli.js';
import { untilComputed } from '../support/events.js';
import { execute } from '../support/execute.js';

/** Noise, so that no format makes it small. */
function noise(width: number, height: number): Promise<Buffer> {
  let state = 1;
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    data[i] = state >>> 24;
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

const large = await noise(1400, 1000);
const middle = await noise(1000, 700);
const SMALL_DISK = ['-t', 'tmpfs', '-o', 'size=64k', 'none'];
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

describe('signals', () => {
  it.each([
    ['SIGINT', '--method reference -k box:41'],
    ['SIGTERM', '--method reference -k box:41'],
    ['SIGHUP', '--method reference -k box:41'],
    ['SIGINT', '--method direct -k box:301'],
    ['SIGTERM', '--method direct -k box:301 --threads 1'],
    ['SIGTERM', '--method direct -k gaussian:sigma=60 --border renormalize --linear'],
    ['SIGHUP', '--method direct -k box:1001'],
  ] as const)('%s ends %s at once, and nothing is left', async (signal, options) => {
    const run = await convtool(['apply', ...options.split(' '), '-o', 'out.png', 'large.png'], {
      files: { 'large.png': large, 'out.png': 'old' },
      meanwhile: async (child) => {
        await untilComputed(child, 0.6);
        child.kill(signal);
        // To the end of their work all would compute for longer than that.
        await untilComputed(child, 10);
        child.kill('SIGKILL');
      },
    });
    expect(run.signal).not.toBe('SIGKILL');
    expectFailure(run, SIGNALS[signal], new RegExp(`^error: interrupted by ${signal}`));
  });

  // The loop is empty then, or the process takes itself down: Node would forget a signal that its listener caught.
  it.each(['beforeExit', 'exit'])('SIGTERM at %s still decides the status', async (moment) => {
    const preload = `import { isMainThread } from 'node:worker_threads';
      if (isMainThread) process.once('${moment}', () => process.kill(process.pid, 'SIGTERM'));`;
    for (const line of ['kernels list', 'apply -k box:3 -o out.png large.png']) {
      const run = await convtool(line.split(' '), {
        files: { 'large.png': large },
        node: ['--import', `data:text/javascript,${encodeURIComponent(preload)}`],
      });
      // Shells report a signal that ended the process as 128 and its number.
      expect([143, 'SIGTERM']).toContain(run.status ?? run.signal);
    }
  });

  it('while standard input is awaited', async () => {
    const run = await convtool(['apply', '-k', 'box:3', '-'], {
      stdin: 'open',
      meanwhile: (child) => setTimeout(() => child.kill('SIGTERM'), 1500),
    });
    expectFailure(run, 143, /^error: interrupted by SIGTERM/);
  });

  it('have statuses that the help and the README list', async () => {
    const help = (await convtool(['--help'])).stdout.toString();
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    for (const status of Object.values(SIGNALS)) {
      expect(help).toMatch(new RegExp(`Exit status:[^]*\\b${status}\\b`));
      expect(readme).toMatch(new RegExp(`Exit status:[^]*\\b${status}\\b.* interrupted`));
    }
  });
});

describe('kill -9', () => {
  const names = ['sobel-x', 'sobel-y', 'box-3', 'identity'];
  const kernels = names.flatMap((name) => ['-k', name]);
  const TEMPORARY = /^out\/\.convtool-\d+-[0-9a-f]+\.tmp$/;

  it.each([
    'tiff',
    'npy',
    'png',
  ])('at ten random moments of writing %s: every output absent, old or complete', async (format) => {
    const args = ['apply', ...kernels, '--quiet', '--format', format, '-o', 'out/', 'middle.png'];
    const fresh = await convtool(args, { files: { 'middle.png': middle } });
    const outputs = names.map((name) => `out/middle.${name}.${format}`);
    expect(Object.keys(fresh.after).sort()).toEqual(['middle.png', 'out', ...outputs].sort());
    const old = { [outputs[0]!]: 'old', [outputs[3]!]: 'old' };
    let killed = 0;
    for (let round = 0; round < 10; round++) {
      const run = await convtool(args, {
        files: { 'middle.png': middle, ...old },
        meanwhile: (child, folder) => killWhileWriting(child, join(folder, 'out'), round),
      });
      expect(run.after['middle.png'] === run.before['middle.png']).toBe(true);
      for (const path of outputs) {
        const whole = run.after[path] === fresh.after[path] || run.after[path] === old[path];
        expect(whole, `${path} after round ${round}`).toBe(true);
      }
      const others = Object.keys(run.after).filter((path) => !(path in fresh.after));
      expect(others.length).toBeLessThanOrEqual(1);
      for (const path of others) expect(path).toMatch(TEMPORARY);
      if (run.signal === 'SIGKILL') killed++;
    }
    expect(killed).toBeGreaterThan(2);
  });
});

/** Kills at a random moment after the n-th temporary file was seen, n from 1 to 4. */
function killWhileWriting(
  child: { kill(signal: NodeJS.Signals): boolean },
  out: string,
  round: number,
): void {
  const seen = new Set<string>();
  const wanted = 1 + (round % 4);
  const timer = setInterval(() => {
    const names = existsSync(out) ? readdirSync(out) : [];
    for (const name of names) if (name.endsWith('.tmp')) seen.add(name);
    if (seen.size < wanted && !names.some((name) => name.includes('identity.') && seen.size > 0)) return;
    clearInterval(timer);
    setTimeout(() => child.kill('SIGKILL'), Math.random() * 12);
  }, 1);
  setTimeout(() => clearInterval(timer), 20_000).unref();
}

describe.skipIf(!(await canMount()))('a full disk (needs the right to mount one)', () => {
  it.each([
    'png',
    'tiff',
    'npy',
    'jpeg',
    'webp',
    'raw',
  ])('%s: the old output remains, one error', async (format) => {
    const picture = await noise(200, 200);
    await onSmallDisk(async (disk) => {
      const setting = { files: { 'img.png': picture } };
      writeFileSync(`${disk}/old.${format}`, 'the old output');
      for (const name of ['old', 'new']) {
        const args = [
          'apply',
          '-k',
          'identity',
          '--format',
          format,
          '-o',
          `${disk}/${name}.${format}`,
          'img.png',
        ];
        const run = await convtool(args, setting);
        expectFailure(
          run,
          1,
          new RegExp(`/${name}\\.${format}: cannot be written: no space left on the device`),
        );
        expect(readdirSync(disk)).toEqual([`old.${format}`]);
        expect(readFileSync(`${disk}/old.${format}`, 'utf8')).toBe('the old output');
      }
    });
  });

  it('writes the outputs that fit and names the others', async () => {
    const files = {
      'a.png': await noise(40, 40),
      'b.png': await noise(200, 200),
      'c.png': await noise(40, 40),
    };
    await onSmallDisk(async (disk) => {
      const run = await convtool(['apply', '-k', 'identity', '-o', `${disk}/`, 'a.png', 'b.png', 'c.png'], {
        files,
      });
      expect(run.status).toBe(1);
      expect(errorLines(run)).toHaveLength(1);
      expectClear(errorLines(run)[0]!, /\/b\.identity\.png: cannot be written: no space left/);
      expect(readdirSync(disk).sort()).toEqual(['a.identity.png', 'c.identity.png']);
    });
  });
});

/** A disk of 64 KiB for as long as `use` takes. */
async function onSmallDisk(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'convtool-disk-'));
  try {
    mkdirSync(join(folder, 'disk'));
    await execute('mount', [...SMALL_DISK, join(folder, 'disk')]);
    await use(join(folder, 'disk')).finally(() => execute('umount', [join(folder, 'disk')]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function canMount(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'convtool-disk-'));
  try {
    await execute('mount', [...SMALL_DISK, folder]);
    await execute('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
