// Reads the commands of a document and draws the pictures of docs/*.md from the files that these commands write.
// `npm run docs:images` runs the commands in a new folder and draws the pictures; test/e2e/docs.test.ts compares them.

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const root = fileURLToPath(new URL('..', import.meta.url));
const GAP = 8;

export interface Picture {
  /** The file name in docs/images. */
  readonly name: string;
  /** The files shown, from left to right. */
  readonly parts: readonly string[];
  /** Width and height of a sample in pixels; default 1. */
  readonly enlarged?: number;
}

/** The pictures of each document. */
export const PICTURES: Readonly<Record<string, readonly Picture[]>> = {
  'docs/convolution.md': [
    { name: 'smoothing.png', parts: ['samples/chart.png', 'box.png', 'gauss.png'] },
    { name: 'box-response.png', parts: ['box-response.png'] },
    { name: 'gauss-response.png', parts: ['gauss-response.png'] },
    { name: 'gradient.png', parts: ['samples/chart.png', 'rising.png', 'falling.png'] },
    { name: 'comet.png', parts: ['samples/dot.png', 'correlated.png', 'convolved.png'], enlarged: 8 },
    { name: 'border.png', parts: ['replicate.png', 'constant.png', 'wrap.png'], enlarged: 2 },
    { name: 'gabor.png', parts: ['across.png', 'diagonal.png', 'down.png', 'energy.png'] },
  ],
  'docs/projection.md': [
    { name: 'kept.png', parts: ['samples/chart.png', 'ten-maps.png', 'five-percent.png'] },
    { name: 'sheet.png', parts: ['sheet.png'] },
    { name: 'phase.png', parts: ['samples/sizes.png', 'gabor-phase.png', 'steerable-phase.png'] },
    { name: 'learned.png', parts: ['learned.png'] },
  ],
  'docs/pooling.md': [
    { name: 'pooling.png', parts: ['samples/sizes.png', 'averaged.png', 'pooled.png', 'dilated.png'] },
  ],
};

/** The pictures of README.md: outputs of its commands in samples/, copied unchanged. */
export const README_PICTURES: readonly string[] = ['lighthouse.sobel-x.png', 'chart.emboss.compare.png'];

/** The code blocks of one language in a document of the project. */
export function blocks(document: string, language: string): string[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, block]) => block!,
  );
}

/** The commands of a document: the lines of its sh blocks, without `npm ci` and the line that runs the tests. */
export function commandsOf(document: string): string[] {
  return blocks(document, 'sh')
    .flatMap((block) => block.trim().split('\n'))
    .filter((command) => !command.endsWith('npm test'))
    .map((command) => command.replace(/^npm ci && /, ''));
}

export interface Workplace {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Makes a folder like a clone after the quick start: samples, examples, and convtool on the path. */
export function workplace(): Workplace {
  const cwd = mkdtempSync(join(tmpdir(), 'convtool-docs-'));
  for (const folder of ['samples', 'examples'])
    cpSync(join(root, folder), join(cwd, folder), { recursive: true });
  symlinkSync(join(root, 'bin'), join(cwd, 'bin'));
  symlinkSync(join(root, 'bin', 'convtool.js'), join(cwd, 'convtool'));
  return { cwd, env: { ...process.env, PATH: `${cwd}:${process.env.PATH}` } };
}

/** Runs one command of a document; returns its standard output. @throws if it fails. */
export function run(command: string, { cwd, env }: Workplace): string {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  return execFileSync('bash', ['-euo', 'pipefail', '-c', command], { cwd, env, stdio, encoding: 'utf8' });
}

/** Draws the picture as a PNG file from the files in the folder. */
export async function draw({ parts, enlarged = 1 }: Picture, folder: string): Promise<Buffer> {
  const images: { input: Buffer; left: number; top: number }[] = [];
  let [width, height] = [0, 0];
  let isGrey = true;
  for (const part of parts) {
    const image = sharp(join(folder, part));
    const size = await image.metadata();
    const [wide, high] = [size.width * enlarged, size.height * enlarged];
    const input = await image
      .resize(wide, high, { kernel: 'nearest' })
      .toColourspace('srgb')
      .png()
      .toBuffer();
    isGrey &&= size.channels === 1;
    images.push({ input, left: width, top: 0 });
    width += wide + GAP;
    height = Math.max(height, high);
  }
  const sheet = sharp({ create: { width: width - GAP, height, channels: 3, background: 'white' } });
  return sheet
    .composite(images)
    .toColourspace(isGrey ? 'b-w' : 'srgb')
    .png({ compressionLevel: 9 })
    .toBuffer();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [document, pictures] of [['README.md', []] as const, ...Object.entries(PICTURES)]) {
    const place = workplace();
    for (const command of commandsOf(document)) run(command, place);
    for (const picture of pictures) {
      writeFileSync(join(root, 'docs/images', picture.name), await draw(picture, place.cwd));
    }
    for (const name of document === 'README.md' ? README_PICTURES : [])
      copyFileSync(join(place.cwd, 'samples', name), join(root, 'docs/images', name));
    rmSync(place.cwd, { recursive: true });
  }
}
