// Resolves the inputs of a command line (pictures, folders, patterns and lists of names) to paths, with an error for each
// input where nothing was found.

import { posix } from 'node:path';
import { FOLDER_ENDINGS, hasPictureEnding } from '../../codecs/decode/signature.js';
import { type ConvtoolError, ImageError, UsageError } from '../../core/errors.js';
import { isPattern, matches, type Walk, walk } from '../../io/find-files.js';
import { textOfBytes } from '../../io/path-bytes.js';
import { identityOf, readWhole, STANDARD_STREAM } from '../../io/read-file.js';
import { statOrNull } from '../../io/stat.js';
import { counted } from '../text/columns.js';

/** A picture to read. */
export interface Input {
  /** As the user wrote it, or found in a folder that the user named; `-` is standard input. */
  readonly path: string;
  /** Relative folders between the searched folder, or the list, and the picture, ending in `/`; may be empty. */
  readonly below: string;
  /** Whether it was found in a folder or by a pattern instead of being named. */
  readonly isFound: boolean;
}

export interface InputOptions {
  readonly recursive: boolean;
  readonly filesFrom?: string;
  readonly null: boolean;
}

const MAX_LIST_BYTES = 2 ** 30;

/**
 * Resolves the inputs.
 * @param out identity of the output folder, which is not searched.
 * @throws UsageError where the list cannot be read.
 */
export async function findInputs(
  args: readonly string[],
  options: InputOptions,
  out: string | null,
): Promise<FoundInputs> {
  const found = new FoundInputs();
  for (const arg of args) {
    const stats = arg === STANDARD_STREAM ? null : await statOrNull(arg);
    if (stats?.isDirectory()) {
      // The output folder may be the searched folder itself.
      const skip = identityOf(stats) === out ? null : out;
      await found.addFolder(arg, options.recursive, skip);
    } else if (!stats && arg !== STANDARD_STREAM && isPattern(arg)) await found.addPattern(arg);
    else found.add({ path: arg, below: '', isFound: false });
  }
  if (options.filesFrom !== undefined) {
    for (const path of await readList(options.filesFrom, options.null)) {
      found.add({ path, below: foldersBelow(path), isFound: false });
    }
  }
  return found;
}

/** Checks the arguments and options. @throws UsageError. */
export function checkInputOptions(args: readonly string[], { filesFrom, null: isNull }: InputOptions): void {
  if (filesFrom === undefined && args.length === 0) {
    const advice =
      'name pictures, folders or patterns, or give a list with --files-from; - is standard input';
    throw new UsageError({ subject: 'apply', problem: "missing required argument 'image'", advice });
  }
  if (filesFrom === undefined && isNull) {
    const problem = 'needs --files-from: it says how the names in that list end';
    throw new UsageError({ subject: '--null', problem });
  }
  if (filesFrom === STANDARD_STREAM && args.includes(STANDARD_STREAM)) {
    const problem = 'standard input cannot hold both the list and a picture';
    throw new UsageError({ subject: '--files-from -', problem });
  }
}

class FoundInputs {
  readonly inputs: Input[] = [];
  /** Errors for folders and patterns where nothing was found, and for unreadable folders. */
  readonly failures: ConvtoolError[] = [];
  readonly notes: [subject: string, message: string][] = [];
  readonly #seen = new Set<string>();

  /** Adds an input. Named inputs are kept as often as they are named, found ones once. */
  add(input: Input): void {
    const key = posix.normalize(input.path);
    if (input.isFound && this.#seen.has(key)) return;
    this.#seen.add(key);
    this.inputs.push(input);
  }

  /** @param skip identity of a folder that is not searched. */
  async addFolder(folder: string, recursive: boolean, skip: string | null): Promise<void> {
    const found = await walk(folder, { recursive, isWanted: hasPictureEnding, skip });
    const { files, folders, others, failures } = found;
    this.#addFound(found);
    if (files.length === 0 && failures.length === 0) {
      const searchDeeper = folders > 0 ? '--recursive searches its subfolders, too' : undefined;
      const advice =
        searchDeeper ?? (others > 0 ? "name arrays by a pattern, for example 'folder/*.npy'" : undefined);
      const problem = `holds no picture, that is, no file ending in ${FOLDER_ENDINGS.map((e) => `.${e}`).join(' ')}`;
      this.failures.push(new ImageError({ subject: folder, problem, ...(advice ? { advice } : {}) }));
      return;
    }
    if (others > 0) this.notes.push([folder, `${counted(others, 'file')} with other endings skipped`]);
  }

  async addPattern(pattern: string): Promise<void> {
    const found = await matches(pattern);
    this.#addFound(found);
    if (found.files.length > 0 || found.failures.length > 0) return;
    this.failures.push(
      new ImageError({ subject: pattern, problem: 'no such file, and nothing matches it as a pattern' }),
    );
  }

  #addFound({ files, failures }: Pick<Walk, 'files' | 'failures'>): void {
    for (const failure of failures) this.failures.push(failure);
    for (const { path, below } of files) this.add({ path, below, isFound: true });
  }
}

/** Reads the names of a list, one per line, or separated by NUL where `isNull`. */
async function readList(list: string, isNull: boolean): Promise<string[]> {
  const { bytes } = await readWhole(list, { bytes: MAX_LIST_BYTES }, UsageError);
  const text = textOfBytes(bytes);
  if (!isNull && text.includes('\0')) {
    const problem = 'has names separated by NUL';
    throw new UsageError({ subject: `--files-from ${list}`, problem, advice: 'add -0' });
  }
  // Editors on Windows may write a byte order mark.
  const names = isNull ? text.split('\0') : text.replace(/^\uFEFF/, '').split(/\r?\n/);
  // In a list, `-` is a file name, not standard input.
  return names.filter((name) => name !== '').map((name) => (name === STANDARD_STREAM ? `./${name}` : name));
}

/** The folders of a relative path, to be mirrored in an output folder; empty for other paths. */
function foldersBelow(path: string): string {
  const folder = posix.dirname(posix.normalize(path));
  if (folder === '.' || folder === '..' || folder.startsWith('../') || posix.isAbsolute(folder)) return '';
  return `${folder}/`;
}
