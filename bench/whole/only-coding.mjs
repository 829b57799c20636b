// Decodes and encodes a JPEG with sharp and passes the samples over in between: only-coding.mjs IN OUT. A lower bound for
// every program that gets its samples from sharp and gives them back. Without OUT nothing is encoded, without IN sharp
// is only loaded.

import sharp from 'sharp';

const [input, output] = process.argv.slice(2);
if (input) {
  const { data, info } = await sharp(input).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const options = { quality: 95, chromaSubsampling: '4:4:4', optimiseCoding: false };
  if (output) await sharp(data, { raw: { width, height, channels } }).jpeg(options).toFile(output);
}
