// Ends every command by a signal at random moments, over pictures of 12 megapixels: its response time, its status, and
// that each output is complete, unchanged or absent, with no temporary file left. Fails on a wrong status or a leftover;
// times are printed, with those of a Node process that only waits for comparison.
//
//   npx tsx test/peers/signals.ts [--moments 100] [--only text of a command] [--seed 1]

import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

const EXECUTABLE = fileURLToPath(new URL('../../bin/convtool.js', import.meta.url));
const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof STATUS;

const LINES = [
  'apply -k sobel-x -o out/ big.png',
  'apply -k gaussian:sigma=20 -o out/ big.jpg',
  'apply -k kirsch -o out/ big.png',
  'apply -k kirsch --combine max --format tiff -o out/ big.png',
  'apply -k sobel-x --format npy -o out/ big.png',
  'apply -k sobel-x --map minmax -o out/ big.tif',
  'apply -k gaussian:2 --linear --alpha premultiply --channels each -o out/ alpha.png',
  'apply -k gaussian:2 --alpha filter --format tiff --depth float -o out/ alpha.png',
  'apply -k gaussian:2 -o out/ alpha.png',
  'apply -k sobel-x --linear -o out/ big.png',
  'apply -k gaussian:sigma=20 --linear --format tiff --depth float -o out/ float.tif',
  'apply -k random:size=41,seed=1 -o out/ gaps.npy',
  'apply -k sobel --combine angle -o out/ big.png',
  'apply -k sobel --combine angle --format npy -o out/ big.tif',
  'apply -k sobel --combine maxabs --linear --format pfm -o out/ big.png',
  'apply -k sobel --stack --format npy -o out/ float.tif',
  'apply -k prewitt --sheet -o out/ big.jpg',
  'apply -k sobel-x --linear -o out/ big.jpg turned.tif small-1.png',
  'apply -k box:3 --format ppm -o out/ deflate.tif',
  'apply -k box:3 --border wrap --map minmax -o out/ turned.tif',
  'apply -k random:size=301,seed=1 -o out/ big.png',
  'apply -k random:size=1001,seed=1 -o out/ small-1.png',
  'apply -k sobel-x --format webp -o out/ big.png',
  'apply -k sobel-x -o out/ small-1.png small-2.png small-3.png small-4.png',
  'compare -k emboss -o out/ big.png',
  'compare -k emboss --maps --report out/page.html --json -o out/ big.jpg',
  'compare -k kirsch -o out/ big.png',
  'explain --at 100,100 -k box:301 big.png',
  'explain --at 100,100 -k random:size=501,seed=1 big.png',
  'fit --before big.png --after after.png --size 9',
  'project -b dct:4 -o out/ big.png',
  'project -b pca:8 --no-write small-1.png big.png',
  'reconstruct big.dct-n-4.json --steps 2 --compare big.png -o out/',
  'reconstruct big.dct-n-4.json --keep 10% --steps 2 -o out/kept.npy',
  'kernels show random:size=501,seed=1',
  'kernels show random:size=1001,seed=1 --json',
  'kernels show random:size=501,seed=1 --picture out/kernel.png',
  'kernels show random:size=1001,seed=1 --format json',
  'kernels list',
  'run stack.json -o out/ --sheet big.png',
];

const STACK = {
  layers: [
    {
      type: 'conv',
      weights: Array(4).fill(
        Array(3).fill([
          [1, 0, -1],
          [2, 0, -2],
          [1, 0, -1],
        ]),
      ),
    },
    { type: 'relu' },
    { type: 'max-pool', size: 2 },
  ],
};

const { values } = parseArgs({
  options: {
    moments: { type: 'string', default: '100' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
  },
});

let state = Number(values.seed) >>> 0;
/** 0…1, the same for a seed. */
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds of the run, and from the signal to its end. */
  readonly ran: number;
  readonly answer: number;
  readonly stderr: string;
}

/** Runs in `folder` and sends `signal` after `ms`, or never. */
function run(
  words: readonly string[],
  folder: string,
  signal: Signal = 'SIGTERM',
  ms = Infinity,
): Promise<Ended> {
  const started = performance.now();
  const child = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  let sent = Number.NaN;
  const timer =
    ms === Infinity
      ? undefined
      : setTimeout(() => {
          sent = performance.now();
          child.kill(signal);
        }, ms);
  return new Promise((resolve) => {
    child.on('exit', (status, by) => {
      const now = performance.now();
      clearTimeout(timer);
      child.on('close', () =>
        resolve({ status, signal: by, ran: now - started, answer: now - sent, stderr }),
      );
    });
  });
}

async function makeInputs(folder: string): Promise<void> {
  const [width, height] = [4000, 3000];
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = 128 + 90 * Math.sin(i / 9001) + 20 * random();
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  const small = picture.clone().extract({ left: 0, top: 0, width: 1000, height: 1000 });
  await Promise.all([
    picture.clone().png({ compressionLevel: 1 }).toFile(join(folder, 'big.png')),
    picture.clone().jpeg({ quality: 92 }).toFile(join(folder, 'big.jpg')),
    picture.clone().tiff({ compression: 'none' }).toFile(join(folder, 'big.tif')),
    picture
      .clone()
      .tiff({ compression: 'deflate', predictor: 'horizontal' })
      .toFile(join(folder, 'deflate.tif')),
    picture.clone().withMetadata({ orientation: 6 }).tiff().toFile(join(folder, 'turned.tif')),
    picture.clone().ensureAlpha(0.5).png({ compressionLevel: 1 }).toFile(join(folder, 'alpha.png')),
    picture.clone().blur(2).png({ compressionLevel: 1 }).toFile(join(folder, 'after.png')),
    ...[1, 2, 3, 4].map((i) =>
      small
        .clone()
        .png()
        .toFile(join(folder, `small-${i}.png`)),
    ),
  ]);
  writeFileSync(join(folder, 'stack.json'), JSON.stringify(STACK));
  await run([EXECUTABLE, 'project', '-b', 'dct:4', 'big.png'], folder);
  const asFloat = [EXECUTABLE, 'apply', '-k', 'identity', '--depth', 'float', 'big.png', '-o'];
  await run([...asFloat, 'float.tif'], folder);
  await run([...asFloat, 'gaps.npy'], folder);
  // A strip without data: its sums are taken again.
  const array = readFileSync(join(folder, 'gaps.npy'));
  array.fill(0xff, array.length / 2, array.length / 2 + width * 3 * 4 * 60);
  writeFileSync(join(folder, 'gaps.npy'), array);
}

function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'latin1')]),
  );
}

const root = mkdtempSync(join(tmpdir(), 'convtool-signals-'));
let wrong = 0;
try {
  const inputs = join(root, 'inputs');
  mkdirSync(inputs);
  await makeInputs(inputs);
  const place = (name: string) => {
    const folder = join(root, name);
    mkdirSync(join(folder, 'out'), { recursive: true });
    for (const input of readdirSync(inputs)) symlinkSync(join(inputs, input), join(folder, input));
    return folder;
  };
  const lines = LINES.filter((line) => line.includes(values.only));
  const whole = new Map<string, { ran: number; files: Record<string, string> }>();
  for (const line of lines) {
    const folder = place('whole');
    const done = await run([EXECUTABLE, ...line.split(' ')], folder);
    if (done.status !== 0) throw new Error(`${line}: status ${done.status}: ${done.stderr}`);
    console.log(`${done.ran.toFixed(0).padStart(6)} ms: ${line}`);
    whole.set(line, { ran: done.ran, files: filesIn(join(folder, 'out')) });
    rmSync(folder, { recursive: true });
  }
  const answers: { line: string; ms: number; after: number; waiting: number; by: string }[] = [];
  for (let moment = 0; moment < Number(values.moments); moment++) {
    const line = lines[moment % lines.length]!;
    const { ran, files } = whole.get(line)!;
    const signal = (Object.keys(STATUS) as Signal[])[moment % 3]!;
    const after = random() * ran;
    const folder = place('cut');
    const ended = await run([EXECUTABLE, ...line.split(' ')], folder, signal, after);
    // What a shell reports for a process that the signal itself has ended.
    const status = ended.status ?? (ended.signal === null ? null : STATUS[ended.signal as Signal]);
    const complain = (what: string) => {
      wrong++;
      console.log(`WRONG: ${line}: ${signal} after ${after.toFixed(0)} ms: ${what}`);
    };
    if (Number.isFinite(ended.answer)) {
      if (status !== STATUS[signal])
        complain(`status ${ended.status}, signal ${ended.signal}: ${ended.stderr}`);
      const idle = [
        '-e',
        "for (const s of ['SIGINT','SIGTERM','SIGHUP']) process.on(s, () => process.exit(1)); setInterval(() => 0, 50)",
      ];
      const waiting = (await run(idle, folder, signal, 300)).answer;
      const by = ended.status === null ? 'the signal itself' : 'its handler';
      answers.push({ line, ms: ended.answer, after, waiting, by });
    }
    for (const [name, bytes] of Object.entries(filesIn(join(folder, 'out'))))
      if (!(name in files)) complain(`${name} is left`);
      else if (bytes !== files[name] && !bytes.includes('"ms"') && !name.endsWith('.html'))
        complain(`${name} is partial`);
    rmSync(folder, { recursive: true });
  }
  answers.sort((a, b) => b.ms - a.ms);
  const share = (limit: number) => answers.filter(({ ms }) => ms > limit).length;
  for (const { line, ms, after, waiting, by } of answers.slice(0, 15))
    console.log(
      `${ms.toFixed(0).padStart(6)} ms (idle ${waiting.toFixed(0)}) by ${by} after ${after.toFixed(0)}: ${line}`,
    );
  const bySignal = answers.filter(({ by }) => by !== 'its handler').length;
  console.log(
    `${answers.length} answered, ${share(500)} later than 500 ms, ${bySignal} ended by the signal itself, ${wrong} wrong`,
  );
} finally {
  rmSync(root, { recursive: true });
}
if (wrong > 0) process.exitCode = 1;
