// Runs command lines of every kind both in this process and in a new one: exit status, both streams and all files are
// the same. Therefore results of tests in this process hold for the executable.

import { describe, expect, it } from 'vitest';
import { frozenInputs } from '../frozen/inputs.js';
import { convtool, convtoolProcess, type Run, type Setting } from '../support/cli.js';

interface Line {
  readonly args: readonly string[];
  /** Prefixes of the paths of inputs. */
  readonly needs?: readonly string[];
  /** An input that is given on standard input, or its text. */
  readonly stdin?: string;
  readonly env?: Setting['env'];
  /** Default: 0. */
  readonly status?: 1 | 2;
}

const line = (text: string, needs: readonly string[] = ['in/rgb.png'], more: Partial<Line> = {}): Line => ({
  args: text.split(' '),
  needs,
  ...more,
});

const LINES: readonly Line[] = [
  // One image.
  line('apply -k sobel-x -o out.png in/rgb.png'),
  line('apply -k sobel-x in/rgb.png'),
  line('apply -k gaussian:1 --json in/rgba.png', ['in/rgba.png']),
  line('apply -k disk:3 --format npy -o out/ in/float.tif', ['in/float.tif']),
  line('apply -k sharpen --format webp --quality 60 in/photo.jpg', ['in/photo.jpg']),
  line('apply -k kirsch --sheet -o sheet.png in/gray.png', ['in/gray.png']),
  line('apply -k dct:4 --stack in/gray16.png', ['in/gray16.png']),
  line('apply -k sobel --combine angle --quiet in/rgb.png'),
  line('apply -k emboss --verbose in/palette.png', ['in/palette.png']),
  line('apply -k box-3 --in-place in/rgb.png'),
  line('apply -k disk:4 --explain-plan in/rgb.png'),
  line('apply -k box-3 --preview in/rgb.png', ['in/rgb.png'], { env: { FORCE_COLOR: '1' } }),
  // On a thread of its own, where it is the executable.
  line('apply -k gaussian:2.5 in/large.png', ['in/large.png']),
  line('apply -k emboss --map minmax --threads 1 in/large-gray.png', ['in/large-gray.png']),
  line('apply -k box:9 --format tiff -o out.tif in/large.jpg', ['in/large.jpg']),
  // Several images, and those that fail.
  line('apply -k box-3 -o out/ -r many', ['many/']),
  line('apply -k gaussian:1 -k sharpen --json --threads 1 -o out/ many', ['many/']),
  line('apply -k box-3 -o out/ --errors e many in/cut.png', ['many/', 'in/cut'], { status: 1 }),
  line('apply -k box-3 -o out/ --fail-fast in/cut.png in/notes.txt', ['in/cut', 'in/notes'], { status: 1 }),
  line('apply -k box-3 -o out/ --resume many', ['many/']),
  line('apply -k box-3 -o out/ --shard 2/3 many', ['many/']),
  line('apply -k box-3 --dry-run --json -o out/ many in/none.png', ['many/'], { status: 1 }),
  line('apply -k box-3 many/*.png -o out/', ['many/']),
  line('apply -k box-3 --files-from - -o out/', ['in/rgb.png', 'in/gray.png'], {
    stdin: 'in/rgb.png\nin/gray.png\nin/none.png\n',
    status: 1,
  }),
  // Pipes.
  line('apply -k sobel-x -', [], { stdin: 'in/rgb.png' }),
  line('apply -k sobel-x --format tiff -o - -', [], { stdin: 'in/large.png' }),
  line('apply -k sobel-x -', [], { stdin: 'in/cut.png', status: 1 }),
  line('explain --at 3,4 -k sobel-x -', [], { stdin: 'in/gray.png' }),
  line('compare -k emboss --json --no-picture -', [], { stdin: 'in/rgb.png' }),
  line('apply -k box-3 -', [], { status: 1 }),
  // What is refused.
  line('apply -k sobel-z in/rgb.png', ['in/rgb.png'], { status: 2 }),
  line('apply -k k/wrong.json in/rgb.png', ['in/rgb.png', 'k/'], { status: 2 }),
  line('apply -k box-3 in/missing.png', ['in/rgb.png'], { status: 1 }),
  line('apply -k box-3 -o in/rgb.png in/rgb.png', ['in/rgb.png'], { status: 2 }),
  line('apply -k box-3 --border none in/rgb.png', ['in/rgb.png'], { status: 2 }),
  line('apply -k box-3 -o none/deep/out.png in/rgb.png', ['in/rgb.png'], { status: 1 }),
  line('apply', [], { status: 2 }),
  line('aply', [], { status: 2 }),
  // The other commands.
  line('compare -k emboss -o out.png in/rgb.png'),
  line('compare -k kirsch --maps --report page.html -o out/ in/gray.png', ['in/gray.png']),
  line('compare -k emboss --fail-if-different 0.5 --no-picture in/rgb.png', ['in/rgb.png'], { status: 1 }),
  line('explain --at 0,0 -k emboss --both in/rgb.png', ['in/rgb.png'], { env: { FORCE_COLOR: '1' } }),
  line('explain --at 2,3 -k gaussian:1 --markdown in/rgba.png', ['in/rgba.png']),
  line('explain --at 99,3 -k gaussian:1 --json in/rgba.png', ['in/rgba.png'], { status: 2 }),
  line('fit --before in/middle.png --after in/middle.png --size 3 -o fit.json', ['in/middle.png']),
  line('fit --before in/rgb.png --after in/gray.png --size 3 --json', ['in/rgb.png', 'in/gray.png'], {
    status: 1,
  }),
  line('project --bank pca:4 -o out/ in/middle.png', ['in/middle.png']),
  line('reconstruct none.json', [], { status: 1 }),
  line('run net.json --layer all --sheet -o out/ in/rgb.png', ['net.json', 'in/rgb.png']),
  line('run net.json -o - -', ['net.json'], { stdin: 'in/gray.png' }),
  line('kernels list edge', []),
  line('kernels list --json gabor', []),
  line('kernels show gabor:8 --json', []),
  line('kernels show kirsch --all', [], { env: { FORCE_COLOR: '1', COLORTERM: 'truecolor' } }),
  line('kernels show sobel-x --format csv --picture k.png', []),
  line('kernels check --json k/comet.json k/wrong.json k/none.json', ['k/'], { status: 2 }),
  line('completion bash', []),
  line('--version', []),
  line('help apply', []),
];

const inputs = await frozenInputs((path) =>
  LINES.some(({ needs = [], stdin }) => path === stdin || needs.some((start) => path.startsWith(start))),
);

function settingOf({ needs = [], stdin, env }: Line): Setting {
  const files = Object.fromEntries(
    Object.entries(inputs).filter(([path]) => needs.some((start) => path.startsWith(start))),
  );
  const given = stdin === undefined ? undefined : Buffer.from((inputs[stdin] ?? stdin) as Uint8Array);
  return { files, ...(given && { stdin: given }), ...(env && { env }) };
}

/** The result of a run without what differs between runs: times, and the folder of a list of inputs. */
function outcomeOf({ status, stdout, stderr, after }: Run) {
  const files = Object.entries(after).map(([path, content]) => [
    path,
    // Sidecars of --resume contain the times of files.
    path.endsWith('.convtool') ? 'a note' : content,
  ]);
  return { status, stdout: steady(stdout.toString('latin1')), stderr: steady(stderr), files };
}

function steady(text: string): string {
  return text
    .replace(/"ms":(\{[^}]*\}|[\d.e-]+)/g, '"ms":0')
    .replace(/\b[\d.]+ (ms|s|megapixels\/s)(?!\w)/g, 'some $1');
}

describe('the same in this process as in a new one', () => {
  it.each(
    LINES.map(
      (one) =>
        [
          `${one.args.join(' ')}${one.stdin === undefined ? '' : ` < ${one.stdin.slice(0, 12)}`}`,
          one,
        ] as const,
    ),
  )('%s', async (_, one) => {
    const setting = settingOf(one);
    const [inside, outside] = await Promise.all([
      convtool(one.args, setting),
      convtoolProcess(one.args, setting),
    ]);
    expect(inside.status, inside.stderr).toBe(one.status ?? 0);
    expect(outcomeOf(inside)).toEqual(outcomeOf(outside));
    expect(inside.signal).toBe(outside.signal);
  });
});
