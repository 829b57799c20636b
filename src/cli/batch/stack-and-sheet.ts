// All maps of an image into one file: an array or pages, or a picture that shows them with their kernels. Kernels are
// filtered together, as many as may be held.

import { npyHeader } from '../../codecs/npy/encode.js';
import { encode, FORMATS } from '../../codecs/registry.js';
import { tiffPages } from '../../codecs/tiff/encode.js';
import { ImageError } from '../../core/errors.js';
import { colourChannels, type Samples } from '../../core/image.js';
import { type PictureRequest, RESPONSES, toPicture } from '../../pipeline/filter.js';
import type { Canvas } from '../../render/image/canvas.js';
import { mapCell, mapSheet } from '../../render/image/contact-sheet.js';
import { showPreview } from '../console/preview.js';
import { encodeOptions } from '../options/apply.js';
import type { Part } from '../options/apply-options.js';
import type { PlannedOutput } from '../paths/outputs.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import type { Run } from './context.js';
import { filterTimed, groupOutputs } from './filter-image.js';
import { noteProfile } from './note-colour.js';
import type { OpenedImage } from './open-image.js';
import { noteRecipe } from './result-record.js';
import { keepsAlpha, noteMetadata, type Timed } from './write-map.js';
import { writeOutput } from './write-output.js';

/** Makes and writes the file, and says so. @throws as `filterBank`, and OutputError. */
export async function writeGathered(
  opened: OpenedImage,
  output: PlannedOutput,
  parts: readonly Part[],
  run: Run,
): Promise<void> {
  const { options, logger, result, plan } = run;
  const { path, part } = output;
  const made =
    part.combine === 'stack' ? await stack(opened, parts, run) : await sheet(opened, part, parts, run);
  noteMetadata(opened.input, opened.samples.metadata, logger);
  const started = performance.now();
  logger.progress.begin(`${opened.input}  ${part.name}`, 'writing');
  const chunks =
    'chunks' in made ? made.chunks : await encode(made.picture, output.format, path, encodeOptions(options));
  await writeOutput(path, chunks, plan, { logger, result });
  const recipe = await noteRecipe(opened, output, run);
  const write = performance.now() - started;
  logger.progress.end();
  if (options.preview && 'picture' in made)
    await showPreview(path === STANDARD_OUTPUT ? opened.input : path, made.picture, logger);
  if (path === STANDARD_OUTPUT) return;
  if (!options.json) return result(`${path}\n`);
  const ms = { read: tenths(opened.read), run: tenths(made.took), write: tenths(write) };
  const facts = { kernel: part.name, maps: parts.map(({ name }) => name), ...made.shape, ms, recipe };
  await result(`${JSON.stringify({ input: opened.input, output: path, ...facts })}\n`);
}

interface Made {
  readonly took: number;
  readonly shape: { readonly width: number; readonly height: number; readonly channels: number };
}

/** All maps, of one size. */
async function stack(
  opened: OpenedImage,
  parts: readonly Part[],
  run: Run,
): Promise<Made & { readonly chunks: readonly Uint8Array[] }> {
  const { format } = run.plan.rule;
  const pictures: Samples[] = [];
  let took = 0;
  noteAlpha(opened, run);
  await eachMap(opened, parts, run, undefined, (timed, one) => {
    const keeps = keepsAlpha(run.options) && FORMATS[format].alpha;
    const picture = toPicture(timed.filtered, opened.samples, keeps);
    noteProfile(opened.input, opened.samples, picture, format, run.logger);
    took += timed.took;
    refuseOtherShape(pictures[0] ?? picture, picture, one, opened.input);
    pictures.push(picture);
  });
  const { width, height, channels } = pictures[0]!;
  const shape = { width, height, channels };
  if (format === 'tiff') return { took, shape, chunks: tiffPages(pictures) };
  const header = npyHeader([pictures.length, height, width, ...(channels === 1 ? [] : [channels])]);
  const data = pictures.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return { took, shape, chunks: [header, ...data] };
}

/** All maps as one picture; no more of them are held at a time than may be. */
async function sheet(
  opened: OpenedImage,
  part: Part,
  parts: readonly Part[],
  run: Run,
): Promise<Made & { readonly picture: Samples }> {
  const cells: Canvas[] = [];
  const names = shortNames(parts);
  let took = 0;
  await eachMap(opened, parts, run, RESPONSES, (timed, one) => {
    const { map, hasAlpha } = timed.filtered;
    const colours = colourChannels({ channels: map.channels, hasAlpha });
    cells.push(
      mapCell(
        {
          name: names[cells.length]!,
          kernels: one.kernels,
          isAngle: one.combine === 'phase' || one.combine === 'angle',
        },
        map,
        colours,
      ),
    );
    run.shared.spares.push(map);
    took += timed.took;
  });
  const picture = mapSheet(
    `${part.name} over ${opened.input.replace(/^.*[/\\]/, '')}`,
    opened.samples,
    cells,
  ).samples();
  const { width, height, channels } = picture;
  return { took, shape: { width, height, channels }, picture };
}

/** What members of a generated bank are called without the bank's name, which the title has; else their names. */
function shortNames(parts: readonly Part[]): string[] {
  const names = parts.map(({ name }) => name.replace(/^\w+\((.*)-real, \1-imaginary\)$/, '$1'));
  const [first = '', ...others] = names;
  let length = 0;
  while (length < first.length && others.every((name) => name[length] === first[length])) length++;
  const shared = first.slice(0, length).replace(/[^-]*$/, '');
  return others.length > 0 && shared.includes(':') ? names.map((name) => name.slice(shared.length)) : names;
}

/**
 * Hands on the maps one after the other, filtered together as far as they may be held.
 * @param request of all maps; without it each has its own kernel's.
 */
async function eachMap(
  opened: OpenedImage,
  parts: readonly Part[],
  run: Run,
  request: PictureRequest | undefined,
  take: (timed: Timed, part: Part) => void,
): Promise<void> {
  const { format } = run.plan.rule;
  const outputs = parts.map((part) => ({ part, format, path: '' }));
  for (const group of groupOutputs(opened, outputs, run, request && (() => request))) {
    const all = await filterTimed(opened, group, run, request);
    all.forEach((timed, i) => {
      take(timed, group[i]!.part);
    });
  }
}

function noteAlpha({ samples, input }: OpenedImage, { plan, options, logger }: Run): void {
  if (keepsAlpha(options) && samples.hasAlpha && !FORMATS[plan.rule.format].alpha)
    logger.note(input, 'npy holds the responses only: alpha is left out');
}

function refuseOtherShape(first: Samples, picture: Samples, { name }: Part, input: string): void {
  const of = ({ width, height, channels }: Samples) => `${width}×${height}×${channels}`;
  if (of(first) === of(picture)) return;
  throw new ImageError({
    subject: input,
    place: `kernel ${name}`,
    expected: `a map of ${of(first)} as the first's, for --stack`,
    found: of(picture),
    advice: 'use --extent same',
  });
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
