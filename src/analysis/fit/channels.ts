// Which channels of a pair of images belong together: each pair gives equations for the one kernel that is looked for.

import { ImageError } from '../../core/errors.js';
import { colourChannels, type Samples } from '../../core/image.js';
import type { FitSettings } from './settings.js';

/** Weights of red, green and blue in a luma, as everywhere in convtool. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** One value of a pixel: Σ weight · channel. */
export interface Blend {
  readonly channels: readonly number[];
  readonly weights: readonly number[];
}

export interface Channels {
  readonly before: Blend;
  readonly after: Blend;
}

const only = (channel: number): Blend => ({ channels: [channel], weights: [1] });

/**
 * Pairs the channels. Alpha takes part only where it is asked for.
 * @throws ImageError where an image has not the channel, or the numbers of channels differ.
 */
export function channelPairs(
  before: Samples,
  after: Samples,
  { channels, labels }: Pick<FitSettings, 'channels' | 'labels'>,
): Channels[] {
  if (channels === 'each') {
    const [count, found] = [colourChannels(before), colourChannels(after)];
    if (count !== found) {
      throw new ImageError({
        subject: labels[1],
        expected: `${counted(count)} as ${labels[0]} has, alpha not counted`,
        found: String(found),
        ...(found === 1 && count >= 3 ? { advice: 'if it is a map of the luma: --channels gray' } : {}),
      });
    }
    return Array.from({ length: count }, (_, c) => ({ before: only(c), after: only(c) }));
  }
  const blend = channels === 'gray' ? lumaOf : (image: Samples) => letterOf(image, channels);
  // What convtool makes of one channel is an image of one.
  const made = colourChannels(after) === 1;
  return [
    { before: named(labels[0], blend(before)), after: made ? only(0) : named(labels[1], blend(after)) },
  ];

  function named(label: string, found: Blend | null): Blend {
    if (found !== null) return found;
    const expected = channels === 'gray' ? 'grey, or red, green and blue' : `a channel ${channels}`;
    const image = label === labels[0] ? before : after;
    const count = `${counted(image.channels)}${image.hasAlpha ? ', alpha among them' : ''}`;
    throw new ImageError({ subject: label, place: `--channels ${channels}`, expected, found: count });
  }
}

function lumaOf(image: Samples): Blend | null {
  const count = colourChannels(image);
  if (count === 1) return only(0);
  return count === 3 ? { channels: [0, 1, 2], weights: LUMA } : null;
}

function letterOf(image: Samples, letter: 'r' | 'g' | 'b' | 'a'): Blend | null {
  if (letter === 'a') return image.hasAlpha ? only(image.channels - 1) : null;
  const at = 'rgb'.indexOf(letter);
  return at < colourChannels(image) ? only(at) : null;
}

function counted(count: number): string {
  return `${count} channel${count === 1 ? '' : 's'}`;
}
