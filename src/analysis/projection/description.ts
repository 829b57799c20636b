// The JSON file that accompanies coefficients and holds everything needed to reconstruct the image: its
// encoding, and its validation key by key.

import { ConvtoolError, ImageError } from '../../core/errors.js';
import { type Depth, LARGEST_ARRAY } from '../../core/image.js';
import { nearestNames } from '../../kernels/did-you-mean.js';
import { parseBorder } from '../../plan/border.js';
import type { Border, ChannelChoice } from '../../plan/convolution-options.js';

/** The keys of the file, in order. */
export interface Description {
  /** Type and version of the format. */
  readonly format: typeof FORMAT;
  /** The program that wrote it. */
  readonly software: string;
  /** File name of the coefficients, in the same folder. */
  readonly coefficients: string;
  /** A reference to a shipped or generated bank, else the value of a kernel file. */
  readonly bank: string | Readonly<Record<string, unknown>>;
  /** Step between patches, [x, y]. */
  readonly stride: readonly [number, number];
  /** In the notation of --border. */
  readonly border: string;
  /** File name of the image, without folders; then its size, channels and depth. */
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: Depth;
  /** The projected channels: each colour separately, luma, or one colour. */
  readonly channel: ProjectedChannels;
}

export type ProjectedChannels = Exclude<ChannelChoice, 'a'>;

export const CHANNELS: readonly ProjectedChannels[] = ['each', 'gray', 'r', 'g', 'b'];

export const FORMAT = 'convtool projection 1';

type Check = readonly [expected: string, holds: (value: unknown) => boolean];

const LONGEST_SIDE = 2 ** 31;
const text: Check = ['text', (value) => typeof value === 'string' && value !== ''];
const whole = (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value < LONGEST_SIDE;
const count: Check = ['a whole number of at least 1', whole];

const CHECKS: Readonly<Record<keyof Description, Check>> = {
  format: [`"${FORMAT}"`, (value) => value === FORMAT],
  software: text,
  coefficients: [
    'the name of a file in the same folder',
    (value) => typeof value === 'string' && /^[^/\\]+$/.test(value) && !/^\.+$/.test(value),
  ],
  bank: [
    'a reference or a bank',
    (value) => (typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null),
  ],
  stride: [
    'two whole numbers of at least 1',
    (value) => Array.isArray(value) && value.length === 2 && value.every(whole),
  ],
  border: text,
  image: text,
  width: count,
  height: count,
  channels: count,
  depth: ['8, 16 or "float"', (value) => value === 8 || value === 16 || value === 'float'],
  channel: [`one of ${CHANNELS.join(', ')}`, (value) => (CHANNELS as readonly unknown[]).includes(value)],
};

export function descriptionFile(description: Description): Uint8Array {
  const { bank, ...rest } = description;
  // A large bank comes last, so that the other keys are easy to find.
  return new TextEncoder().encode(`${JSON.stringify({ ...rest, bank }, null, 2)}\n`);
}

/**
 * Validates a parsed file.
 * @throws ImageError with the key, the expected and the found value.
 */
export function checkDescription(value: unknown, subject: string): Description {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const expected = 'an object, as `convtool project` writes it';
    throw new ImageError({ subject, expected, found: jsonText(value) });
  }
  const refuse = (place: string, expected: string, found: string) =>
    new ImageError({ subject, place, expected, found });
  const given = value as Record<string, unknown>;
  const keys = Object.keys(CHECKS);
  for (const [key, [expected, holds]] of Object.entries(CHECKS)) {
    if (!Object.hasOwn(given, key)) throw refuse(key, expected, 'no such key');
    if (!holds(given[key])) throw refuse(key, expected, jsonText(given[key]));
  }
  const unknown = Object.keys(given).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    const [near] = nearestNames(unknown, keys);
    const advice = near === undefined ? {} : { advice: `did you mean ${near}?` };
    throw new ImageError({ subject, place: unknown, problem: 'unknown key', ...advice });
  }
  const description = given as unknown as Description;
  borderOf(description, subject);
  const { width, height, channels } = description;
  const most = LARGEST_ARRAY / 4;
  if (width * height * channels > most)
    throw refuse('width', `an image of at most ${most} samples`, `${width}×${height}×${channels}`);
  return description;
}

/** Parses the border of a description. @throws ImageError. */
export function borderOf({ border }: Pick<Description, 'border'>, subject: string): Border {
  try {
    const parsed = parseBorder(border);
    if (parsed.mode !== 'renormalize') return parsed;
  } catch (cause) {
    if (!(cause instanceof ConvtoolError)) throw cause;
  }
  const expected = 'a border that project accepts';
  throw new ImageError({ subject, place: 'border', expected, found: jsonText(border) });
}

function jsonText(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
