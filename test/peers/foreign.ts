// Checks that other programs read exported kernels as meant: exports kernels with the command line, applies them to a
// picture with NumPy, vips and ImageMagick, and compares with convtool's own responses. `npx tsx
// test/peers/foreign.ts`: exit 1 if one disagrees or is missing. Debian packages: python3-numpy imagemagick
// libvips-tools.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXECUTABLE = fileURLToPath(new URL('../../bin/convtool.js', import.meta.url));
const CHECKER = fileURLToPath(new URL('../fixtures/check_kernels.py', import.meta.url));
/** By its path, because other programs may be called convert. */
const CONVERT = '/usr/bin/convert';

// The same noise in every run, of 16 bits so that ImageMagick's rounding is small in comparison.
const WIDTH = 61;
const HEIGHT = 43;
const noise = Array.from({ length: WIDTH * HEIGHT }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 8) % 65536);

/** ImageMagick of 16 bits cuts what is below 0 or beyond white, so it is given kernels that stay between. */
const KERNELS = {
  plain: '{"weights": [[1, 2, -3], [4, 5, 6]], "divisor": 8}',
  biased: '{"weights": [[0.1, -1e-3, 2], [3, 4, 5], [-6, 7, 8]], "divisor": -3, "bias": 12.5}',
  small: '{"weights": [[0.25, 0.05, 0, 0.3], [0.1, 0, 0.15, 0.05]]}',
  anchored: '{"weights": [[0.25, 0.05, 0], [0.1, 0.3, 0.15]], "anchor": [0, 1]}',
  ninth: '{"weights": [[1, 1, 1], [1, 1, 1], [1, 1, 1]], "divisor": 9}',
  even: '{"weights": [[1, 2], [3, 4]], "divisor": 16}',
  gaussian: 'gaussian:sigma=1.2',
};
type Name = keyof typeof KERNELS;

const convtool = (...args: string[]) =>
  execFileSync(process.execPath, [EXECUTABLE, ...args], { cwd: folder });
const folder = mkdtempSync(join(tmpdir(), 'convtool-kernels-'));
const failures: string[] = [];
let compared = 0;
try {
  const pgm = Buffer.alloc(2 * noise.length);
  for (const [i, value] of noise.entries()) pgm.writeUInt16BE(value, 2 * i);
  writeFileSync(join(folder, 'in.pgm'), Buffer.concat([Buffer.from(`P5 ${WIDTH} ${HEIGHT} 65535\n`), pgm]));
  execFileSync(CONVERT, ['in.pgm', '-define', 'png:bit-depth=16', 'in.png'], { cwd: folder });
  for (const name of ['plain', 'biased', 'small', 'ninth', 'even', 'gaussian'] as const) byVips(name);
  for (const name of ['small', 'anchored', 'ninth', 'even', 'gaussian'] as const) byImageMagick(name);
  for (const name of ['plain', 'small', 'ninth', 'even', 'gaussian'] as const) {
    byNumpy(name, 'npy');
    byNumpy(name, 'csv');
  }
  for (const failure of failures) console.log(failure);
  console.log(failures.length > 0 ? `${failures.length} disagreements` : `${compared} kernels agree`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures.length > 0 ? 1 : 0;

/** Writes a kernel in a format, and convtool's own responses to it; the paths of both. */
function exported(name: Name, format: string): { kernel: string; responses: string } {
  const kernel = `${name}.${format}`;
  writeFileSync(join(folder, kernel), convtool('kernels', 'show', KERNELS[name], '--format', format));
  const responses = `${name}.responses.npy`;
  convtool('apply', '--kernel', KERNELS[name], '--out', responses, 'in.png');
  return { kernel, responses };
}

function byVips(name: Name): void {
  const { kernel, responses } = exported(name, 'mat');
  execFileSync('vips', ['conv', 'in.png', 'vips.v', kernel, '--precision', 'float'], { cwd: folder });
  // As a flat list of numbers: written as a table, grey of 16 bits would be cut to integers.
  execFileSync('vips', ['rawsave', 'vips.v', 'vips.raw'], { cwd: folder });
  compare(`vips conv ${kernel}`, ['floats', 'vips.raw', '', responses, '1e-5']);
}

function byImageMagick(name: Name): void {
  const { kernel, responses } = exported(name, 'imagemagick');
  const text = readFileSync(join(folder, kernel), 'utf8').trim();
  execFileSync(CONVERT, ['in.png', '-morphology', 'Correlate', text, '-depth', '16', 'im.pgm'], {
    cwd: folder,
  });
  compare(`convert -morphology Correlate '${text}'`, ['pgm', 'im.pgm', '', responses, '1']);
}

function byNumpy(name: Name, format: 'npy' | 'csv'): void {
  const { kernel, responses } = exported(name, format);
  compare(`NumPy with ${kernel}`, [`kernel-${format}`, kernel, 'in.pgm', responses, '1e-5']);
}

function compare(what: string, args: string[]): void {
  compared++;
  const said = execFileSync('/usr/bin/python3', [CHECKER, ...args], { cwd: folder, encoding: 'utf8' }).trim();
  if (said !== 'agrees') failures.push(`${what}: ${said}`);
}
