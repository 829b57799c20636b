// JPEG, 8 bits, through sharp: lossy, so little is thrown away (quality 95, full colour resolution). Tables of codes made
// for the picture would save 4 % of the file, but take seven times as long: the whole picture has to wait for them.

import { byVips } from '../libvips.js';
import type { Rows, Samples } from '../samples.js';
import { inTurn } from '../turns.js';
import { JpegChain, jpegStripsOf } from './jpeg-strips.js';
import { toSharp } from './sharp.js';

/** Strips that libvips is given at a time: Node lends it four threads. */
const AT_A_TIME = 4;

/** The pieces of the file, in order. Its strips are encoded side by side. */
export async function encodeJpeg(picture: Samples): Promise<Uint8Array[]> {
  const { width, channels, data } = picture;
  const row = width * channels;
  const strips = await inTurn(jpegStripsOf(picture), AT_A_TIME, (rows) =>
    jpegStrip(picture, data.subarray(rows.from * row, rows.to * row), rows),
  );
  const chain = new JpegChain(picture);
  return [...strips.flatMap((strip) => chain.add(strip)), chain.end()];
}

/** The JPEG of some rows by themselves; that of the topmost carries the profile. */
export async function jpegStrip(
  { icc, ...about }: Omit<Samples, 'data'>,
  data: Samples['data'],
  { from, to }: Rows,
): Promise<Uint8Array> {
  const options = { quality: 95, chromaSubsampling: '4:4:4', optimiseCoding: false };
  const profile = icc && from === 0 ? { icc } : {};
  const pipeline = await toSharp({ ...about, ...profile, height: to - from, data });
  return byVips(() => pipeline.jpeg(options).toBuffer());
}
