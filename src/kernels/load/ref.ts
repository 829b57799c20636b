// The four forms of a kernel reference, told apart by their look alone; and names of kernels from those of files,
// and for them. It does not know which names, generators or files exist.

import { KernelError } from '../../core/errors.js';
import { cut, quoted } from '../../core/quoted.js';

/** One `name=value` of a generator call; `name` is null for a bare value. Not checked yet. */
export interface CallArgument {
  readonly name: string | null;
  readonly value: string;
}

/** What a `--kernel` text, or a string in a bank, refers to. */
export type KernelRef =
  | { readonly kind: 'inline'; readonly text: string }
  | { readonly kind: 'path'; readonly path: string; readonly tensor?: string }
  | {
      readonly kind: 'call';
      readonly text: string;
      readonly generator: string;
      readonly arguments: readonly CallArgument[];
    }
  | { readonly kind: 'name'; readonly name: string };

/** JSON, a matrix of G'MIC, or a kernel string of ImageMagick, which begins with a size. */
const JSON_TEXT = /^\s*[[{]/;
const MATRIX_OR_STRING = /^\s*(\(|\d[\dx+@<>%!.-]*\s*:)/;
/** Endings of files that hold kernels. */
const ENDING = /\.(json|mat|csv|txt|npy|safetensors|png|jpe?g|webp|tiff?|gif|avif)$/i;
/** A path may end in the name of a part, which only safetensors have. */
const ENDING_OR_PART = new RegExp(`${ENDING.source.slice(0, -1)}(#|$)`, 'i');
const TENSOR = /^(.+\.safetensors)#(.*)$/i;

/** Tells the form of a reference: a text in place of a file, a path, a generator call or a name, in this order. */
export function parseKernelRef(text: string): KernelRef {
  if (isInline(text)) return { kind: 'inline', text: text.replace(/^\uFEFF/, '') };
  checkPlain(text);
  const [, file, tensor] = TENSOR.exec(text) ?? [];
  if (file !== undefined && tensor !== undefined) return { kind: 'path', path: file, tensor };
  if (text === '-' || /[/\\]/.test(text) || ENDING_OR_PART.test(text)) return { kind: 'path', path: text };
  const colon = text.indexOf(':');
  if (colon < 0) return { kind: 'name', name: text };
  const generator = text.slice(0, colon);
  return {
    kind: 'call',
    text,
    generator,
    arguments: text
      .slice(colon + 1)
      .split(',')
      .map(argument),
  };
}

/** A reference as the subject of a message, cut to a readable length. */
export function refSubject(text: string): string {
  return isInline(text) ? `kernel ${cut(text.trim(), 32)}` : `kernel ${quoted(text)}`;
}

/** Standard input, and descriptors of a shell's <(…): paths that say nothing of what is read. */
const NAMELESS = /^(-|\/dev\/stdin|\/(dev|proc\/self)\/fd\/\d+)$/;

/** What a kernel is called that has no name but its file's. */
export function nameOfFile(path: string): string {
  if (NAMELESS.test(path)) return 'kernel';
  return path.slice(folderOfFile(path).length).replace(ENDING, '') || 'kernel';
}

/** The folder of a path, with its last separator; empty where there is none. */
export function folderOfFile(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** The ending of a path in lower case, without the dot; empty where there is none. */
export function endingOfFile(path: string): string {
  return /\.([^./\\]*)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}

const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const LONGEST_LABEL = 100;

/**
 * A kernel's name or reference made safe to be part of a file name on any system: letters and digits of
 * any script, `.`, `_` and `-` stay, all else becomes one `-`. `gaussian:sigma=2` → `gaussian-sigma-2`.
 */
export function fileLabel(name: string): string {
  const plain = name.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-');
  const label = trimmed(plain) || 'kernel';
  // Windows gives these names to devices, with any ending.
  return shortened(RESERVED.test(label) ? `kernel-${label}` : label);
}

// A leading dot hides a file, a leading dash looks like an option, a leading accent would join the text
// before it; Windows drops dots at the end.
function trimmed(text: string): string {
  return text.replace(/^[.\-\p{M}]+/u, '').replace(/[.-]+$/, '');
}

function shortened(text: string): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += new TextEncoder().encode(character).length;
    if (bytes > LONGEST_LABEL) return trimmed(text.slice(0, end));
    end += character.length;
  }
  return text;
}

function isInline(text: string): boolean {
  return JSON_TEXT.test(text) || (MATRIX_OR_STRING.test(text) && !ENDING_OR_PART.test(text));
}

function checkPlain(text: string): void {
  const subject = refSubject(text);
  if (text.trim() === '') {
    throw new KernelError({
      subject,
      expected: 'a name, a generator call, a path or JSON',
      found: 'nothing',
    });
  }
  // A NUL would cut a path short, and none of the others is ever meant.
  // Lone surrogates of the lower half stand for bytes of a path that are not UTF-8.
  const at = text.search(/[\p{Cc}\uD800-\uDC7F\uDD00-\uDFFF]/u);
  if (at >= 0) {
    const code = text.codePointAt(at)!.toString(16).toUpperCase().padStart(4, '0');
    throw new KernelError({
      subject,
      place: `character ${at + 1}`,
      expected: 'printable text',
      found: `the control character U+${code}`,
    });
  }
}

function argument(text: string): CallArgument {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: null, value: text.trim() };
  return { name: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() };
}
