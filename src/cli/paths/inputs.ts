// The inputs of a command line: pictures, folders of them, patterns, and lists of names. Finds which files they are;
// opens none but the lists.

import { posix } from 'node:path';
import { FOLDER_ENDINGS, hasPictureEnding } from '../../codecs/decode/signature.js';
import { type ConvtoolError, ImageError, UsageError } from '../../core/errors.js';
import { type FoundFile, isPattern, matches, walk } from '../../io/find-files.js';
import { textOfBytes } from '../../io/path-bytes.js';
import { identityOf, readWhole, STANDARD_STREAM } from '../../io/read-file.js';
import { statOf } from '../../io/write/write-atomic.js';

/** A picture that is to be read. */
export interface Input {
  /** As the user wrote it, or found below what the user wrote; `-` is standard input. */
  readonly path: string;
  /** The folders between where a search began, or a list is, and the picture, ending in `/`, or nothing. */
  readonly below: string;
  /** Whether it was found in a folder or by a pattern, and not named. */
  readonly isFound: boolean;
}

export interface InputOptions {
  readonly recursive: boolean;
  readonly filesFrom?: string;
  readonly null: boolean;
}

export interface Inputs {
  readonly inputs: readonly Input[];
  /** Where nothing was found, or that could not be looked through, each as the error that says so. */
  readonly failures: readonly ConvtoolError[];
  /** What the user may want to know, each about a subject. */
  readonly notes: readonly (readonly [subject: string, message: string])[];
}

const MOST_LIST_BYTES = 2 ** 30;

/**
 * Finds the inputs.
 * @param out the folder that outputs go to, by its identity: it is not searched.
 * @throws UsageError where nothing is named, or the list cannot be read.
 */
export async function findInputs(
  args: readonly string[],
  options: InputOptions,
  out: string | null,
): Promise<Inputs> {
  const found = new Collection();
  for (const arg of args) {
    const there = arg === STANDARD_STREAM ? null : await statOf(arg).catch(() => null);
    if (there?.isDirectory()) await found.addFolder(arg, options.recursive, out);
    else if (!there && arg !== STANDARD_STREAM && isPattern(arg)) await found.addPattern(arg);
    else found.add({ path: arg, below: '', isFound: false });
  }
  if (options.filesFrom !== undefined) {
    for (const path of await listed(options.filesFrom, options.null)) {
      found.add({ path, below: foldersOf(path), isFound: false });
    }
  }
  return found;
}

/** Checks the words by themselves. @throws UsageError. */
export function checkInputOptions(args: readonly string[], { filesFrom, null: isNull }: InputOptions): void {
  if (filesFrom === undefined && args.length === 0) throw new UsageError(MISSING);
  if (filesFrom === undefined && isNull) {
    const problem = 'says how the names of --files-from end, which is not given';
    throw new UsageError({ subject: '--null', problem });
  }
  if (filesFrom === STANDARD_STREAM && args.includes(STANDARD_STREAM)) {
    const problem = 'standard input cannot hold both the list and a picture';
    throw new UsageError({ subject: '--files-from -', problem });
  }
}

const MISSING = {
  subject: 'apply',
  problem: "missing required argument 'image'",
  advice: 'name pictures, folders or patterns, or a list with --files-from; - is standard input',
};

class Collection implements Inputs {
  readonly inputs: Input[] = [];
  readonly failures: ConvtoolError[] = [];
  readonly notes: [string, string][] = [];
  readonly #seen = new Set<string>();

  /** One that was named stands as often as it was named; of those found each stands once. */
  add(input: Input): void {
    const key = posix.normalize(input.path);
    if (input.isFound && this.#seen.has(key)) return;
    this.#seen.add(key);
    this.inputs.push(input);
  }

  async addFolder(folder: string, recursive: boolean, out: string | null): Promise<void> {
    const there = await statOf(folder);
    // Results may go into the very folder that is searched.
    const except = there && identityOf(there) === out ? null : out;
    const { files, folders, others, failures } = await walk(folder, {
      recursive,
      takes: hasPictureEnding,
      except,
    });
    for (const failure of failures) this.failures.push(failure);
    if (files.length === 0 && failures.length === 0) {
      const looks = folders > 0 ? '--recursive looks into its folders, too' : undefined;
      const advice = looks ?? (others > 0 ? "name arrays by a pattern, such as 'folder/*.npy'" : undefined);
      const problem = `holds no picture, that is no file ending in ${FOLDER_ENDINGS.map((e) => `.${e}`).join(' ')}`;
      this.failures.push(new ImageError({ subject: folder, problem, ...(advice ? { advice } : {}) }));
      return;
    }
    if (others > 0) this.notes.push([folder, `${counted(others, 'file')} with other endings left out`]);
    this.#addFound(files);
  }

  async addPattern(pattern: string): Promise<void> {
    const files = await matches(pattern);
    if (files.length > 0) this.#addFound(files);
    else
      this.failures.push(
        new ImageError({ subject: pattern, problem: 'no such file, and the pattern matches nothing' }),
      );
  }

  #addFound(files: readonly FoundFile[]): void {
    for (const { path, below } of files) this.add({ path, below, isFound: true });
  }
}

/** The names of a list. Each ends with a line, or with a NUL where `isNull`. */
async function listed(list: string, isNull: boolean): Promise<string[]> {
  const limits = { bytes: MOST_LIST_BYTES };
  const { bytes } = await readWhole(list, limits, UsageError);
  const text = textOfBytes(bytes);
  if (!isNull && text.includes('\0')) {
    const problem = 'has names that end with NUL';
    throw new UsageError({ subject: `--files-from ${list}`, problem, advice: 'add -0' });
  }
  // Editors of Windows begin a text with a byte order mark.
  const names = isNull ? text.split('\0') : text.replace(/^\uFEFF/, '').split(/\r?\n/);
  // In a list, a name is a name: `-` too.
  return names.filter((name) => name !== '').map((name) => (name === STANDARD_STREAM ? `./${name}` : name));
}

/** Folders of a relative path that an output folder can mirror; of another, nothing. */
function foldersOf(path: string): string {
  const folder = posix.dirname(posix.normalize(path));
  if (folder === '.' || folder === '..' || folder.startsWith('../') || posix.isAbsolute(folder)) return '';
  return `${folder}/`;
}

/** `1 file`, `2,000 files`. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
