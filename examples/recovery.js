// Measures how much contrast of the bars in samples/sizes.png is left in maps of it, for each size of bars:
// node examples/recovery.js original.npy map.npy …, where original.npy is the picture itself as a map.
import { readFileSync } from 'node:fs';

/** The first map of an NPY file of float32 as convtool writes it. */
function readMap(path) {
  const bytes = readFileSync(path);
  const end = 10 + bytes.readUInt16LE(8);
  const [, channels, height, width] = /\((\d+), (\d+), (\d+)\)/
    .exec(bytes.toString('latin1', 10, end))
    .map(Number);
  const values = new Float32Array(
    bytes.buffer.slice(bytes.byteOffset + end, bytes.byteOffset + bytes.length),
  );
  return { channels, height, width, values };
}

/** The contrast that is left: 1 if the map has all of the bars, 0 if it has none. */
function recovery(original, map, first, rows) {
  const at = first * original.width;
  const bars = original.values.subarray(at, at + rows * original.width);
  const found = map.values.subarray(at, at + rows * original.width);
  const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const [middle, level] = [mean(bars), mean(found)];
  let both = 0;
  let own = 0;
  bars.forEach((bar, i) => {
    both += (bar - middle) * (found[i] - level);
    own += (bar - middle) ** 2;
  });
  return both / own;
}

const [original, ...maps] = process.argv.slice(2).map(readMap);
console.log('bars', ...process.argv.slice(3));
for (let size = 1, first = 0; size <= 32; size *= 2, first += 64)
  console.log(size, ...maps.map((map) => recovery(original, map, first, 64).toFixed(3)));
