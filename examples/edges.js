// Finds the edges of a picture with the library: node examples/edges.js picture.png edges.png
import { correlate, loadKernel, mapResponses, readImage, writeImage } from 'convtool';

const [input = 'samples/lighthouse.png', output = 'edges.png'] = process.argv.slice(2);
const { samples, identity } = await readImage(input);

// Responses are float32, signed and unclamped: height × width × channels, in the unit of the samples.
const map = await correlate(samples, await loadKernel('sobel-x'), { channels: 'gray', border: 'symmetric' });
console.log(`${map.width}×${map.height}, responses ${map.min} … ${map.max}`);

// Picture values: |response| in 8 bits, half as bright.
const picture = mapResponses(map, { depth: 8, map: 'abs', gain: 0.5 });
await writeImage(output, { ...picture, hasAlpha: false }, { inputs: [identity] });
