// `--stack` and `--sheet`: writes all maps of an image to one file, as an array or pages, or as a picture that shows them
// with their kernels. As many kernels as fit into memory are filtered together.

import { npyHeader } from '../../codecs/npy/encode.js';
import { encode, FORMATS } from '../../codecs/registry.js';
import { tiffPages } from '../../codecs/tiff/encode.js';
import { ImageError } from '../../core/errors.js';
import { colourChannels, type Samples } from '../../core/image.js';
import { type PictureRequest, RESPONSES, toPicture } from '../../pipeline/filter.js';
import type { Canvas } from '../../render/image/canvas.js';
import { contactSheet, mapCell } from '../../render/image/contact-sheet.js';
import { showPreview } from '../console/preview.js';
import { encodeOptions } from '../options/apply.js';
import type { Part } from '../options/apply-options.js';
import type { PlannedOutput } from '../paths/outputs.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import { roundTimes } from '../text/round-ms.js';
import type { Run } from './context.js';
import { filterTimed, groupOutputs } from './filter-image.js';
import { noteProfile } from './note-colour.js';
import type { OpenedImage } from './open-image.js';
import { recordRecipe } from './result-record.js';
import { hasAlphaOutput, noteAlphaLoss, noteMetadata, type TimedMap } from './write-map.js';
import { writeOutput } from './write-output.js';

/** Makes, writes and reports the file. @throws as `filterBank`, and OutputError. */
export async function writeStackOrSheet(
  opened: OpenedImage,
  output: PlannedOutput,
  parts: readonly Part[],
  run: Run,
): Promise<void> {
  const { options, logger, result, plan } = run;
  const { path, part } = output;
  const made =
    part.combine === 'stack'
      ? await makeStack(opened, parts, run)
      : await makeSheet(opened, part, parts, run);
  noteMetadata(opened.input, opened.samples.metadata, logger);
  const started = performance.now();
  logger.progress.begin(`${opened.input}  ${part.name}`, 'writing');
  const chunks =
    'chunks' in made ? made.chunks : await encode(made.picture, output.format, path, encodeOptions(options));
  await writeOutput(path, chunks, plan, { logger, result });
  const recipe = await recordRecipe(opened, output, run);
  const write = performance.now() - started;
  logger.progress.end();
  if (options.preview && 'picture' in made)
    await showPreview(path === STANDARD_OUTPUT ? opened.input : path, made.picture, logger);
  if (path === STANDARD_OUTPUT) return;
  if (!options.json) return result(`${path}\n`);
  const ms = roundTimes({ read: opened.read, run: made.ms, write });
  const facts = { kernel: part.name, maps: parts.map(({ name }) => name), ...made.shape, ms, recipe };
  await result(`${JSON.stringify({ input: opened.input, output: path, ...facts })}\n`);
}

interface MadeFile {
  readonly ms: number;
  readonly shape: { readonly width: number; readonly height: number; readonly channels: number };
}

/** The stack: all maps, which must have the same size. */
async function makeStack(
  opened: OpenedImage,
  parts: readonly Part[],
  run: Run,
): Promise<MadeFile & { readonly chunks: readonly Uint8Array[] }> {
  const { format } = run.plan.rule;
  const pictures: Samples[] = [];
  let ms = 0;
  noteAlphaLoss(opened.input, opened.samples, format, run);
  await forEachMap(opened, parts, run, undefined, (timed, member) => {
    const keeps = hasAlphaOutput(run.options) && FORMATS[format].alpha;
    const picture = toPicture(timed.filtered, opened.samples, keeps);
    noteProfile(opened.input, opened.samples, picture, format, run.logger);
    ms += timed.ms;
    checkSameShape(pictures[0] ?? picture, picture, member, opened.input);
    pictures.push(picture);
  });
  const { width, height, channels } = pictures[0]!;
  const shape = { width, height, channels };
  if (format === 'tiff') return { ms, shape, chunks: tiffPages(pictures) };
  const header = npyHeader([pictures.length, height, width, ...(channels === 1 ? [] : [channels])]);
  const data = pictures.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return { ms, shape, chunks: [header, ...data] };
}

/** The sheet: all maps as cells of one picture. Maps are drawn group by group, to limit memory. */
async function makeSheet(
  opened: OpenedImage,
  part: Part,
  parts: readonly Part[],
  run: Run,
): Promise<MadeFile & { readonly picture: Samples }> {
  const cells: Canvas[] = [];
  const names = shortNames(parts);
  let ms = 0;
  await forEachMap(opened, parts, run, RESPONSES, (timed, member) => {
    const { map, hasAlpha } = timed.filtered;
    const colours = colourChannels({ channels: map.channels, hasAlpha });
    cells.push(
      mapCell(
        {
          name: names[cells.length]!,
          kernels: member.kernels,
          isAngle: member.combine === 'phase' || member.combine === 'angle',
        },
        map,
        colours,
      ),
    );
    run.shared.reusableMaps.push(map);
    ms += timed.ms;
  });
  const picture = contactSheet(
    `${part.name} over ${opened.input.replace(/^.*[/\\]/, '')}`,
    opened.samples,
    cells,
  ).samples();
  const { width, height, channels } = picture;
  return { ms, shape: { width, height, channels }, picture };
}

/** Names of the members without the prefix of a generated bank, which the title shows; other names unchanged. */
function shortNames(parts: readonly Part[]): string[] {
  const names = parts.map(({ name }) => name.replace(/^\w+\((.*)-real, \1-imaginary\)$/, '$1'));
  const [first = '', ...others] = names;
  let length = 0;
  while (length < first.length && others.every((name) => name[length] === first[length])) length++;
  const shared = first.slice(0, length).replace(/[^-]*$/, '');
  return others.length > 0 && shared.includes(':') ? names.map((name) => name.slice(shared.length)) : names;
}

/**
 * Passes each map to `take`, in order, filtered in groups that fit into memory.
 * @param request tone mapping for all maps; default: that of each kernel.
 */
async function forEachMap(
  opened: OpenedImage,
  parts: readonly Part[],
  run: Run,
  request: PictureRequest | undefined,
  take: (timed: TimedMap, part: Part) => void,
): Promise<void> {
  const { format } = run.plan.rule;
  const outputs = parts.map((part) => ({ part, format, path: '' }));
  for (const group of groupOutputs(opened, outputs, run, request && (() => request))) {
    const maps = await filterTimed(opened, group, run, request);
    maps.forEach((timed, i) => {
      take(timed, group[i]!.part);
    });
  }
}

function checkSameShape(first: Samples, picture: Samples, { name }: Part, input: string): void {
  const sizeOf = ({ width, height, channels }: Samples) => `${width}×${height}×${channels}`;
  if (sizeOf(first) === sizeOf(picture)) return;
  throw new ImageError({
    subject: input,
    place: `kernel ${name}`,
    expected: `a map of ${sizeOf(first)}, as the first one, for --stack`,
    found: sizeOf(picture),
    advice: 'use --extent same',
  });
}
