// Reads safetensors files: 8 bytes with the length of the header, the header (JSON: type, shape and position
// of each named tensor), then the tensors, little-endian with the last index fastest. One tensor gives
// kernels like an NPY array, and X.bias becomes the bias of X.weight. Only the header and the used tensors
// are read, whatever the size of the model. Source: the format's README.

import { cut, KernelError, quoted } from '../../core/errors.js';
import { nearestNames } from '../did-you-mean.js';
import { describeValue } from '../fault.js';
import { decodeText, JSON_SIZE_LIMIT, parseJson } from '../file/json.js';
import type { Context } from '../file/weights.js';
import type { Bank } from '../kernel.js';
import {
  type Biases,
  bankOfArray,
  bytesOf,
  checkShape,
  type ElementName,
  type StoredArray,
  shapeText,
  valuesOf,
} from './array.js';
import type { BinaryFormat, RangedFile } from './format.js';

const TYPES: Readonly<Record<string, ElementName>> = {
  I8: 'i1',
  U8: 'u1',
  I16: 'i2',
  U16: 'u2',
  I32: 'i4',
  U32: 'u4',
  I64: 'i8',
  U64: 'u8',
  F16: 'f2',
  BF16: 'bf2',
  F32: 'f4',
  F64: 'f8',
};

/** How many tensors an error message lists. */
const MAX_LISTED = 8;

interface Tensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte and end, relative to the end of the header. */
  readonly offsets: readonly [number, number];
}

/** An open file, and the tensors that its header lists. */
interface Model {
  readonly file: RangedFile;
  readonly subject: string;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Byte offset of the first tensor. */
  readonly end: number;
}

/** Checks the shape of a tensor before its elements are read. @param place the tensor, in the error that it throws. */
type ValidateShape = (shape: readonly number[], place: string) => void;

export const safetensors: BinaryFormat = {
  name: 'safetensors',
  kind: 'binary',
  endings: ['safetensors'],
  // A length below 2^32, then the opening brace of the header: no text has four NUL bytes in a row.
  recognises: (bytes) => bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0),
  read(bytes, context) {
    const read = async (start: number, end: number) => bytes.subarray(start, end);
    return readTensor({ size: bytes.length, read, close: async () => undefined }, null, context);
  },
};

/** The kernels of one tensor with its bias; without a name, of the only tensor that can be kernels. */
export async function readTensor(file: RangedFile, name: string | null, context: Context): Promise<Bank> {
  const { subject, onNote } = context;
  const model = await readHeader(file, subject);
  const found = tensorName(model, name);
  const array = await arrayOf(model, found, (shape, place) => checkShape(shape, place, context));
  const kernels = array.shape.length === 4 ? array.shape[0]! : 1;
  const bias = await biasOf(model, found, kernels, context);
  for (const left of siblingsOf(model, found))
    onNote?.(subject, `${describeTensor(model, left)} is not applied to ${cut(found, 80)}`);
  const named = { ...context, name: `${context.name}#${cut(found, 80)}` };
  return bankOfArray(array, name === null ? context : named, bias);
}

/** One tensor as an array; without a name, the only one of 2 to 4 dimensions. @throws KernelError that names it. */
export async function arrayInSafetensors(
  file: RangedFile,
  name: string | null,
  subject: string,
  validateShape: ValidateShape,
): Promise<StoredArray & { readonly bias: string | null }> {
  const model = await readHeader(file, subject);
  const found = tensorName(model, name);
  const bias = biasName(found);
  const array = await arrayOf(model, found, validateShape);
  return { ...array, bias: bias !== null && model.tensors.has(bias) ? bias : null };
}

async function arrayOf(model: Model, name: string, validateShape?: ValidateShape): Promise<StoredArray> {
  const { file, subject, end } = model;
  const { dtype, shape, offsets } = model.tensors.get(name)!;
  const place = `tensor ${quoted(name, 80)}`;
  const type = Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
  const refuse = (expected: string, found: string) => new KernelError({ subject, place, expected, found });
  if (type === undefined) throw refuse(`one of the types ${Object.keys(TYPES).join(' ')}`, quoted(dtype));
  validateShape?.(shape, place);
  const bytes = bytesOf({ shape, type });
  const [from, to] = offsets;
  if (to - from !== bytes) throw refuse(`${bytes} bytes for ${shapeText(shape)} of ${dtype}`, `${to - from}`);
  if (end + to > file.size) {
    throw refuse(`a file of at least ${end + to} bytes, where the tensor ends`, `${file.size}`);
  }
  const elements = await file.read(end + from, end + to);
  return { shape, type, isLittle: true, isFortran: false, elements, offset: end + from };
}

/** Suffixes of weight names in PyTorch, Keras and Flax. */
const WEIGHTS = /^(|.*[./_])(weight|kernel)$/s;

/** The name of the bias for these weights; null if the name has no known suffix. */
function biasName(weights: string): string | null {
  const stem = WEIGHTS.exec(weights)?.[1];
  return stem === undefined ? null : `${stem}bias`;
}

/** The bias of a tensor's layer, if it has one number per kernel; otherwise a note says that it is ignored. */
async function biasOf(
  model: Model,
  weights: string,
  kernels: number,
  { subject, onNote }: Context,
): Promise<Biases | null> {
  const name = biasName(weights);
  const tensor = name === null ? undefined : model.tensors.get(name);
  if (name === null || tensor === undefined) return null;
  const count = tensor.shape.reduce((product, size) => product * size, 1);
  if (tensor.shape.length > 1 || count !== kernels) {
    const numbers = `${kernels} ${kernels === 1 ? 'number, for one kernel' : 'numbers, one per kernel'}`;
    onNote?.(subject, `${describeTensor(model, name)} is ignored: a bias needs ${numbers}`);
    return null;
  }
  const values = valuesOf(await arrayOf(model, name), subject);
  return { description: `Tensor ${describeTensor(model, weights)}, with ${cut(name)} as bias.`, values };
}

/** Other tensors of the same layer except its bias, such as the scale of quantized weights. */
function siblingsOf({ tensors }: Model, name: string): string[] {
  const layer = WEIGHTS.exec(name)?.[1] ?? '';
  const isInLayer = (other: string) =>
    layer !== '' && other.startsWith(layer) && !/[./]/.test(other.slice(layer.length));
  const isPart = (other: string) => other.startsWith(`${name}_`) || other.startsWith(`${name}.`);
  return [...tensors.keys()].filter(
    (other) => other !== name && other !== biasName(name) && (isInLayer(other) || isPart(other)),
  );
}

/** Reads and checks the header only. @throws KernelError with the place. */
async function readHeader(file: RangedFile, subject: string): Promise<Model> {
  const refuse = (expected: string, found: string) =>
    new KernelError({ subject, place: "header's length (byte 0)", expected, found });
  if (file.size < 8) throw refuse('8 bytes', `${file.size}`);
  const bytes = await file.read(0, 8);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const most = Math.min(JSON_SIZE_LIMIT, file.size - 8);
  if (length > most) throw refuse(`at most ${most} bytes`, `${length}`);
  const place = `header of ${cut(subject, 200)}`;
  const value = await parseJson(decodeText(await file.read(8, 8 + length), place), place);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const expected = 'an object of tensors';
    throw new KernelError({ subject, place: 'header (byte 8)', expected, found: describeValue(value) });
  }
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(value)) {
    if (name !== '__metadata__') tensors.set(name, checkedTensor(name, entry, subject));
  }
  return { file, subject, tensors, end: 8 + length };
}

function checkedTensor(name: string, entry: unknown, subject: string): Tensor {
  const isSize = (size: unknown) => Number.isSafeInteger(size) && (size as number) >= 0;
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const fault = (field: string, expected: string, value: unknown) =>
    new KernelError({
      subject,
      place: `tensor ${quoted(name)}, ${field}`,
      expected,
      found: describeValue(value),
    });
  if (typeof dtype !== 'string') throw fault('dtype', 'a type such as "F32"', dtype);
  if (!Array.isArray(shape)) throw fault('shape', 'an array of whole numbers', shape);
  const wrong = shape.findIndex((size) => !isSize(size));
  if (wrong >= 0) throw fault(`shape[${wrong}]`, 'a whole number', shape[wrong]);
  const isRange = Array.isArray(offsets) && offsets.length === 2 && offsets.every(isSize);
  if (!isRange || offsets[0] > offsets[1]) throw fault('data_offsets', 'two rising offsets', offsets);
  return { dtype, shape, offsets: offsets as [number, number] };
}

/** The name of the requested tensor; without a name, of the only suitable one. @throws KernelError. */
function tensorName(model: Model, name: string | null): string {
  const { tensors, subject } = model;
  if (name === null) return onlyTensor(model);
  if (tensors.has(name)) return name;
  const near = nearestNames(name, [...tensors.keys()]).map((word) => cut(word));
  throw new KernelError({
    subject,
    problem: name === '' ? 'there is no tensor name after #' : `there is no tensor ${quoted(name, 80)}`,
    advice: near.length > 0 ? `nearest: ${near.join(', ')}` : `there are ${listOf(model, tensors)}`,
  });
}

/**
 * The only tensor with a suitable shape. Tensors of unsupported types count too, so that they never cause
 * another tensor to be chosen. @throws KernelError that lists the candidates.
 */
function onlyTensor(model: Model): string {
  const { tensors, subject } = model;
  const suitable = new Map([...tensors].filter(([, { shape }]) => shape.length >= 2 && shape.length <= 4));
  const [only] = suitable.keys();
  if (suitable.size === 1) return only!;
  throw new KernelError({
    subject,
    expected: 'one tensor of 2 to 4 dimensions, or its name after the path: #name',
    found: suitable.size === 0 ? `none among ${listOf(model, tensors)}` : listOf(model, suitable),
  });
}

function listOf(model: Model, tensors: ReadonlyMap<string, Tensor>): string {
  const items = [...tensors.keys()].slice(0, MAX_LISTED).map((name) => describeTensor(model, name));
  const more = tensors.size > MAX_LISTED ? ` and ${tensors.size - MAX_LISTED} more` : '';
  return items.length === 0 ? 'no tensors' : items.join(', ') + more;
}

/** `conv1.weight (4, 3, 3, 3) of F32` */
function describeTensor({ tensors }: Model, name: string): string {
  const { shape, dtype } = tensors.get(name)!;
  return `${cut(name)} ${cut(shapeText(shape), 80)} of ${cut(dtype, 20)}`;
}
