// Parses kernel references: inline text, path, generator call or name, distinguished by their syntax alone.
// Also derives kernel names from file names, and file-name parts from kernel names.

import { cut, KernelError, quoted } from '../../core/errors.js';

/** One argument of a generator call, unchecked; `name` is null if omitted. */
export interface CallArgument {
  readonly name: string | null;
  readonly value: string;
}

/** A parsed reference, from `--kernel` or a string in a bank. A name with arguments is the call of a generator. */
export type KernelRef =
  | { readonly kind: 'inline'; readonly text: string }
  | { readonly kind: 'path'; readonly path: string; readonly tensor?: string }
  | { readonly kind: 'name'; readonly name: string; readonly arguments?: readonly CallArgument[] };

/** Inline kernels: JSON, a G'MIC matrix, or an ImageMagick kernel string, which begins with a size. */
const JSON_TEXT = /^\s*[[{]/;
const MATRIX_OR_STRING = /^\s*(\(|\d[\dx+@<>%!.-]*\s*:)/;
/** File extensions of kernels. */
const ENDING = /\.(json|mat|csv|txt|npy|safetensors|png|jpe?g|webp|tiff?|gif|avif)$/i;
/** A path may be followed by `#` and the name of a tensor, for safetensors files. */
const ENDING_OR_PART = new RegExp(`${ENDING.source.slice(0, -1)}(#|$)`, 'i');
const TENSOR = /^(.+\.safetensors)#(.*)$/i;

/**
 * Parses a reference as inline text, path, generator call or name, in this order. @throws KernelError for
 * empty text and control characters.
 */
export function parseKernelRef(text: string): KernelRef {
  if (isInline(text)) return { kind: 'inline', text: text.replace(/^\uFEFF/, '') };
  checkCharacters(text);
  const [, file, tensor] = TENSOR.exec(text) ?? [];
  if (file !== undefined && tensor !== undefined) return { kind: 'path', path: file, tensor };
  if (text === '-' || /[/\\]/.test(text) || ENDING_OR_PART.test(text)) return { kind: 'path', path: text };
  const colon = text.indexOf(':');
  if (colon < 0) return { kind: 'name', name: text };
  const written = text.slice(colon + 1).split(',');
  return { kind: 'name', name: text.slice(0, colon), arguments: written.map(parseArgument) };
}

/** A reference as the subject of a message, shortened. */
export function refSubject(text: string): string {
  return isInline(text) ? `kernel ${cut(text.trim(), 32)}` : `kernel ${quoted(text)}`;
}

/** Standard input and file descriptors of a shell's <(…), whose paths say nothing about the content. */
const NAMELESS = /^(-|\/dev\/stdin|\/(dev|proc\/self)\/fd\/\d+)$/;

/** The name of a kernel whose file gives none. */
export function nameOfFile(path: string): string {
  if (NAMELESS.test(path)) return 'kernel';
  return path.slice(folderOfFile(path).length).replace(ENDING, '') || 'kernel';
}

/** The folder of a path with its last separator; empty if there is none. */
export function folderOfFile(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** The extension of a path in lower case, without the dot; empty if there is none. */
export function endingOfFile(path: string): string {
  return /\.([^./\\]*)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}

const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
/** In bytes of UTF-8. */
const LONGEST_LABEL = 100;

/**
 * Makes a kernel's name or reference safe as part of a file name on any system: letters and digits of any
 * script, `.`, `_` and `-` stay, everything else becomes one `-`. `gaussian:sigma=2` → `gaussian-sigma-2`.
 */
export function fileLabel(name: string): string {
  const plain = name.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-');
  const label = trimLabel(plain) || 'kernel';
  // Windows reserves these names for devices, with any extension.
  const safe = RESERVED.test(label) ? `kernel-${label}` : label;
  const { read } = new TextEncoder().encodeInto(safe, new Uint8Array(LONGEST_LABEL));
  return read === safe.length ? safe : trimLabel(safe.slice(0, read));
}

// A leading dot hides a file, a leading dash looks like an option, a leading combining mark would join the
// text before it; Windows drops trailing dots.
function trimLabel(text: string): string {
  return text.replace(/^[.\-\p{M}]+/u, '').replace(/[.-]+$/, '');
}

function isInline(text: string): boolean {
  return JSON_TEXT.test(text) || (MATRIX_OR_STRING.test(text) && !ENDING_OR_PART.test(text));
}

function checkCharacters(text: string): void {
  const subject = refSubject(text);
  if (text.trim() === '') {
    const expected = 'a name, a generator call, a path or JSON';
    throw new KernelError({ subject, expected, found: 'nothing' });
  }
  // A NUL would truncate a path; the other control characters are never intended. Lone low surrogates
  // U+DC80–DCFF are allowed: they stand for path bytes that are not UTF-8.
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

function parseArgument(text: string): CallArgument {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: null, value: text.trim() };
  return { name: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() };
}
