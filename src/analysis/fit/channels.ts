// Pairs the channels of two images; each pair provides equations for the same kernel.

import { ImageError } from '../../core/errors.js';
import { colourChannels, type Samples } from '../../core/image.js';
import { LUMA } from '../../engine/input/pack-row.js';
import type { ChannelChoice } from '../../plan/convolution-options.js';
import type { FitSettings } from './settings.js';

/** One value per pixel: Σ weight · channel. */
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
 * Pairs the channels. Alpha is included only on request.
 * @throws ImageError if an image lacks the channel, or the numbers of channels differ.
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
        expected: `${channelCount(count)} as ${labels[0]} has, alpha not counted`,
        found: String(found),
        ...(found === 1 && count >= 3 ? { advice: 'if it is a map of the luma: --channels gray' } : {}),
      });
    }
    return Array.from({ length: count }, (_, c) => ({ before: only(c), after: only(c) }));
  }
  const requireChannel = (image: Samples, label: string): Blend => {
    const found = blendOf(image, channels);
    if (found !== null) return found;
    const expected = channels === 'gray' ? 'grey, or red, green and blue' : `a channel ${channels}`;
    const count = `${channelCount(image.channels)}${image.hasAlpha ? ', alpha among them' : ''}`;
    throw new ImageError({ subject: label, place: `--channels ${channels}`, expected, found: count });
  };
  const blend = requireChannel(before, labels[0]);
  // Filtering one channel gives an image with one channel.
  const isSingle = colourChannels(after) === 1;
  return [{ before: blend, after: isSingle ? only(0) : requireChannel(after, labels[1]) }];
}

function blendOf(image: Samples, choice: Exclude<ChannelChoice, 'each'>): Blend | null {
  const count = colourChannels(image);
  if (choice === 'a') return image.hasAlpha ? only(count) : null;
  if (choice !== 'gray') {
    const at = 'rgb'.indexOf(choice);
    return at < count ? only(at) : null;
  }
  if (count === 3) return { channels: [0, 1, 2], weights: LUMA };
  return count === 1 ? only(0) : null;
}

function channelCount(count: number): string {
  return `${count} channel${count === 1 ? '' : 's'}`;
}
