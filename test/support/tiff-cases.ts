// The TIFFs of make_tiffs.py and the expected result of reading each: its samples, a refusal that names what was found,
// or, if only another decoder's arithmetic gives the samples, its shape.

import { decode } from '../../dist/codecs/decode/decode.js';

export interface TiffCase {
  readonly name: string;
  readonly depth?: 8 | 16 | 'float';
  readonly alpha?: boolean;
  /** Height, width, channels. */
  readonly shape?: readonly [number, number, number];
  readonly refused?: string;
  readonly cmyk?: boolean;
  readonly premultiplied?: boolean;
}

export interface Verdict {
  readonly verdict: 'right' | 'refused' | 'wrong';
  readonly why: string;
}

/** @param samples the bytes of the numbers that are expected. */
export async function verdictOf(one: TiffCase, file: Uint8Array, samples?: Uint8Array): Promise<Verdict> {
  const wrong = (why: string): Verdict => ({ verdict: 'wrong', why });
  try {
    const found = await decode({ bytes: file }, 'picture', { failOn: 'warning', limitPixels: 1e6 });
    const { width, height, channels, depth, hasAlpha, data } = found.samples;
    if (one.refused !== undefined && !one.cmyk) return wrong(`was read, though it has ${one.refused}`);
    if (one.cmyk || one.premultiplied) {
      const [word, expected] = one.cmyk ? [/CMYK/, 3] : [/divided by alpha/, 2];
      if (!found.notes.some((note) => word.test(note)) || channels !== expected) return wrong('no note');
      return { verdict: 'right', why: '' };
    }
    const shape = JSON.stringify({ shape: [height, width, channels], depth, alpha: hasAlpha });
    const expected = JSON.stringify({ shape: one.shape, depth: one.depth, alpha: one.alpha });
    if (shape !== expected) return wrong(`${shape} instead of ${expected}`);
    const numbers = new (data.constructor as Float32ArrayConstructor)(Uint8Array.from(samples!).buffer);
    const at = data.findIndex((value, i) => !Object.is(value, numbers[i]));
    return at < 0 ? { verdict: 'right', why: '' } : wrong(`[${at}] ${data[at]} instead of ${numbers[at]}`);
  } catch (error) {
    const { message } = error as Error;
    if (one.refused && message.includes(one.refused) && /; .*convert|; .*rewrite|; .*real/.test(message))
      return { verdict: 'refused', why: message };
    return wrong(message);
  }
}
