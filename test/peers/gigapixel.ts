// Filters a grey PNG of more than a billion pixels: the output equals the definition wherever it is looked at, and memory
// stays below 300 MB. Prints times and peaks.
//
//   npx tsx test/peers/gigapixel.ts [--side 32768]

import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { crc32, createDeflate } from 'node:zlib';

const EXECUTABLE = fileURLToPath(new URL('../../bin/convtool.js', import.meta.url));
const MAX_PEAK_MB = 300;
const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const { values } = parseArgs({ options: { side: { type: 'string', default: '32768' } } });
const side = Number(values.side);

/** A sample of the picture: gradients and steps, which deflate well. */
function sampleAt(x: number, y: number): number {
  return ((x >> 3) + (y >> 4) * 3 + ((x ^ y) & 64)) & 255;
}

/** Sobel's response along x, with the edges repeated: [[-1,0,1],[-2,0,2],[-1,0,1]] as written. */
function sobelAt(x: number, y: number): number {
  return columnAt(x + 1, y) - columnAt(x - 1, y);
}

/** A column of three samples with weights 1, 2 and 1. */
function columnAt(x: number, y: number): number {
  const at = inside(x);
  return sampleAt(at, inside(y - 1)) + 2 * sampleAt(at, y) + sampleAt(at, inside(y + 1));
}

function inside(at: number): number {
  return Math.min(Math.max(at, 0), side - 1);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
  bytes.writeUInt32BE(data.length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

async function writePicture(path: string): Promise<void> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8;
  const file = openSync(path, 'w');
  writeSync(file, Buffer.concat([SIGNATURE, chunk('IHDR', header)]));
  const row = Buffer.alloc(side + 1);
  function* rows() {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < Math.min(side, 2048); x++) row[x + 1] = sampleAt(x, y);
      // The samples repeat along a row.
      for (let x = 2048; x < side; x *= 2) row.copyWithin(x + 1, 1, x + 1);
      yield Buffer.from(row);
    }
  }
  await pipeline(Readable.from(rows()), createDeflate({ level: 1 }), async (stream) => {
    for await (const piece of stream) writeSync(file, chunk('IDAT', piece as Buffer));
  });
  writeSync(file, chunk('IEND', Buffer.alloc(0)));
  closeSync(file);
}

/** Passes each row of a grey PNG, decoded by libvips, to `take`. */
function readRows(path: string, take: (row: Uint8Array, y: number) => void): void {
  const raw = `${path}.raw`;
  execFileSync('vips', ['rawsave', path, raw]);
  const file = openSync(raw, 'r');
  const row = new Uint8Array(side);
  let y = 0;
  while (readSync(file, row) === side) take(row, y++);
  closeSync(file);
  rmSync(raw);
  if (y !== side) throw new Error(`${path}: ${y} rows instead of ${side}`);
}

/** The first block of positions along an axis, with one more, and the last position. */
function positions(period: number): number[] {
  return [...Array.from({ length: Math.min(side, period + 2) }, (_, i) => i), side - 1];
}

/** Runs the command; returns seconds and the peak of its memory in megabytes. */
function run(folder: string, args: readonly string[]): { readonly seconds: number; readonly peak: number } {
  const report = join(folder, 'peak.mjs');
  writeFileSync(
    report,
    `import { readFileSync } from 'node:fs';
     process.on('exit', () => console.error(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]));`,
  );
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', report, EXECUTABLE, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const peak = Number(stderr.trim().split('\n').at(-1)) / 1000;
  return { seconds: (performance.now() - started) / 1000, peak };
}

const folder = mkdtempSync(join(tmpdir(), 'convtool-gigapixel-'));
try {
  await writePicture(join(folder, 'in.png'));
  let failed = false;
  for (const map of ['abs', 'minmax'] as const) {
    const args = ['apply', '-q', '-k', 'sobel-x', '--map', map, '--limit-pixels', String(side * side)];
    const { seconds, peak } = run(folder, [...args, '-o', 'out.png', 'in.png']);
    let [checked, wrong, least, most] = [0, 0, 0, 0];
    // The samples repeat every 2048 columns and 4096 rows; only edges differ from the first such block.
    const columns = positions(2048);
    for (const y of map === 'minmax' ? positions(4096) : []) {
      for (const x of columns) {
        const response = sobelAt(x, y);
        if (response < least) least = response;
        if (response > most) most = response;
      }
    }
    readRows(join(folder, 'out.png'), (row, y) => {
      for (let x = (y * 7919) % 61; x < side; x += 61) {
        const response = sobelAt(x, y);
        const exact = map === 'abs' ? Math.abs(response) : ((response - least) * 255) / (most - least);
        checked++;
        if (Math.abs(row[x]! - Math.min(255, exact)) > 0.5) wrong++;
      }
    });
    failed ||= wrong > 0 || peak > MAX_PEAK_MB;
    console.log(
      `${map}: ${side}×${side} in ${seconds.toFixed(1)} s, peak ${peak.toFixed(0)} MB; ${checked} samples checked, ${wrong} wrong`,
    );
  }
  process.exitCode = failed ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
