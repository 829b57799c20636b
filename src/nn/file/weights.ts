// Loads the weights and biases of layers: nested lists, NPY or safetensors files next to the stack, or random
// numbers from a seed.

import { ConvtoolError, cut, KernelError, quoted } from '../../core/errors.js';
import { openForPartialReads, readWhole } from '../../io/read-file.js';
import { KernelFault, type Path, unexpected } from '../../kernels/fault.js';
import {
  orderNote,
  type StoredArray,
  shapeText,
  valuesOf,
  WITHIN_FLOAT32,
} from '../../kernels/formats/array.js';
import { arrayInNpy } from '../../kernels/formats/npy.js';
import { arrayInSafetensors } from '../../kernels/formats/safetensors.js';
import { mulberry32 } from '../../kernels/generators/random.js';
import { FLOAT32_MAX } from '../../kernels/kernel.js';
import { endingOfFile, folderOfFile } from '../../kernels/load/ref.js';
import { sharedFloats } from '../run/buffer-pool.js';
import type { Seeded } from './stack-schema.js';

/** An array of a layer, in shared memory. */
export interface Weights {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** The bias of the same layer in the file, if any. */
  readonly bias?: string | null;
}

/** A gigabyte of float32. */
const MAX_PARAMETERS = 2 ** 28;

/** Maximum size in bytes of a weights file that is read whole. */
const MAX_FILE_BYTES = 2 ** 31;

/** Loads the weights and biases of one stack file, and counts their numbers against the limit. */
export class WeightsLoader {
  readonly subject: string;
  readonly onNote: (subject: string, note: string) => void;
  readonly #onFile: (identity: string) => void;
  /** How many more numbers may be read. */
  #left = MAX_PARAMETERS;

  /**
   * @param subject the path of the stack file: names of other files are relative to its folder.
   * @param onFile called with the identity of every file that was read.
   * @param onNote called about weights whose shape looks like TensorFlow's order (y, x, in, out).
   */
  constructor(
    subject: string,
    onFile: (identity: string) => void,
    onNote: (subject: string, note: string) => void,
  ) {
    this.subject = subject;
    this.#onFile = onFile;
    this.onNote = onNote;
  }

  /** Loads an array with a number of dimensions from the value at `path`. @throws KernelFault, KernelError. */
  async load(
    written: readonly unknown[] | string | Seeded,
    dimensions: number,
    path: Path,
  ): Promise<Weights> {
    if (typeof written === 'string') return this.#readFile(written, dimensions, path);
    if ('random' in written) return this.#createRandom(written.random, path);
    return this.#parseLists(written, dimensions, path);
  }

  #fault(path: Path, expected: string, found: string): KernelFault {
    return new KernelFault({ subject: this.subject, path, expected, found });
  }

  async #readFile(written: string, dimensions: number, path: Path): Promise<Weights> {
    const [, name = written, tensor] = /^(.*\.safetensors)#(.*)$/s.exec(written) ?? [];
    const file = /^([/\\]|[a-z]:[/\\])/i.test(name) ? name : folderOfFile(this.subject) + name;
    const ending = endingOfFile(file);
    const validateShape = (shape: readonly number[]) => {
      if (shape.length !== dimensions || shape.includes(0)) {
        const expected = `an array of ${dimensions === 1 ? '1 dimension' : `${dimensions} dimensions`}`;
        throw this.#fault(path, expected, `${shapeText(shape)} in ${quoted(written, 80)}`);
      }
      this.#countParameters(shape, path);
      const note = dimensions === 4 ? orderNote(shape) : null;
      if (note !== null) this.onNote(this.subject, `${written}: ${note}`);
    };
    try {
      if (ending === 'npy') {
        const { bytes, identity } = await readWhole(file, { bytes: MAX_FILE_BYTES }, KernelError);
        if (identity !== null) this.#onFile(identity);
        return toWeights(arrayInNpy(bytes, file, validateShape), file);
      }
      if (ending === 'safetensors') {
        const parts = await openForPartialReads(file, KernelError);
        try {
          this.#onFile(parts.identity);
          const array = await arrayInSafetensors(parts, tensor ?? null, file, validateShape);
          const bias = array.bias === null ? null : `${cut(array.bias)} of ${name}`;
          return { ...toWeights(array, file), bias };
        } finally {
          await parts.close();
        }
      }
    } catch (error) {
      if (!(error instanceof ConvtoolError) || error instanceof KernelFault) throw error;
      throw new KernelFault({ subject: this.subject, path, problem: error.message });
    }
    throw this.#fault(path, 'a file ending in .npy, .safetensors or .safetensors#name', quoted(written, 80));
  }

  /**
   * Random weights from −bound to bound, where bound = √(6 / (in · height · width)), so that outputs followed
   * by a relu are about as large as inputs (He et al., 2015). Uses Mulberry32 like the generator `random`, one
   * value per weight, last index fastest.
   */
  #createRandom({ seed, out, in: channels, size }: Seeded['random'], path: Path): Weights {
    const [width, height] = size;
    const shape = [out, channels, height, width];
    this.#countParameters(shape, path);
    const next = mulberry32(seed);
    const bound = Math.sqrt(6 / (channels * height * width));
    const values = sharedFloats(out * channels * height * width);
    for (let i = 0; i < values.length; i++) values[i] = (next() / 2 ** 31 - 1) * bound;
    return { shape, values };
  }

  /** Parses nested lists with `dimensions` levels, in which all lists of a level have equal length. */
  #parseLists(written: readonly unknown[], dimensions: number, path: Path): Weights {
    const shape: number[] = [];
    const numbers: number[] = [];
    const gather = (value: unknown, level: number, place: Path) => {
      if (level === dimensions) {
        if (typeof value !== 'number' || !(Math.abs(value) <= FLOAT32_MAX)) {
          const expected = Number.isFinite(value) ? WITHIN_FLOAT32 : 'a finite number';
          throw unexpected(value, expected, { subject: this.subject, path: place });
        }
        numbers.push(value);
        return;
      }
      if (!Array.isArray(value) || value.length === 0) {
        const expected = `a list, since weights have ${dimensions} levels of brackets`;
        throw unexpected(value, expected, { subject: this.subject, path: place });
      }
      shape[level] ??= value.length;
      if (value.length !== shape[level]) {
        const expected = `${shape[level]} entries, as in the first list of this level`;
        throw this.#fault(place, expected, String(value.length));
      }
      for (const [i, one] of value.entries()) gather(one, level + 1, [...place, i]);
    };
    gather(written, 0, path);
    this.#countParameters(shape, path);
    const values = sharedFloats(numbers.length);
    values.set(numbers);
    return { shape, values };
  }

  #countParameters(shape: readonly number[], path: Path): void {
    this.#left -= shape.reduce((product, size) => product * size, 1);
    if (this.#left >= 0) return;
    const expected = `at most ${MAX_PARAMETERS} parameters in a stack`;
    throw this.#fault(path, expected, `more with ${shapeText(shape)} here`);
  }
}

function toWeights(array: StoredArray, file: string): Weights {
  const { shape, type, isLittle, isFortran } = array;
  const values = sharedFloats(shape.reduce((product, size) => product * size, 1));
  if (type === 'f4' && isLittle && !isFortran) {
    new Uint8Array(values.buffer).set(array.elements);
    // The general path below reports which number is not finite.
    if (values.every(Number.isFinite)) return { shape, values };
  }
  values.set(valuesOf(array, file, FLOAT32_MAX));
  return { shape, values };
}
