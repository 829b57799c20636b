// Output templates: computes the path of each output from --out, or next to the input by default, and finds outputs that
// would share a path. Works on strings; the caller tells whether a folder exists.

import { posix, win32 } from 'node:path';
import { FORMATS, type FormatName, formatOfEnding } from '../../codecs/registry.js';
import { UsageError } from '../../core/errors.js';
import { isDescriptor, isStandardInput } from '../../io/pipe.js';

/** Standard output, as a path. */
export const STANDARD_OUTPUT = '-';

/** The template field that names the part of an image that an output holds. */
export type PartField = 'kernel' | 'layer';
type Field = 'name' | PartField | 'ext' | 'inputExt' | 'dir' | 'below' | 'index' | 'number';
/** Fields that differ between inputs. */
const INPUT_FIELDS = /\{(name|inputExt|dir|below|number)\}/;

export interface OutputRule {
  readonly format: FormatName;
  /** With --format same: the output format by input path. */
  readonly formats?: ReadonlyMap<string, FormatName>;
  readonly isInPlace?: boolean;
  /** A template with {fields}, or a plain path. */
  readonly template: string;
  readonly makesFolders: boolean;
}

/** Values for the fields of a template. */
export interface OutputSubject {
  /** Path of the input as the user wrote it; `-` is standard input. */
  readonly input: string;
  /** Relative folders between the searched folder and the input, ending in `/`; may be empty. */
  readonly below?: string;
  /** Name of the kernel or layer, safe for file names. */
  readonly kernel: string;
  /** Position in the bank, from 1. */
  readonly index: number;
  /** Position of the input in the run, from 1. */
  readonly number: number;
}

/** Whether the template gives each input its own path. */
export function isUniquePerInput({ template }: OutputRule): boolean {
  return INPUT_FIELDS.test(template);
}

/**
 * The rule for the values of --out and --format.
 * @param outIsFolder whether a folder exists at `out`.
 * @param defaults `part`: the template field for the parts of an image; `fallback`: the format if neither names one.
 * @throws UsageError for an unknown field or ending, or an ending that contradicts --format.
 */
export function outputRule(
  out: string | undefined,
  requested: FormatName | undefined,
  outIsFolder: boolean,
  { part = 'kernel', fallback = 'png' }: { readonly part?: PartField; readonly fallback?: FormatName } = {},
): OutputRule {
  const fileName = `{name}.{${part}}.{ext}`;
  const format = requested ?? fallback;
  if (out === undefined) return { format, template: `{dir}${fileName}`, makesFolders: false };
  if (out === STANDARD_OUTPUT) return { format, template: out, makesFolders: false };
  if (out === '') throw new UsageError({ subject: '--out', expected: 'a path', found: 'nothing' });
  if (outIsFolder || /[/\\]$/.test(out)) {
    const folder = /[/\\]$/.test(out) ? out : `${out}/`;
    // A folder's name contains no fields.
    const escaped = folder.replace(/[{}]/g, '\\$&');
    return { format, template: `${escaped}{below}${fileName}`, makesFolders: true };
  }
  for (const [, field] of out.matchAll(/\{([^{}]*)\}/g)) {
    const fields: readonly Field[] = ['name', part, 'ext', 'inputExt', 'dir', 'below', 'index', 'number'];
    if ((fields as readonly string[]).includes(field!)) continue;
    const expected = `one of the fields ${fields.map((name) => `{${name}}`).join(' ')}`;
    throw new UsageError({ subject: `--out ${out}`, expected, found: `{${field}}` });
  }
  const named = formatNamedBy(out, requested);
  return { format: named ?? format, template: out, makesFolders: /\{\w+\}/.test(out) };
}

/**
 * The format that the ending of --out names; undefined if it names none.
 * @throws UsageError if neither the ending nor --format names one, unless the ending is {ext}; and if they name two.
 */
function formatNamedBy(out: string, requested: FormatName | undefined): FormatName | undefined {
  const named = formatOfEnding(out);
  const subject = `--out ${out}`;
  const found = /\.[^./\\]+$/.exec(out)?.[0] ?? 'no ending';
  if (requested === undefined && named === undefined && !out.endsWith('{ext}')) {
    const endings = Object.values(FORMATS).flatMap((format) => format.endings);
    const expected = `a path ending in ${endings.map((ending) => `.${ending}`).join(' ')}`;
    const advice = 'give the format with --format, or end a folder with /';
    throw new UsageError({ subject, expected, found, advice });
  }
  if (requested !== undefined && named !== undefined && requested !== named)
    throw new UsageError({ subject, expected: `an ending for --format ${requested}`, found });
  return named;
}

export function formatOfOutput({ format, formats }: OutputRule, input: string): FormatName {
  return formats?.get(input) ?? format;
}

/** The path of an output. @throws UsageError where a pipe has no name for the template. */
export function outputPath(
  rule: OutputRule,
  { input, below = '', kernel, index, number }: OutputSubject,
): string {
  const { template } = rule;
  if (rule.isInPlace) return input;
  if (template === STANDARD_OUTPUT) return template;
  const isStream = isStandardInput(input);
  if (!isStream && isDescriptor(input) && /\{(name|inputExt|dir)\}/.test(template)) {
    const problem = 'is a pipe, which has no name for its output';
    throw new UsageError({ subject: input, problem, advice: 'name the output, for example --out out.png' });
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

/** A file's name and its ending without the dot. The name is never empty, `.` or `..`. */
function nameAndEnding(base: string): [name: string, ending: string] {
  const dot = base.lastIndexOf('.');
  const name = base.slice(0, dot);
  if (dot > 0 && !/^\.{1,2}$/.test(name)) return [name, base.slice(dot + 1)];
  return [/^\.{0,2}$/.test(base) ? 'image' : base, ''];
}

/**
 * All groups of outputs that would share a path on any file system, as indices, ordered by the second index of each
 * group. Letter case and Unicode normalisation are ignored; `paths` are absolute.
 */
export function findCollisions(paths: readonly string[]): number[][] {
  const seen = new Map<string, number[]>();
  const groups: number[][] = [];
  for (const [index, path] of paths.entries()) {
    const key = path.normalize('NFC').toLowerCase();
    const group = seen.get(key);
    if (!group) seen.set(key, [index]);
    else if (group.push(index) === 2) groups.push(group);
  }
  return groups;
}
