// Recognizes files that contain no kernel by their first bytes, so that an error can say what they are.

interface ForeignFile {
  /** Matched against the first bytes as Latin-1. */
  readonly start: RegExp;
  readonly what: string;
}

const ARRAYS = 'save the weights as safetensors or NPY';

const KNOWN: readonly ForeignFile[] = [
  { start: /^PK\x03\x04/, what: 'a ZIP archive, as PyTorch (.pt, .pth) and NumPy (.npz) write' },
  { start: /^\x89HDF\r\n\x1a\n/, what: 'an HDF5 file, as Keras (.h5) writes' },
  { start: /^\x80[\x02-\x05]/, what: 'a Python pickle, as PyTorch (.pt, .pth) and joblib write' },
  { start: /^....TFL3/s, what: 'a TensorFlow Lite model' },
  { start: /^GGUF/, what: 'a GGUF model' },
  { start: /^MATLAB 5\.0/, what: 'a MATLAB file' },
  { start: /^\x08[\x01-\x0f]\x12.(pytorch|keras|tf2onnx|onnx)/s, what: 'an ONNX model' },
  { start: /^\x1f\x8b/, what: 'a file compressed by gzip' },
  { start: /^%PDF/, what: 'a PDF document' },
  { start: /^SIMPLE {2}=/, what: 'a FITS image' },
  { start: /^(\x7fELF|MZ)/, what: 'a program' },
];

/** The type of a file that contains no kernel, and advice; null if the type is unknown. */
export function foreignFile(bytes: Uint8Array): { readonly what: string; readonly advice: string } | null {
  const head = Array.from(bytes.subarray(0, 32), (byte) => String.fromCharCode(byte)).join('');
  const known = KNOWN.find(({ start }) => start.test(head));
  if (known) return { what: known.what, advice: ARRAYS };
  // Text has no NUL among its first bytes.
  return bytes.subarray(0, 512).includes(0)
    ? { what: 'binary data of an unknown kind', advice: ARRAYS }
    : null;
}
