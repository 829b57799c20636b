import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { loadBank } from '../../../dist/kernels/load/load.js';
import { schemaText } from '../../../schema/generate.js';
import { shippedNames, sourceOf } from '../../support/kernel-source.js';

const file = new URL('../../../schema/kernel.schema.json', import.meta.url);
const committed = await readFile(file, 'utf8');
const validate = new Ajv({ strictTuples: false }).compile(JSON.parse(committed));

test('the schema in the tree is the one that `tsx schema/generate.ts` writes', () => {
  expect(committed).toBe(schemaText());
});

test.each(await shippedNames())('%s follows the schema', async (name) => {
  const text = await readFile(new URL(`../../../kernels/${name}.json`, import.meta.url), 'utf8');
  expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
});

test.each([
  [true, '[[1]]'],
  [true, '[[1, 2], [3, 4]]'],
  [true, '[[[1]], [[2]]]'],
  [true, '{"weights": [[1]]}'],
  [true, '{"weights": [[[1]]]}'],
  [true, '{"weights": [[1, 2]], "divisor": "sum", "bias": -1.5, "anchor": [1, 0]}'],
  [true, '{"weights": [[1]], "$schema": "x", "name": "n", "description": "", "source": ""}'],
  [true, '{"weights": [[1]], "anchor": [0.0, 0]}'],
  [true, '{"row": [1, 2], "column": [1], "divisor": -2}'],
  [true, '{"generator": "gaussian", "sigma": 2}'],
  [true, '{"generator": "gaussian", "sigma": 2, "radius": 3, "name": "g"}'],
  [true, '{"generator": "box", "size": 1001}'],
  [true, '{"generator": "binomial", "radius": 0}'],
  [true, '{"kernels": ["sobel-x", [[1]], {"weights": [[1]]}, {"generator": "box", "size": 2}]}'],
  [true, '{"name": "b", "kernels": [{"kernels": [{"row": [1], "column": [1]}]}]}'],
  [true, '{"kernel": "sobel-x", "steps": ["rotate:45"]}'],
  [true, '{"kernel": [[1]], "steps": [{"step": "flip"}], "divisor": "sum", "bias": 1, "anchor": [0, 0]}'],
  [true, '{"kernel": "sobel-x", "steps": [{"step": "rotate", "angle": -90}, {"step": "flip", "axis": "x"}]}'],
  [true, '{"kernel": {"kernels": ["sobel-x", "box:3"]}, "steps": [{"step": "scale", "by": 2}]}'],
  [true, '{"kernel": "sobel-x", "steps": [{"step": "add", "kernel": [[1]], "weight": -1}], "name": "n"}'],
  [true, '{"kernel": "box:3", "steps": [{"step": "resize", "width": 5}, {"step": "normalize", "by": "l2"}]}'],
  [true, '{"kernels": [{"kernel": "sobel-x", "steps": ["fold", {"step": "transpose"}]}]}'],
  [false, '5'],
  [false, '{"kernel": "sobel-x"}'],
  [false, '{"kernel": [[1]], "steps": []}'],
  [false, '{"kernel": 5, "steps": ["flip"]}'],
  [false, '{"steps": ["flip"]}'],
  [false, '{"kernel": "sobel-x", "steps": "flip"}'],
  [false, '{"kernel": "sobel-x", "steps": [5]}'],
  [false, '{"kernel": "sobel-x", "steps": [{}]}'],
  [false, '{"kernel": "sobel-x", "steps": [{"step": "spin"}]}'],
  [false, '{"kernel": "sobel-x", "steps": [{"step": "rotate"}]}'],
  [false, '{"kernel": "sobel-x", "steps": [{"step": "rotate", "angle": 30}]}'],
  [false, '{"kernel": "sobel-x", "steps": [{"step": "rotate", "angle": 45, "axis": "x"}]}'],
  [false, '{"kernel": "sobel-x", "steps": [{"step": "flip", "axis": "z"}]}'],
  [false, '{"kernel": "sobel-x", "steps": [{"step": "flip", "kernel": [[1]]}]}'],
  [false, '{"kernel": "sobel-x", "steps": [{"step": "add"}]}'],
  [false, '{"kernel": "sobel-x", "steps": [{"step": "add", "kernel": 5}]}'],
  [false, '{"kernel": "sobel-x", "steps": ["flip"], "weights": [[1]]}'],
  [false, '{"kernel": "sobel-x", "steps": ["flip"], "step": "flip"}'],
  [false, 'null'],
  [false, '"sobel-x"'],
  [false, '{}'],
  [false, '[]'],
  [false, '[1]'],
  [false, '[[]]'],
  [false, '[[null]]'],
  [false, '[["1"]]'],
  [false, '[[[[1]]]]'],
  [false, '[[1e400]]'],
  [false, '{"weights": []}'],
  [false, '{"weights": [[]]}'],
  [false, '{"weights": [[[]]]}'],
  [false, '{"weights": "1"}'],
  [false, '{"weights": [[1]], "weight": 1}'],
  [false, '{"weights": [[1]], "__proto__": 1}'],
  [false, '{"weights": [[1]], "constructor": 1}'],
  [false, '{"weights": [[1]], "row": [1]}'],
  [false, '{"weights": [[1]], "divisor": 0}'],
  [false, '{"weights": [[1]], "divisor": "mean"}'],
  [false, '{"weights": [[1]], "divisor": null}'],
  [false, '{"weights": [[1]], "divisor": 1e400}'],
  [false, '{"weights": [[1]], "bias": "0"}'],
  [false, '{"weights": [[1]], "anchor": [0]}'],
  [false, '{"weights": [[1]], "anchor": [0, 0, 0]}'],
  [false, '{"weights": [[1]], "anchor": [-1, 0]}'],
  [false, '{"weights": [[1]], "anchor": [0.5, 0]}'],
  [false, '{"weights": [[1]], "name": ""}'],
  [false, '{"weights": [[1]], "name": 1}'],
  [false, '{"weights": [[1]], "name": "a\\u0001"}'],
  [false, '{"weights": [[1]], "$schema": 1}'],
  [false, '{"row": [1]}'],
  [false, '{"column": [1]}'],
  [false, '{"row": [], "column": [1]}'],
  [false, '{"row": [[1]], "column": [1]}'],
  [false, '{"generator": "none"}'],
  [false, '{"generator": "gaussian"}'],
  [false, '{"generator": "gaussian", "sigma": "2"}'],
  [false, '{"generator": "gaussian", "sigma": -1}'],
  [false, '{"generator": "gaussian", "sigma": 2, "size": 3}'],
  [false, '{"generator": "box", "size": 2.5}'],
  [false, '{"generator": "box", "size": 2, "divisor": 2}'],
  [false, '{"kernels": []}'],
  [false, '{"kernels": [5]}'],
  [false, '{"kernels": [null]}'],
  [false, '{"kernels": [{"weights": [[1]], "bais": 1}]}'],
  [false, '{"kernels": ["sobel-x"], "weights": [[1]]}'],
  [false, '{"kernels": ["sobel-x"], "bias": 1}'],
])('schema and parser agree: %s for %s', async (sound, text) => {
  expect(validate(JSON.parse(text))).toBe(sound);
  const loaded = loadBank('a.json', sourceOf({ 'a.json': text }).source);
  await (sound ? expect(loaded).resolves.toBeDefined() : expect(loaded).rejects.toThrow(/^a\.json: /));
});
