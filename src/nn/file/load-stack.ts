// Loads a stack file: reads the weights, checks the rules over several keys of a layer, and that each layer accepts
// the channels of the previous one. Errors name the layer and its line.

import { KernelError } from '../../core/errors.js';
import { readWhole } from '../../io/read-file.js';
import { KernelFault, type Path } from '../../kernels/fault.js';
import { decodeText, JSON_SIZE_LIMIT, parseJson } from '../../kernels/file/json.js';
import { WITHIN_FLOAT32 } from '../../kernels/formats/array.js';
import { FLOAT32_MAX } from '../../kernels/kernel.js';
import { type Layer, X, Y } from '../layer.js';
import { maxOutputPadding, samePadding } from '../plan/geometry.js';
import { inputChannels, outputChannels } from '../plan/shape-inference.js';
import { type LayerDefinition, parseStack } from './parse-stack.js';
import { WeightsLoader } from './weights.js';

export interface Stack {
  /** Name of the file in messages. */
  readonly subject: string;
  readonly layers: readonly Layer[];
  /** The colours that images are converted to; null: those of the image. */
  readonly colours: 'gray' | 'rgb' | null;
  /** Whether samples are scaled to 0…1, or used as stored. */
  readonly scale: 'unit' | 'stored';
}

/**
 * Loads a stack.
 * @param onFile called with the identity of every file that was read.
 * @param onNote called about a bias that no layer uses, and about weights that look like TensorFlow's.
 * @throws KernelError naming file, layer, line and column.
 */
export async function loadStack(
  path: string,
  onFile: (identity: string) => void = () => undefined,
  onNote: (subject: string, note: string) => void = () => undefined,
): Promise<Stack> {
  const { bytes, identity } = await readWhole(path, { bytes: JSON_SIZE_LIMIT }, KernelError);
  if (identity !== null) onFile(identity);
  const text = decodeText(bytes, path);
  try {
    const definition = parseStack(await parseJson(text, path), path);
    const loader = new WeightsLoader(path, onFile, onNote);
    const layers: Layer[] = [];
    for (const [i, layer] of definition.layers.entries())
      layers.push(await completeLayer(layer, ['layers', i], loader));
    checkChannels(layers, definition.input?.channels ?? null, path);
    const { channels: colours = null, scale = 'unit' } = definition.input ?? {};
    return { subject: path, layers, colours, scale };
  } catch (error) {
    if (!(error instanceof KernelFault) || error.details.subject !== path) throw error;
    const { locateFaults } = await import('../../kernels/file/json-location.js');
    throw (await locateFaults(text, [error]))[0];
  }
}

async function completeLayer(definition: LayerDefinition, path: Path, loader: WeightsLoader): Promise<Layer> {
  const refuse = (keys: Path, expected: string, found: string) =>
    new KernelFault({ subject: loader.subject, path: [...path, ...keys], expected, found });
  switch (definition.type) {
    case 'conv':
    case 'conv-transpose':
      return completeWeightedLayer(definition, path, loader, refuse);
    case 'max-pool':
    case 'average-pool': {
      const { size, padding, stride = size } = definition;
      if (2 * padding.left > size[X] || 2 * padding.top > size[Y]) {
        const expected = `padding of at most half the size ${size.join('×')}, so that no window is empty`;
        throw refuse(['padding'], expected, `${padding.left}×${padding.top}`);
      }
      return { countPadding: true, ...definition, stride };
    }
    case 'normalise':
      return completeNormalise(definition, refuse);
    default:
      return definition;
  }
}

/** Creates the error of a layer's value at `keys`. */
type Refuse = (keys: Path, expected: string, found: string) => KernelFault;

async function completeWeightedLayer(
  definition: Extract<LayerDefinition, { type: 'conv' | 'conv-transpose' }>,
  path: Path,
  loader: WeightsLoader,
  refuse: Refuse,
): Promise<Layer> {
  const { name, groups, stride, dilation } = definition;
  const loaded = await loader.load(definition.weights, 4, [...path, 'weights']);
  if (loaded.bias && definition.bias === undefined)
    loader.onNote(loader.subject, `${name}: ${loaded.bias} is ignored, since the layer has no "bias"`);
  const shape = loaded.shape as [number, number, number, number];
  const [first, second, height, width] = shape;
  // In a transposed convolution, groups split the input channels.
  if (first % groups !== 0) {
    const what = definition.type === 'conv' ? 'output' : 'input';
    throw refuse(['groups'], `a divisor of the ${first} ${what} channels of the weights`, String(groups));
  }
  const outputs = definition.type === 'conv' ? first : second * groups;
  const bias =
    definition.bias === undefined ? null : await loader.load(definition.bias, 1, [...path, 'bias']);
  if (bias && bias.shape[0] !== outputs)
    throw refuse(['bias'], `${outputs} numbers, one per output channel`, String(bias.shape[0]));
  const same = () => {
    if (stride[X] !== 1 || stride[Y] !== 1) {
      const found = `"same" with a stride of ${stride.join('×')}`;
      throw refuse(['padding'], 'numbers, since "same" requires a stride of 1', found);
    }
    const across = samePadding({ size: width, dilation: dilation[X] });
    const down = samePadding({ size: height, dilation: dilation[Y] });
    return { left: across.before, top: down.before, right: across.after, bottom: down.after };
  };
  const padding = definition.padding === 'same' ? same() : definition.padding;
  const arrays = { weights: loaded.values, shape, bias: bias?.values ?? null };
  const common = { name, ...arrays, stride, padding, dilation, groups };
  if (definition.type === 'conv') return { type: 'conv', ...common };
  const { outputPadding: extra } = definition;
  for (const axis of [X, Y]) {
    const most = maxOutputPadding(stride[axis], dilation[axis]);
    const expected = `less than the stride or the dilation, at most ${most}`;
    if (extra[axis] > most) throw refuse(['outputPadding'], expected, String(extra[axis]));
  }
  return { type: 'conv-transpose', ...common, extra };
}

function completeNormalise(
  { name, mean, std, over, epsilon }: Extract<LayerDefinition, { type: 'normalise' }>,
  refuse: Refuse,
): Layer {
  const given = Object.entries({ mean, std, over }).filter(([, value]) => value !== undefined);
  const keys = given.map(([key]) => key).join(', ');
  if (keys !== 'mean, std' && keys !== 'over')
    throw refuse([], '"mean" with "std", or "over"', keys || 'neither');
  if (over !== undefined) return { type: 'normalise-over', name, over, epsilon };
  if (mean!.length !== std!.length)
    throw refuse(['std'], `${mean!.length} numbers, as in "mean"`, String(std!.length));
  const floats = (key: 'mean' | 'std', values: readonly number[]) => {
    const tooLarge = values.findIndex((value) => Math.abs(value) > FLOAT32_MAX);
    if (tooLarge >= 0) throw refuse([key, tooLarge], WITHIN_FLOAT32, String(values[tooLarge]));
    const numbers = Float32Array.from(values);
    const zero = key === 'std' ? numbers.indexOf(0) : -1;
    if (zero < 0) return numbers;
    throw refuse([key, zero], 'a number that is above 0 in float32, at least 1.4e-45', String(values[zero]));
  };
  return { type: 'normalise', name, mean: floats('mean', mean!), std: floats('std', std!) };
}

/** Checks the channels of each layer against the previous one, as far as they are known without an image. */
function checkChannels(layers: readonly Layer[], colours: Stack['colours'], subject: string): void {
  let available: number | null = colours === null ? null : colours === 'gray' ? 1 : 3;
  let from = 'the input';
  for (const [i, layer] of layers.entries()) {
    const required = inputChannels(layer);
    if (available !== null && required !== null && available !== required) {
      const expected = `${required} input channels for ${layer.name}`;
      throw new KernelFault({ subject, path: ['layers', i], expected, found: `${available} from ${from}` });
    }
    const channels = required ?? available;
    available = channels === null ? null : outputChannels(layer, channels);
    if (required !== null) from = layer.name;
  }
}
