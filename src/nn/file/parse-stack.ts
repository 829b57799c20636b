// Parses JSON values into layer definitions, each checked on its own; weights in files are still to be read.

import { quoted } from '../../core/errors.js';
import { nearestAdvice, nearestNames } from '../../kernels/did-you-mean.js';
import { describeValue, KernelFault, oneOf, type Path } from '../../kernels/fault.js';
import { checkSchema } from '../../kernels/file/settings.js';
import { LAYER_KEYS, type LayerType, STACK_KEYS, type StackSettings, type Values } from './stack-schema.js';

/** A layer as written in the file, checked on its own. */
export type LayerDefinition = {
  [Type in LayerType]: { readonly type: Type; readonly name: string } & Omit<Values<Type>, 'name'>;
}[LayerType];

export interface StackDefinition extends StackSettings {
  readonly layers: readonly LayerDefinition[];
}

/** More layers are assumed to be a mistake. */
const MAX_LAYERS = 1000;

/** Parses a stack. @throws KernelFault with the path of the error. */
export function parseStack(value: unknown, subject: string): StackDefinition {
  const fault = (path: Path, expected: string, found: string, advice?: string) =>
    new KernelFault({ subject, path, expected, found, ...(advice && { advice }) });
  const checkKeys = (object: object, keys: readonly string[], path: Path, of: string) => {
    const unknown = Object.keys(object).find((key) => !keys.includes(key));
    if (unknown === undefined) return;
    const problem = `unknown key ${quoted(unknown)} of ${of}`;
    const advice = nearestAdvice(unknown, keys);
    throw new KernelFault({ subject, path: [...path, unknown], atKey: true, problem, advice });
  };
  const typeOf = (type: unknown, path: Path): LayerType => {
    if (typeof type === 'string' && Object.hasOwn(LAYER_KEYS, type)) return type as LayerType;
    const types = Object.keys(LAYER_KEYS);
    const near = typeof type === 'string' ? nearestNames(type, types) : [];
    const advice = near.length > 0 ? `nearest: ${near.join(', ')}` : '';
    throw fault(path, `one of ${oneOf(types)}`, describeValue(type), advice);
  };
  if (!isObject(value))
    throw fault([], 'a stack such as {"layers": [{"type": "relu"}]}', describeValue(value));
  checkKeys(value, [...Object.keys(STACK_KEYS.entries), 'layers'], [], 'a stack');
  const settings = checkSchema(STACK_KEYS, value, { subject, path: [] });
  const { layers } = value;
  if (!Array.isArray(layers) || layers.length === 0)
    throw fault(['layers'], 'a list of at least one layer', describeValue(layers));
  if (layers.length > MAX_LAYERS)
    throw fault(['layers'], `at most ${MAX_LAYERS} layers`, String(layers.length));
  const counts = new Map<string, number>();
  const indexByName = new Map<string, number>();
  const parsed = layers.map((layer: unknown, i) => {
    const path = ['layers', i];
    if (!isObject(layer)) throw fault(path, 'a layer such as {"type": "relu"}', describeValue(layer));
    const type = typeOf(layer.type, [...path, 'type']);
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    const schema = LAYER_KEYS[type];
    checkKeys(layer, ['type', ...Object.keys(schema.entries)], path, type);
    const missing = Object.entries(schema.entries).find(
      ([key, { type }]) => type !== 'optional' && !Object.hasOwn(layer, key),
    );
    if (missing) throw fault(path, `the key ${quoted(missing[0])}, which ${type} needs`, 'none');
    const values = checkSchema(schema as typeof LAYER_KEYS.conv, layer, { subject, path });
    const name = values.name ?? `${type}-${count}`;
    const other = indexByName.get(name);
    if (other !== undefined) {
      const found = `${quoted(name)}, also the name of layers[${other}]`;
      throw fault([...path, 'name'], 'a unique name', found, 'give one of them another "name"');
    }
    indexByName.set(name, i);
    return { ...values, type, name } as LayerDefinition;
  });
  return { ...settings, layers: parsed };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
