// `--stack` and `--sheet`: writes all maps of an image to one file, as an array or pages, or as a picture that shows them
// with their kernels. As many kernels as fit into memory are filtered together.

import { npyHeader } from '../../codecs/npy/encode.js';
import { PictureSink } from '../../codecs/picture-sink.js';
import { encode } from '../../codecs/registry.js';
import { tiffPages } from '../../codecs/tiff/encode.js';
import { ImageError, Unsupported } from '../../core/errors.js';
import { bytesOfArray, colourChannels, type Samples } from '../../core/image.js';
import { type PictureRequest, RESPONSES } from '../../engine/output/value-mapping.js';
import type { MapFacts } from '../../engine/run.js';
import { KnownSamples } from '../../pipeline/known-samples.js';
import type { PlannedMap } from '../../pipeline/plan-map.js';
import { runPipeline } from '../../pipeline/run-pipeline.js';
import type { Canvas } from '../../render/image/canvas.js';
import { contactSheet, mapCell } from '../../render/image/contact-sheet.js';
import { showPreview } from '../console/preview.js';
import type { Part } from '../options/apply-options.js';
import type { PlannedOutput } from '../paths/outputs.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import { roundTimes } from '../text/columns.js';
import { noteAlphaLoss, noteCaveat, noteMetadata, noteProfile } from './notes.js';
import type { OpenedSource } from './open-source.js';
import { writeOutput } from './output-file.js';
import { bytesOf, planOutput, type Run } from './plan-output.js';
import { recordRecipe } from './report-output.js';

/** Makes, writes and reports the file. @throws as `filterBank`, and OutputError. */
export async function writeStackOrSheet(
  opened: OpenedSource,
  output: PlannedOutput,
  parts: readonly Part[],
  run: Run,
): Promise<void> {
  const { options, logger, plan } = run;
  const { path, part } = output;
  const made =
    part.combine === 'stack'
      ? await makeStack(opened, parts, run)
      : await makeSheet(opened, part, parts, run);
  noteMetadata(opened.input, opened.image.metadata, logger);
  const started = performance.now();
  logger.progress.begin(`${opened.input}  ${part.name}`, 'writing');
  const { picture } = made;
  const chunks = made.chunks ?? (await encode(picture, output.format, path, options));
  await writeOutput(path, chunks, plan, logger);
  const recipe = await recordRecipe(opened, output, run);
  const write = performance.now() - started;
  logger.progress.end();
  if (options.preview && !made.chunks)
    await showPreview(path === STANDARD_OUTPUT ? opened.input : path, picture, logger);
  if (path === STANDARD_OUTPUT) return;
  if (!options.json) return logger.result(`${path}\n`);
  const ms = roundTimes({ read: opened.read, run: made.ms, write });
  const { width, height, channels } = picture;
  const facts = { kernel: part.name, maps: parts.map(({ name }) => name), width, height, channels };
  await logger.json({ input: opened.input, output: path, ...facts, ms, recipe });
}

interface MadeFile {
  /** Milliseconds of filtering. */
  readonly ms: number;
  /** The sheet, or the first map of a stack. */
  readonly picture: Samples;
  /** The file of a stack; left out for a sheet, which is encoded as its picture. */
  readonly chunks?: readonly Uint8Array[];
}

/** The stack: all maps, which must have the same size. */
async function makeStack(opened: OpenedSource, parts: readonly Part[], run: Run): Promise<MadeFile> {
  const { format } = run.plan.rule;
  const pictures: Samples[] = [];
  noteAlphaLoss(opened.input, opened.image, format, run);
  const ms = await forEachMap(opened, parts, run, undefined, (picture, member) => {
    noteProfile(opened.input, opened.image, picture, format, run.logger);
    checkSameShape(pictures[0] ?? picture, picture, member, opened.input);
    pictures.push(picture);
  });
  const picture = pictures[0]!;
  if (format === 'tiff') return { ms, picture, chunks: tiffPages(pictures) };
  const { width, height, channels } = picture;
  const header = npyHeader([pictures.length, height, width, ...(channels === 1 ? [] : [channels])]);
  return { ms, picture, chunks: [header, ...pictures.map(({ data }) => bytesOfArray(data))] };
}

/** The sheet: all maps as cells of one picture. Maps are drawn group by group, to limit memory. */
async function makeSheet(
  opened: OpenedSource,
  part: Part,
  parts: readonly Part[],
  run: Run,
): Promise<MadeFile> {
  const { image } = opened;
  if (!('data' in image)) throw new Unsupported('a sheet shows the image, too');
  const cells: Canvas[] = [];
  const names = shortNames(parts);
  const ms = await forEachMap(opened, parts, run, RESPONSES, (picture, member, facts) => {
    const isAngle = member.combine === 'phase' || member.combine === 'angle';
    const about = { name: names[cells.length]!, kernels: member.kernels, isAngle };
    cells.push(mapCell(about, { ...facts, data: picture.data }, colourChannels(picture)));
  });
  const title = `${part.name} over ${opened.input.replace(/^.*[/\\]/, '')}`;
  return { ms, picture: contactSheet(title, image, cells).samples() };
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
 * @param drawn depth, mapping and gain of maps that are only drawn; undefined for maps that are written.
 * @returns milliseconds of filtering.
 */
async function forEachMap(
  opened: OpenedSource,
  parts: readonly Part[],
  run: Run,
  drawn: PictureRequest | undefined,
  take: (picture: Samples, part: Part, facts: MapFacts) => void,
): Promise<number> {
  const { source, input, image, reserve } = opened;
  const { logger, options } = run;
  const known = new KnownSamples(image);
  let ms = 0;
  let group: { part: Part; planned: PlannedMap }[] = [];
  let held = 0;
  const filterGroup = async () => {
    const name = group.length > 1 ? `${group.length} kernels` : group[0]!.part.name;
    logger.progress.begin(`${input}  ${name}`, 'filtering');
    const planned = group.map((one) => one.planned);
    const sinks = planned.map(({ picture }) => new PictureSink(picture, async () => []));
    const outputs = sinks.map((sink) => ({ sink, write: async () => undefined }));
    const settings = { threads: options.threads, reserve, onProgress: logger.progress.advance };
    const result = await runPipeline(source, planned, outputs, settings);
    for (const [i, { part }] of group.entries()) {
      const outcome = result.maps[i]!;
      if ('failed' in outcome) throw outcome.failed;
      noteCaveat(input, planned[i]!.plan, logger);
      take(sinks[i]!.picture, part, outcome.facts);
    }
    ms += result.ms.run;
    [group, held] = [[], 0];
  };
  for (const part of parts) {
    const output = { part, format: run.plan.rule.format, path: '' };
    const planned = planOutput(image, input, output, run, known, drawn);
    const bytes = bytesOf(planned);
    if (group.length > 0 && held + bytes > run.maxHeldBytes) await filterGroup();
    group.push({ part, planned });
    held += bytes;
  }
  await filterGroup();
  return ms;
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
