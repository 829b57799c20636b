// Where outputs go: one path for each input and kernel, from --out or beside the input; and which of them
// would meet. Works on texts only; whether a folder exists is told to it.

import { posix, win32 } from 'node:path';
import type { FormatName } from '../../codecs/format-name.js';
import { FORMATS, formatOfEnding } from '../../codecs/registry.js';
import { UsageError } from '../../core/errors.js';

/** Standard output, as a path. */
export const STANDARD_OUTPUT = '-';

/** What an output is one of, for each image: the field that stands for its name. */
export type PartField = 'kernel' | 'layer';
type Field = 'name' | PartField | 'ext' | 'inputExt' | 'dir' | 'below' | 'index' | 'number';
/** Fields that differ from one input to another. */
const OF_INPUT = /\{(name|inputExt|dir|below|number)\}/;
/** Standard input, by any of its paths. */
const STANDARD_INPUT = /^(-|\/dev\/stdin|\/(dev|proc\/self)\/fd\/0)$/;
/** Descriptors of a shell's <(…), whose numbers are no names. */
const DESCRIPTOR = /^\/(dev|proc\/self)\/fd\/\d+$/;

export interface OutputRule {
  readonly format: FormatName;
  /** The format of each input's output, by path, where it is the input's own. */
  readonly formats?: ReadonlyMap<string, FormatName>;
  /** Whether outputs replace their inputs. */
  readonly isInPlace?: boolean;
  /** A template with {fields}; a plain path is one without any. */
  readonly template: string;
  /** Whether folders of the path are made where they are missing. */
  readonly makesFolders: boolean;
}

/** What the fields of a template stand for. */
export interface OutputSubject {
  /** Path of the input as the user wrote it; `-` is standard input. */
  readonly input: string;
  /** The folders between the one that was searched and the input, ending in `/`, or nothing. */
  readonly below?: string;
  /** The kernel's name, or the layer's, already safe for file names. */
  readonly kernel: string;
  /** Position in the bank, from 1. */
  readonly index: number;
  /** Position of the input among all of the run, from 1. */
  readonly number: number;
}

/** Whether a template tells any two inputs apart. */
export function isUniquePerInput({ template }: OutputRule): boolean {
  return OF_INPUT.test(template);
}

/**
 * The rule that --out and --format give.
 * @param outIsFolder whether a folder exists at `out`.
 * @param part what images have several outputs of.
 * @throws UsageError for an unknown field or ending, or an ending that contradicts --format.
 */
export function outputRule(
  out: string | undefined,
  format: FormatName | undefined,
  outIsFolder: boolean,
  part: PartField = 'kernel',
): OutputRule {
  const own = `{name}.{${part}}.{ext}`;
  if (out === undefined) return { format: format ?? 'png', template: `{dir}${own}`, makesFolders: false };
  if (out === STANDARD_OUTPUT) return { format: format ?? 'png', template: out, makesFolders: false };
  if (out === '') throw new UsageError({ subject: '--out', expected: 'a path', found: 'nothing' });
  if (outIsFolder || /[/\\]$/.test(out)) {
    const folder = /[/\\]$/.test(out) ? out : `${out}/`;
    return {
      format: format ?? 'png',
      template: `${literal(folder)}{below}${own}`,
      makesFolders: true,
    };
  }
  for (const [, field] of out.matchAll(/\{([^{}]*)\}/g)) {
    const fields: readonly Field[] = ['name', part, 'ext', 'inputExt', 'dir', 'below', 'index', 'number'];
    if ((fields as readonly string[]).includes(field!)) continue;
    const expected = fields.map((name) => `{${name}}`).join(' ');
    throw new UsageError({
      subject: `--out ${out}`,
      expected: `fields among ${expected}`,
      found: `{${field}}`,
    });
  }
  return { format: formatFor(out, format), template: out, makesFolders: /\{\w+\}/.test(out) };
}

function formatFor(out: string, asked: FormatName | undefined): FormatName {
  const open = out.endsWith('{ext}');
  const named = open ? undefined : formatOfEnding(out);
  if (asked === undefined && named === undefined && !open) {
    throw new UsageError({
      subject: `--out ${out}`,
      expected: `a path ending in ${Object.values(FORMATS)
        .flatMap((f) => f.endings.map((e) => `.${e}`))
        .join(' ')}`,
      found: /\.[^./\\]+$/.exec(out)?.[0] ?? 'none of them',
      advice: 'name the format with --format, or end a folder with /',
    });
  }
  if (asked !== undefined && named !== undefined && asked !== named) {
    throw new UsageError({
      subject: `--out ${out}`,
      expected: `an ending for --format ${asked}`,
      found: /\.[^./\\]+$/.exec(out)?.[0] ?? '',
    });
  }
  return asked ?? named ?? 'png';
}

/** The format of the outputs of an input. */
export function formatOfOutput({ format, formats }: OutputRule, input: string): FormatName {
  return formats?.get(input) ?? format;
}

/** The path of one output. A path without fields is the same for all. */
export function outputPath(
  rule: OutputRule,
  { input, below = '', kernel, index, number }: OutputSubject,
): string {
  const { template } = rule;
  if (rule.isInPlace) return input;
  if (template === STANDARD_OUTPUT) return template;
  const isStream = STANDARD_INPUT.test(input);
  if (!isStream && DESCRIPTOR.test(input) && /\{(name|inputExt|dir)\}/.test(template)) {
    const problem = 'a pipe has no name for its output';
    throw new UsageError({ subject: input, problem, advice: 'name the output: --out out.png' });
  }
  const { base } = (process.platform === 'win32' ? win32 : posix).parse(input);
  const [name, inputExt] = isStream ? ['stdin', ''] : nameAndEnding(base);
  const fields: Record<Field, string> = {
    name,
    kernel,
    layer: kernel,
    ext: FORMATS[formatOfOutput(rule, input)].endings[0],
    inputExt,
    dir: isStream ? '' : input.slice(0, input.length - base.length),
    below,
    index: String(index),
    number: String(number),
  };
  return template.replace(
    /\{(dir|below)\}\/?|\{(\w+)\}|\\([{}])/g,
    (text, folders: Field | undefined, field: Field | undefined, brace: string | undefined) => {
      if (brace !== undefined) return brace;
      return fields[(folders ?? field)!] ?? text;
    },
  );
}

/** A file's name and its ending without the dot. The name is never empty, `.` or `..`, which are folders. */
function nameAndEnding(base: string): [name: string, ending: string] {
  const dot = base.lastIndexOf('.');
  const name = base.slice(0, dot);
  if (dot > 0 && !/^\.{1,2}$/.test(name)) return [name, base.slice(dot + 1)];
  return [/^\.{0,2}$/.test(base) ? 'image' : base, ''];
}

/** Two outputs of a run that would be one file: the pair and its path. */
export interface Collision {
  readonly path: string;
  readonly first: number;
  readonly second: number;
}

/**
 * The first pair of outputs that would share a path, on any file system: letter case and the composition of
 * accents do not tell files apart. `paths` are absolute.
 */
export function findCollision(paths: readonly string[]): Collision | undefined {
  const [places] = collisions(paths);
  return places && { path: paths[places[1]!]!, first: places[0]!, second: places[1]! };
}

/** All groups of outputs that would share a path, each as its places in the list; the first to meet comes first. */
export function collisions(paths: readonly string[]): number[][] {
  const seen = new Map<string, number[]>();
  const groups: number[][] = [];
  for (const [place, path] of paths.entries()) {
    const key = path.normalize('NFC').toLowerCase();
    const there = seen.get(key);
    if (!there) seen.set(key, [place]);
    else if (there.push(place) === 2) groups.push(there);
  }
  return groups;
}

/** A folder's name taken as it is, braces and all. */
function literal(folder: string): string {
  return folder.replace(/[{}]/g, '\\$&');
}
