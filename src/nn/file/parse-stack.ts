// Parses the JSON value of a stack file into definitions of its layers: checks keys, types, values and names.
// load-stack.ts reads the weights and checks the rules over several keys of a layer.

import { quoted } from '../../core/errors.js';
import { nearestAdvice, nearestNames } from '../../kernels/did-you-mean.js';
import {
  checkedList,
  describeValue,
  faultAt,
  oneOf,
  type Place,
  partOf,
  unexpected,
} from '../../kernels/fault.js';
import { checkSchema } from '../../kernels/file/settings.js';
import { LAYER_KEYS, type LayerType, STACK_KEYS, type StackSettings, type Values } from './stack-schema.js';

/** A layer of the file, with short forms written out and defaults filled in, but for the stride of pools. */
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
  const place: Place = { subject, path: [] };
  if (!isObject(value)) throw unexpected(value, 'a stack such as {"layers": [{"type": "relu"}]}', place);
  checkKeys(value, [...Object.keys(STACK_KEYS.entries), 'layers'], place, 'a stack');
  const settings = checkSchema(STACK_KEYS, value, place);
  const layers = checkedList(value.layers, partOf(place, 'layers'), 'a list of at least one layer');
  if (layers.length > MAX_LAYERS) {
    const expected = `at most ${MAX_LAYERS} layers`;
    throw faultAt(partOf(place, 'layers'), { expected, found: String(layers.length) });
  }
  const counts = new Map<string, number>();
  const indexByName = new Map<string, number>();
  const parsed = layers.map((layer, i) => {
    const at = partOf(place, 'layers', i);
    if (!isObject(layer)) throw unexpected(layer, 'a layer such as {"type": "relu"}', at);
    const type = typeOf(layer.type, partOf(at, 'type'));
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    const schema = LAYER_KEYS[type];
    checkKeys(layer, ['type', ...Object.keys(schema.entries)], at, type);
    const missing = Object.entries(schema.entries).find(
      ([key, { type }]) => type !== 'optional' && !Object.hasOwn(layer, key),
    );
    if (missing) {
      const expected = `the key ${quoted(missing[0])}, which ${type} needs`;
      throw faultAt(at, { expected, found: 'none' });
    }
    const values = checkSchema(schema as typeof LAYER_KEYS.conv, layer, at);
    const name = values.name ?? `${type}-${count}`;
    const other = indexByName.get(name);
    if (other !== undefined) {
      const found = `${quoted(name)}, also the name of layers[${other}]`;
      const advice = 'give one of them another "name"';
      throw faultAt(partOf(at, 'name'), { expected: 'a unique name', found, advice });
    }
    indexByName.set(name, i);
    return { ...values, type, name } as LayerDefinition;
  });
  return { ...settings, layers: parsed };
}

function typeOf(type: unknown, place: Place): LayerType {
  if (typeof type === 'string' && Object.hasOwn(LAYER_KEYS, type)) return type as LayerType;
  const types = Object.keys(LAYER_KEYS);
  const near = typeof type === 'string' ? nearestNames(type, types) : [];
  const advice = near.length > 0 ? { advice: `nearest: ${near.join(', ')}` } : {};
  throw faultAt(place, { expected: `one of ${oneOf(types)}`, found: describeValue(type), ...advice });
}

function checkKeys(object: object, keys: readonly string[], place: Place, of: string): void {
  const unknown = Object.keys(object).find((key) => !keys.includes(key));
  if (unknown === undefined) return;
  const problem = `unknown key ${quoted(unknown)} of ${of}`;
  throw faultAt(partOf(place, unknown), { atKey: true, problem, advice: nearestAdvice(unknown, keys) });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
