// Loads a stack file: reads its weights, fills in defaults and checks that the channels of consecutive layers
// match. Errors name the layer and its line.

import { KernelError } from '../../core/errors.js';
import { readWhole } from '../../io/read-file.js';
import { KernelFault, type Path } from '../../kernels/fault.js';
import { FLOAT32_MAX } from '../../kernels/file/build.js';
import { decodeText, JSON_SIZE_LIMIT, parseJson } from '../../kernels/file/json.js';
import { WITHIN_FLOAT32 } from '../../kernels/formats/array.js';
import { type Layer, type Padding, type Pair, X, Y } from '../layer.js';
import { maxOutputPadding, samePadding } from '../plan/geometry.js';
import { inputChannels, outputChannels } from '../plan/shape-inference.js';
import { type LayerDefinition, parseStack } from './parse-stack.js';
import { loadWeights, MAX_PARAMETERS, type WeightsContext } from './weights.js';

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
 * @param onNote called about a bias that no layer uses, and about weights whose order looks different.
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
    const context: WeightsContext = { subject: path, onFile, onNote, left: MAX_PARAMETERS };
    const layers: Layer[] = [];
    for (const [i, layer] of definition.layers.entries())
      layers.push(await completeLayer(layer, ['layers', i], context));
    checkChannels(layers, definition.input?.channels ?? null, path);
    const { channels: colours = null, scale = 'unit' } = definition.input ?? {};
    return { subject: path, layers, colours, scale };
  } catch (error) {
    if (!(error instanceof KernelFault) || error.details.subject !== path) throw error;
    const { locateFaults } = await import('../../kernels/file/json-location.js');
    throw (await locateFaults(text, [error]))[0];
  }
}

async function completeLayer(
  definition: LayerDefinition,
  path: Path,
  context: WeightsContext,
): Promise<Layer> {
  const { type, name } = definition;
  switch (type) {
    case 'conv':
    case 'conv-transpose':
      return completeWeightedLayer(definition, path, context);
    case 'max-pool':
    case 'average-pool': {
      const size = pairOf(definition.size);
      const padding = paddingOf(definition.padding ?? 0);
      const least = [2 * padding.left, 2 * padding.top];
      if (least[X]! > size[X] || least[Y]! > size[Y]) {
        const expected = `padding of at most half the size ${size.join('×')}, so that no window is empty`;
        const found = `${padding.left}×${padding.top}`;
        throw new KernelFault({ subject: context.subject, path: [...path, 'padding'], expected, found });
      }
      const stride = pairOf(definition.stride ?? definition.size);
      const countPadding = !('countPadding' in definition) || definition.countPadding !== false;
      return { type, name, size, stride, padding, dilation: pairOf(definition.dilation ?? 1), countPadding };
    }
    case 'upsample':
      return { type, name, scale: pairOf(definition.scale), mode: definition.mode ?? 'nearest' };
    case 'normalise':
      return completeNormalise(definition, path, context.subject);
    default:
      return { type, name };
  }
}

type Weighted = Extract<LayerDefinition, { type: 'conv' | 'conv-transpose' }>;

async function completeWeightedLayer(
  definition: Weighted,
  path: Path,
  context: WeightsContext,
): Promise<Layer> {
  const { name, groups = 1 } = definition;
  const { subject } = context;
  const refuse = (key: string, expected: string, found: string) =>
    new KernelFault({ subject, path: [...path, key], expected, found });
  const loaded = await loadWeights(definition.weights, 4, [...path, 'weights'], context);
  if (loaded.bias && definition.bias === undefined)
    context.onNote(subject, `${name}: ${loaded.bias} is ignored, since the layer has no "bias"`);
  const shape = loaded.shape as [number, number, number, number];
  const [first, second, height, width] = shape;
  // In a transposed convolution, groups split the input channels.
  if (first % groups !== 0) {
    const what = definition.type === 'conv' ? 'output' : 'input';
    throw refuse('groups', `a divisor of the ${first} ${what} channels of the weights`, String(groups));
  }
  const outputs = definition.type === 'conv' ? first : second * groups;
  const bias =
    definition.bias === undefined ? null : await loadWeights(definition.bias, 1, [...path, 'bias'], context);
  if (bias && bias.shape[0] !== outputs)
    throw refuse('bias', `${outputs} numbers, one per output channel`, String(bias.shape[0]));
  const [stride, dilation] = [pairOf(definition.stride ?? 1), pairOf(definition.dilation ?? 1)];
  const same = () => {
    if (stride[X] !== 1 || stride[Y] !== 1)
      throw refuse(
        'padding',
        'numbers, since "same" requires a stride of 1',
        `"same" with a stride of ${stride.join('×')}`,
      );
    const across = samePadding({ size: width, dilation: dilation[X] });
    const down = samePadding({ size: height, dilation: dilation[Y] });
    return { left: across.before, top: down.before, right: across.after, bottom: down.after };
  };
  const padding = definition.padding === 'same' ? same() : paddingOf(definition.padding ?? 0);
  const arrays = { weights: loaded.values, shape, bias: bias?.values ?? null };
  const common = { name, ...arrays, stride, padding, dilation, groups };
  if (definition.type === 'conv') return { type: 'conv', ...common };
  const extra = pairOf(definition.outputPadding ?? 0);
  for (const axis of [X, Y]) {
    const most = maxOutputPadding(stride[axis], dilation[axis]);
    if (extra[axis] > most)
      throw refuse(
        'outputPadding',
        `less than the stride or the dilation, at most ${most}`,
        String(extra[axis]),
      );
  }
  return { type: 'conv-transpose', ...common, extra };
}

function completeNormalise(
  { name, mean, std, over, epsilon = 1e-5 }: Extract<LayerDefinition, { type: 'normalise' }>,
  path: Path,
  subject: string,
): Layer {
  const isGiven = mean !== undefined && std !== undefined;
  if (isGiven === (over !== undefined) || (mean === undefined) !== (std === undefined)) {
    const expected = '"mean" with "std", or "over"';
    const found = Object.entries({ mean, std, over }).flatMap(([key, value]) =>
      value === undefined ? [] : [key],
    );
    throw new KernelFault({ subject, path, expected, found: found.join(', ') || 'neither' });
  }
  if (over !== undefined) return { type: 'normalise-over', name, over, epsilon };
  if (mean!.length !== std!.length) {
    const expected = `${mean!.length} numbers, as in "mean"`;
    throw new KernelFault({ subject, path: [...path, 'std'], expected, found: String(std!.length) });
  }
  const floats = (key: 'mean' | 'std', values: readonly number[]) => {
    const refuse = (at: number, expected: string) => {
      const found = String(values[at]);
      throw new KernelFault({ subject, path: [...path, key, at], expected, found });
    };
    const tooLarge = values.findIndex((value) => Math.abs(value) > FLOAT32_MAX);
    if (tooLarge >= 0) refuse(tooLarge, WITHIN_FLOAT32);
    const numbers = Float32Array.from(values);
    const zero = key === 'std' ? numbers.indexOf(0) : -1;
    if (zero >= 0) refuse(zero, 'a number that is above 0 in float32, at least 1.4e-45');
    return numbers;
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

function pairOf(value: number | readonly [number, number]): Pair {
  return typeof value === 'number' ? [value, value] : value;
}

function paddingOf(
  value: number | readonly [number, number] | readonly [number, number, number, number],
): Padding {
  if (typeof value !== 'number' && value.length === 4) {
    const [left, top, right, bottom] = value;
    return { left, top, right, bottom };
  }
  const [x, y] = pairOf(value);
  return { left: x, top: y, right: x, bottom: y };
}
