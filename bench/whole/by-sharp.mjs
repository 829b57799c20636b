// Sobel by sharp alone, the shortest script that does it: by-sharp.mjs IN OUT.

import sharp from 'sharp';

const [input, output] = process.argv.slice(2);
const kernel = { width: 3, height: 3, kernel: [-1, 0, 1, -2, 0, 2, -1, 0, 1] };
await sharp(input).convolve(kernel).toFile(output);
