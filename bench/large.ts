// Peak memory and time of the command on a grey picture of 900 megapixels: `npx tsx bench/large.ts [folder]`. Fails
// above 3 GiB. Takes minutes and 3 GB in the folder, so neither the tests nor `npm run bench` run it.

import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { table } from './table.js';

const SIDE = 30_000;
const MOST = 3 * 2 ** 30;
const EXECUTABLE = fileURLToPath(new URL('../bin/convtool.js', import.meta.url));

/** Has the process say how much memory it had at most. */
const SAY_PEAK = `
  import { readFileSync, writeSync } from 'node:fs';
  process.on('exit', () => writeSync(2, /VmHWM.*\\n/.exec(readFileSync('/proc/self/status', 'utf8'))[0]));
`;

interface Measured {
  readonly peak: number;
  /** Milliseconds of reading and decoding, filtering, encoding and writing. */
  readonly read: number;
  readonly run: number;
  readonly write: number;
}

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'convtool-large-'));
try {
  const rows: string[][] = [];
  let worst = 0;
  for (const kind of ['ramps', 'noise'] as const) {
    const input = join(folder, `${kind}.png`);
    await drawPicture(input, kind);
    for (const kernel of ['sobel-x', 'gaussian:sigma=2']) {
      for (const format of ['png', 'tiff']) {
        const output = join(folder, `out.${format}`);
        const { peak, read, run, write } = measure(input, output, kernel);
        worst = Math.max(worst, peak);
        const times = [read, run, write].map((ms) => (ms / 1000).toFixed(1));
        const gibibytes = (peak / 2 ** 30).toFixed(2);
        rows.push([kind, megabytes(input), kernel, format, megabytes(output), ...times, gibibytes]);
        rmSync(output);
      }
    }
    rmSync(input);
  }
  const heading = ['picture', 'MB', 'kernel', 'to', 'MB', 'read s', 'filter s', 'write s', 'peak GiB'];
  console.log(table(heading, rows));
  if (worst > MOST) throw new Error(`${worst} bytes at the peak, more than ${MOST}`);
} finally {
  rmSync(folder, { recursive: true });
}

/** Diagonal ramps, which become a small file, or noise, which becomes one as large as its samples. */
async function drawPicture(path: string, kind: 'ramps' | 'noise'): Promise<void> {
  const samples = new Uint8Array(SIDE * SIDE);
  if (kind === 'noise') randomFillSync(samples);
  else {
    const ramp = Uint8Array.from({ length: 2 * SIDE }, (_, i) => i >> 4);
    for (let y = 0; y < SIDE; y++) samples.set(ramp.subarray(y, y + SIDE), y * SIDE);
  }
  const raw = { width: SIDE, height: SIDE, channels: 1 } as const;
  await sharp(samples, { raw, limitInputPixels: false })
    .toColourspace('b-w')
    .png({ compressionLevel: 1 })
    .toFile(path);
}

function measure(input: string, output: string, kernel: string): Measured {
  const node = ['--import', `data:text/javascript,${encodeURIComponent(SAY_PEAK)}`, EXECUTABLE];
  const words = ['apply', '-k', kernel, '--limit-pixels', String(SIDE * SIDE), '--json', '--quiet'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, ...words, '-o', output, input], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
  const { ms } = JSON.parse(stdout) as { ms: Omit<Measured, 'peak'> };
  return { ...ms, peak: Number(/^VmHWM:\s*(\d+) kB$/m.exec(stderr)![1]) * 1024 };
}

function megabytes(path: string): string {
  return (statSync(path).size / 1e6).toFixed(0);
}
