// Checks that other programs read convtool's pictures as meant: writes every format, depth and number of channels, by
// library and by command line, and reads them with OpenCV, tifffile, Pillow, NumPy, netpbm, ImageMagick, tiffinfo and
// pngcheck. `npx tsx test/peers/pictures.ts`: exit 1 if one disagrees or is missing. Debian packages: python3-opencv
// python3-skimage python3-pil netpbm imagemagick libtiff-tools pngcheck.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Depth, type Samples, writeImage } from '../../dist/index.js';
import { madeProfile } from '../support/made-profile.js';
import { samplesOf } from '../support/made-samples.js';

const CHECKER = fileURLToPath(new URL('../fixtures/check_pictures.py', import.meta.url));
const EXECUTABLE = fileURLToPath(new URL('../../bin/convtool.js', import.meta.url));

interface Written {
  readonly path: string;
  readonly picture: Samples;
}

const folder = mkdtempSync(join(tmpdir(), 'convtool-peers-'));
const failures: string[] = [];
try {
  const sources = await byLibrary();
  const all = [...sources, ...byCommandLine(sources)];
  byPython(
    all.filter(({ path, picture }) => /\.(png|tif|npy|pgm|ppm|pam|pfm)$/.test(path) && picture.channels < 5),
  );
  byImageMagick(all);
  byCheckers(all);
  for (const failure of failures) console.log(failure);
  console.log(failures.length > 0 ? `${failures.length} disagreements` : `${all.length} pictures agree`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures.length > 0 ? 1 : 0;

/** Every shape in every lossless format that holds it, and JPEG; with and without profile. */
async function byLibrary(): Promise<Written[]> {
  const written: Written[] = [];
  const formats: Readonly<Record<string, readonly Depth[]>> = {
    ...{ png: [8, 16], tif: [8, 16, 'float'], npy: ['float'], webp: [8], jpg: [8] },
    ...{ pgm: [8, 16], ppm: [8, 16], pam: [8, 16], pfm: ['float'] },
  };
  for (const [ending, depths] of Object.entries(formats)) {
    for (const depth of depths) {
      for (const channels of [1, 2, 3, 4, 5]) {
        const hasAlpha = channels % 2 === 0 && ending !== 'npy';
        if (channels === 5 && ending !== 'tif') continue;
        if (hasAlpha && /jpg|ppm|pfm/.test(ending)) continue;
        // PPM spreads grey over three channels.
        if (ending === (channels === 1 ? 'ppm' : 'pgm')) continue;
        for (const [width, height] of [
          [37, 23],
          [1, 1],
          [700, 401],
          [2100, 1003],
        ] as const) {
          // Large ones are joined of strips, as JPEG; PNG and others have tests of their own.
          if (width > 700 && ending !== 'jpg') continue;
          const plain = samplesOf({ width, height, channels, depth, hasAlpha }, channels);
          const picture = ending === 'jpg' ? { ...plain, data: plain.data.map((_, i) => i % 200) } : plain;
          const pairs: [string, Samples][] = [['', picture]];
          const profile = madeProfile(channels < 3 ? 'GRAY' : 'RGB', 2.2);
          if (width === 37 && /png|tif|webp|jpg/.test(ending) && channels < 5)
            pairs.push(['-icc', { ...picture, icc: profile }]);
          for (const [label, samples] of pairs) {
            const path = join(folder, `${channels}x${depth}-${width}${label}.${ending}`);
            await writeImage(path, samples);
            written.push({ path, picture: samples });
          }
        }
      }
    }
  }
  return written;
}

/** TIFFs of every depth, run through the identity kernel into every format that holds them unchanged. */
function byCommandLine(sources: readonly Written[]): Written[] {
  const written: Written[] = [];
  const formats: Record<string, readonly Depth[]> = {
    png: [8, 16],
    tif: [8, 16, 'float'],
    npy: ['float'],
    webp: [8],
  };
  for (const [ending, depths] of Object.entries(formats)) {
    const fitting = sources.filter(
      ({ path, picture: { channels, depth } }) =>
        path.endsWith('-37.tif') &&
        depths.includes(depth) &&
        channels < 5 &&
        (ending !== 'npy' || channels % 2 === 1),
    );
    const out = join(folder, `by-command-${ending}`);
    mkdirSync(out);
    const args = [
      'apply',
      '-k',
      'identity',
      '-o',
      join(out, `{name}.${ending}`),
      ...fitting.map(({ path }) => path),
    ];
    const { status, stderr } = spawnSync(process.execPath, [EXECUTABLE, ...args], { encoding: 'utf8' });
    // Only the summary, no note that anything was lost.
    const isQuiet = /^(note: \d+ images: \d+ done \(.*\)\n)?$/.test(stderr);
    if (status !== 0 || !isQuiet) failures.push(`convtool to ${ending}: status ${status} ${stderr}`);
    for (const { path, picture } of fitting) {
      written.push({ path: join(out, `${basename(path, '.tif')}.${ending}`), picture });
    }
  }
  return written;
}

/** Runs a program over one subject; its output, or null and a failure where it is missing or complains. */
function outputOf(program: string, args: readonly string[], subject: string, input = ''): Buffer | null {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, maxBuffer: 2 ** 28 });
  if (!error && status === 0 && stderr.length === 0) return stdout;
  // Standard output may contain pixels, which are not readable as a message.
  const text = stdout?.includes(0) ? '' : String(stdout ?? '').slice(0, 4000);
  const said = error ? error.message : `status ${status} ${text}${stderr}`;
  failures.push(`${subject}: ${basename(program)}: ${said.trim()}`);
  return null;
}

function byPython(written: readonly Written[]): void {
  const said = written.map(({ path, picture: { width, height, channels, depth, data } }) => {
    return { path, width, height, channels, depth, data: Array.from(data) };
  });
  outputOf('/usr/bin/python3', [CHECKER], 'by Python', JSON.stringify(said));
}

/** Samples of 8 and 16 bits as ImageMagick sees them; it holds no more. */
function byImageMagick(written: readonly Written[]): void {
  const programs = [
    '/usr/bin/magick',
    '/usr/bin/convert-im7.q16',
    '/usr/bin/convert-im6.q16',
    '/usr/bin/convert',
  ];
  const program = programs.find((path) =>
    String(spawnSync(path, ['-version']).stdout).includes('ImageMagick'),
  );
  if (!program) {
    failures.push('ImageMagick is missing');
    return;
  }
  for (const { path, picture } of written) {
    const { channels, depth, data } = picture;
    if (depth === 'float' || channels > 4) continue;
    const pixels = ['gray', 'rgba', 'rgb', 'rgba'][channels - 1];
    const seen = outputOf(program, [path, '-endian', 'LSB', '-depth', String(depth), `${pixels}:-`], path);
    if (!seen) continue;
    const values = depth === 8 ? new Uint8Array(seen) : new Uint16Array(Uint8Array.from(seen).buffer);
    const step = channels === 2 ? 4 : channels;
    // Two inverse transforms of a JPEG, and what its quality lost.
    const tolerance = path.endsWith('.jpg') ? 24 : 0;
    const differs = Array.from(data).findIndex((value, i) => {
      const c = i % channels;
      const at = Math.floor(i / channels) * step + (channels === 2 && c === 1 ? 3 : c);
      return !(Math.abs(values[at]! - value) <= tolerance);
    });
    if (differs >= 0)
      failures.push(
        `${path}: ImageMagick: sample ${differs} is ${values[differs]}, expected ${data[differs]}`,
      );
  }
}

function byCheckers(written: readonly Written[]): void {
  for (const { path } of written) {
    if (path.endsWith('.tif')) outputOf('tiffinfo', ['-s', path], path);
    if (path.endsWith('.png')) outputOf('pngcheck', ['-q', path], path);
  }
}
