// Converts the output of a sharp pipeline to samples with interleaved channels.

import type { Sharp } from 'sharp';
import { arrayOf, arrayOver, type Depth, depthOf, type SampleArray, type Samples } from '../../core/image.js';
import { runVips } from './libvips.js';

/** Samples copied between two event loop turns; takes about 10 ms. */
const SAMPLES_PER_TURN = 16 * 2 ** 20;

export type Raw = Pick<Samples, 'width' | 'height' | 'channels' | 'data'>;

/** Runs a pipeline to samples of the given depth. */
export async function toRaw(picture: Sharp, depth: Depth): Promise<Raw> {
  const type = depth === 8 ? 'uchar' : depth === 16 ? 'ushort' : 'float';
  const { data, info } = await runVips(() =>
    picture.raw({ depth: type }).toBuffer({ resolveWithObject: true }),
  );
  const count = info.width * info.height * info.channels;
  const bytes = data.byteOffset % 4 === 0 ? data : new Uint8Array(data);
  const samples = arrayOver(bytes.buffer, depth, bytes.byteOffset, count);
  return { width: info.width, height: info.height, channels: info.channels, data: samples };
}

/** Reads channel by channel, each as grey, for numbers of channels without a colour space in libvips. */
export async function readByChannel(open: () => Sharp, channels: number, depth: Depth): Promise<Raw> {
  const planes: Raw[] = [];
  for (let c = 0; c < channels; c++) {
    const plane = open().extractChannel(c as 0 | 1 | 2 | 3);
    planes.push(await toRaw(plane.toColourspace(depth === 16 ? 'grey16' : 'b-w'), depth));
  }
  const { width, height } = planes[0]!;
  const data = arrayOf(depth, width * height * channels);
  planes.forEach((plane, c) => {
    const step = plane.channels;
    for (let i = 0; i < width * height; i++) data[i * channels + c] = plane.data[i * step]!;
  });
  return { width, height, channels, data };
}

/** The first and the last channel of each pixel: grey that libvips expanded to RGB, and alpha. */
export function grayAndAlpha({ width, height, channels, data }: Raw): SampleArray {
  const result = arrayOf(depthOf(data), width * height * 2);
  for (let i = 0; i < width * height; i++) {
    result[2 * i] = data[i * channels]!;
    result[2 * i + 1] = data[i * channels + channels - 1]!;
  }
  return result;
}

/** Copies samples to shared memory in parts, so that signals are handled in between. */
export async function inSharedMemory(data: SampleArray): Promise<SampleArray> {
  const copy = arrayOver(new SharedArrayBuffer(data.byteLength), depthOf(data));
  for (let from = 0; from < data.length; from += SAMPLES_PER_TURN) {
    copy.set(data.subarray(from, from + SAMPLES_PER_TURN), from);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return copy;
}
