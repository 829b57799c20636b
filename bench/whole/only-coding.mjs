// A JPEG decoded and encoded again by sharp, samples handed over in between: only-coding.mjs IN OUT. The least that a
// program takes which gets its samples from sharp and gives them back, whatever it does with them. Without OUT nothing is
// encoded, without IN sharp is only loaded.

import sharp from 'sharp';

const [input, output] = process.argv.slice(2);
if (input) {
  const { data, info } = await sharp(input).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const options = { quality: 95, chromaSubsampling: '4:4:4', optimiseCoding: false };
  if (output) await sharp(data, { raw: { width, height, channels } }).jpeg(options).toFile(output);
}
