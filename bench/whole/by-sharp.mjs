// Sobel's kernel by sharp alone: by-sharp.mjs IN OUT. The least that a script has to do.

import sharp from 'sharp';

const [input, output] = process.argv.slice(2);
const kernel = { width: 3, height: 3, kernel: [-1, 0, 1, -2, 0, 2, -1, 0, 1] };
await sharp(input).convolve(kernel).toFile(output);
