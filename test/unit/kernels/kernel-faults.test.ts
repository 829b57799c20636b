// Checking a kernel file reports every fault with its position; loading stops at the first, by the same rules.

import { expect, test } from 'vitest';
import { checkReference, FAULT_LIMIT, loadBank } from '../../../dist/kernels/load/load.js';
import { badKernels } from '../../support/bad-kernels.js';
import { sourceOf } from '../../support/kernel-source.js';

const check = (files: Record<string, string | Uint8Array>, ref = 'k/my.json') =>
  checkReference(ref, sourceOf(files).source);

/** Places as `name line:column`, or the message where there is none. */
async function placesOf(files: Record<string, string>): Promise<string[]> {
  const { faults } = await check(files);
  return faults.map(({ details }) => {
    const [, name, line, column] =
      /^(.*?)(?: \()?line (\d+), column (\d+)\)?$/.exec(details.place ?? '') ?? [];
    const file = details.subject === 'k/my.json' ? '' : `${details.subject}: `;
    return `${file}${line === undefined ? (details.problem ?? details.expected) : `${name} ${line}:${column}`.trim()}`;
  });
}

// Each file with all of its faults, in the order of the text.
test.each<[string, string, string[]]>([
  [
    'numbers',
    '[[1, "a", null],\n [true, 2, []]]',
    ['weights[0][1] 1:6', 'weights[0][2] 1:11', 'weights[1][0] 2:3', 'weights[1][2] 2:12'],
  ],
  ['lengths', '[[1, 2], [3], [4, 5, 6], [7, 8]]', ['weights[1] 1:10', 'weights[2] 1:15']],
  [
    'lengths and numbers',
    '[[1, 2], ["x"], [4, 5, "y"]]',
    ['weights[1] 1:10', 'weights[1][0] 1:11', 'weights[2] 1:17', 'weights[2][2] 1:24'],
  ],
  [
    'rows that are none',
    '[[1, 2], 3, "r", [], [4, 5]]',
    ['weights[1] 1:10', 'weights[2] 1:13', 'weights[3] 1:18'],
  ],
  ['no row at all', '[1, 2]', ['weights[0] 1:2', 'weights[1] 1:5']],
  [
    'a first row that is none',
    '[0, [1, "x"], [1]]',
    ['weights[0] 1:2', 'weights[1][1] 1:9', 'weights[2] 1:15'],
  ],
  ['huge numbers', '[[1e400, 1], [-1e999, 2]]', ['weights[0][0] 1:3', 'weights[1][0] 1:15']],
  [
    'planes',
    '[[[1], [2]], 5, [[1]], [["x"], [3]]]',
    ['weights[1] 1:14', 'weights[2] 1:17', 'weights[3][0][0] 1:26'],
  ],
  [
    'keys',
    '{"weigths": 1, "weights": [[1]], "nmae": 2, "anchr": 3}',
    ['weigths 1:2', 'nmae 1:34', 'anchr 1:45'],
  ],
  [
    'keys alone',
    '{"foo": 1, "bar": 2}',
    ['expected', 'foo 1:2', 'bar 1:12'].map((t) =>
      t === 'expected'
        ? 'one of "weights", "row" with "column", "generator", "kernel" with "steps" and "kernels"'
        : t,
    ),
  ],
  [
    'settings',
    '{"weights": [[1]], "divisor": 0, "bias": "q",\n "anchor": [1.5, 0], "name": 7}',
    ['divisor 1:31', 'bias 1:42', 'anchor[0] 2:13', 'name 2:30'],
  ],
  ['anchor on both axes', '{"weights": [[1, 2]], "anchor": [2, 1]}', ['anchor[0] 1:34', 'anchor[1] 1:37']],
  [
    'anchor and a wrong weight',
    '{"anchor": [5, 0], "weights": [[1, "x"]]}',
    ['anchor[0] 1:13', 'weights[0][1] 1:36'],
  ],
  ['divisor "sum" of unknown weights', '{"weights": [["x", 0]], "divisor": "sum"}', ['weights[0][0] 1:15']],
  [
    'divisor "sum" of 0, and more',
    '{"weights": [[1, -1]], "divisor": "sum", "anchor": [0, 4]}',
    ['divisor 1:35', 'anchor[1] 1:56'],
  ],
  [
    'both factors',
    '{"row": [1, "x"], "column": [], "bias": null}',
    ['row[1] 1:13', 'column 1:29', 'bias 1:41'],
  ],
  [
    'a factor alone',
    '{"row": [1], "divisor": 0, "extra": 1}',
    ['"column" together with "row"', 'divisor 1:25', 'extra 1:28'].map((t) => t),
  ],
  ['two forms', '{"weights": [[1]], "row": [1], "bias": "x", "q": 1}', ['row 1:20', 'bias 1:40', 'q 1:45']],
  [
    'parameters',
    '{"generator": "gaussian", "sigma": -1, "radius": 0.5, "sgima": 2}',
    ['sigma 1:36', 'radius 1:50', 'sgima 1:55'],
  ],
  [
    'a generator that is none',
    '{"generator": "gausian", "sigma": 1, "bias": 2, "name": ""}',
    ['generator 1:15', 'name 1:57'],
  ],
  [
    'a bank of all sorts',
    '{"kernels": ["sobel-q", [[1], [2, 3]],\n {"generator": "box", "size": 0}, "box:x", 5, "sobel-x"], "name": 3}',
    [
      'kernels[0] 1:14',
      'kernels[1].weights[1] 1:31',
      'kernels[2].size 2:31',
      'kernels[3] 2:35',
      'kernels[4] 2:44',
      'name 2:67',
    ],
  ],
  [
    'banks in banks',
    '{"kernels": [{"kernels": [[["a"]], {"weights": [[1]], "foo": 1}]}, {"kernels": []}]}',
    ['kernels[0].kernels[0].weights[0][0] 1:29', 'kernels[0].kernels[1].foo 1:55', 'kernels[1].kernels 1:80'],
  ],
  ['no JSON', '{"weights": [[1,]], "x": }', ['1:17']],
])('%s', async (_, content, places) => {
  expect((await placesOf({ 'k/my.json': content })).sort()).toEqual([...places].sort());
});

test('positions are in the order of the text', async () => {
  const content = '{"bias": "x", "weights": [["y"]], "q": 1, "anchor": [9, 9], "divisor": 0}';
  expect(await placesOf({ 'k/my.json': content })).toEqual([
    'bias 1:10',
    'weights[0][0] 1:28',
    'q 1:35',
    'anchor[0] 1:54',
    'anchor[1] 1:57',
    'divisor 1:72',
  ]);
});

test('files that a bank names are checked too, and one that is no JSON stops only itself', async () => {
  const files = {
    'k/my.json': '{"kernels": ["./a.json", "./b.json", "./none.json", [["x"]], "sobel-x"]}',
    'k/./a.json': '[[1, "a"], [2]]',
    'k/./b.json': '[[1,]]',
  };
  expect(await placesOf(files)).toEqual([
    'k/./a.json: weights[0][1] 1:6',
    'k/./a.json: weights[1] 1:12',
    'k/./b.json: 1:5',
    'kernels[2] 1:38',
    'kernels[3].weights[0][0] 1:55',
  ]);
});

test.each(badKernels)('$name: what loading refuses has a fault, and the same one', async ({ content }) => {
  const { bank, faults } = await check({ 'k/my.json': content });
  const refused = await loadBank('k/my.json', sourceOf({ 'k/my.json': content }).source).catch(
    (e: Error) => e,
  );
  expect(bank).toBeNull();
  expect(faults.map(({ message }) => message)).toContain((refused as Error).message);
});

test('a correct bank has no fault', async () => {
  const { bank, faults } = await check({}, 'sobel-x');
  expect(faults).toEqual([]);
  expect(bank!.kernels[0]!.name).toBe('sobel-x');
});

test('unlimited faults are cut off', async () => {
  const row = `[${Array(1000).fill('"x"').join()}]`;
  const many = await check({ 'k/my.json': `[${Array(300).fill(row).join()}]` });
  const itself = await check({ 'k/my.json': `{"kernels": [${Array(50).fill('"my.json"').join()}]}` });
  for (const { faults } of [many, itself]) {
    expect(faults.length).toBeGreaterThan(FAULT_LIMIT);
    expect(faults.length).toBeLessThan(2 * FAULT_LIMIT);
    expect(faults.at(-1)!.message).toMatch(/too many faults: checking stopped after \d+$/);
  }
});
