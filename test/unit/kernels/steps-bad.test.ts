// Steps that must be refused, each with one clear line that names the step; and the limits.

import { describe, expect, test } from 'vitest';
import { KernelError } from '../../../dist/core/errors.js';
import { parseKernel } from '../../../dist/kernels/file/parse-kernel.js';
import { type LoadOptions, loadBank } from '../../../dist/kernels/load/load.js';
import { sourceOf } from '../../support/kernel-source.js';

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

async function refusal(ref: string, files: Record<string, string> = {}, options: LoadOptions = {}) {
  const outcome = await loadBank(ref, sourceOf(files).source, options).catch((error: Error) => error);
  if (!(outcome instanceof Error)) throw new Error(`${ref} was accepted`);
  expect(outcome).toBeInstanceOf(KernelError);
  expect(outcome.message).not.toMatch(UNPRINTABLE);
  expect(outcome.message.length).toBeLessThan(500);
  return outcome.message;
}

test.each([
  [
    'sobel-x | rotat:45',
    /^kernel "sobel-x \| rotat:45": step 1 of 1: there is no step "rotat"; nearest: rotate$/,
  ],
  ['sobel-x | flip | Rotate:45 | flip', /step 2 of 3: there is no step "Rotate"; nearest: rotate$/],
  ['sobel-x | blur', /there is no step "blur"; there are rotate, transpose, flip, scale, add, .*, fold$/],
  ['sobel-x | sobel-y', /step 1 of 1: there is no step "sobel-y"; there are/],
  ['sobel-x | __proto__', /there is no step "__proto__"/],
  ['sobel-x | ', /step 1 of 1: expected a step, one of rotate, .*, found nothing$/],
  ['sobel-x | | flip', /step 1 of 2: expected a step, .*, found nothing$/],
  [' | flip', /^kernel "": expected a name, .*, found nothing$/],
  ['sobel-z | flip', /^kernel "sobel-z": there is no kernel of this name; nearest: sobel-x, sobel-y, sobel$/],
  ['gaussian:-1 | flip', /^kernel "gaussian:-1": sigma: expected a number from 0 to 1000, found -1$/],
  [
    'sobel-x|flip',
    /^kernel "sobel-x\|flip": there is no kernel of this name; separate steps with " \| ", with blanks/,
  ],
  ['box:3|flip:x', /size: expected .*, found "3\|flip:x"$/],
  ['box|flip:x', /there is no generator "box\|flip"; separate steps with " \| "/],
  ['sobel-x | rotate', /rotate needs angle \(degrees clockwise.*\); write for example rotate:angle=45$/],
  ['sobel-x | rotate:', /step 1 of 1, angle: expected a multiple of 45, found ""$/],
  ['sobel-x | rotate:30', /step 1 of 1, angle: expected a multiple of 45, found 30$/],
  ['sobel-x | rotate:406', /angle: .*, found 406$/],
  ['sobel-x | rotate:x', /angle: .*, found "x"$/],
  ['sobel-x | rotate:45,45', /expected name=value \(only the first value, angle, may .*\), found "45"$/],
  ['sobel-x | rotate:angle=45,angle=90', /angle: this parameter is given twice$/],
  ['sobel-x | rotate:angel=45', /angel: rotate has no such parameter; did you mean "angle"\?$/],
  ['sobel-x | rotate:kernel=sobel-y', /kernel: rotate has no such parameter; it has angle$/],
  [
    '[[1, 2], [3, 4]] | rotate:45',
    /expected a multiple of 90, since only odd .*, found 45 for a kernel of 2×2$/,
  ],
  ['[[1, 2, 3]] | transpose | rotate:-45', /step 2 of 2, angle: expected a multiple of 90.* of 1×3$/],
  ['sobel-x | transpose:90', /step 1 of 1: transpose takes no parameters, found "90"$/],
  ['sobel-x | transpose:by=90', /step 1 of 1: transpose takes no parameters, found "by"$/],
  ['sobel-x | flip:z', /axis: expected both, x or y, found "z"$/],
  ['sobel-x | scale', /scale needs by \(the factor\)/],
  ['sobel-x | scale:1/4', /by: expected a number from -1e\+30 to 1e\+30, found "1\/4"$/],
  ['sobel-x | scale:1e400', /by: expected a number .*, found Infinity/],
  [
    'sobel-x | scale:1e30 | scale:1e30',
    /step 2 of 2, weights\[0\]\[0\]: expected a weight that is at most 3\.4e38/,
  ],
  [
    '{"weights": [[1]], "divisor": 1e300} | convolve:{"weights": [[1]], "divisor": 1e300}',
    /step 1 of 1: expected a finite divisor other than 0, found Infinity after this step$/,
  ],
  ['sobel-x | add', /step 1 of 1: add needs kernel \(the kernel to add\); write for example add:sobel-x$/],
  ['sobel-x | add:weight=2', /add needs kernel/],
  ['sobel-x | add:', /add needs kernel/],
  ['sobel-x | add:sobel-z', /step 1 of 1: there is no kernel "sobel-z"; nearest: sobel-x, sobel-y, sobel$/],
  ['sobel-x | add:nowhere.json', /step 1 of 1: nowhere\.json: there is no such file$/],
  ['sobel-x | add:bad.json', /^bad\.json: weights\[1\] \(line 1, column 8\): expected 2 numbers/],
  ['sobel-x | add:gaussian:-1', /step 1 of 1: kernel "gaussian:-1": sigma: expected a number/],
  [
    'sobel-x | add:gaussian:2,raduis=3',
    /kernel "gaussian:2,raduis=3": raduis: gaussian has no such parameter/,
  ],
  ['sobel-x | add:sobel-y,wieght=2', /wieght: add has no such parameter; did you mean "weight"\?$/],
  ['sobel-x | add:sobel-y,divisor=2', /divisor: add has no such parameter; it has kernel and weight$/],
  ['sobel-x | add:sobel-y,weight=a', /weight: expected a number .*, found "a"$/],
  ['sobel-x | add:sobel-y,kernel=sobel-x', /kernel: this parameter is given twice$/],
  [
    'sobel-x | add:weight=1,sobel-y',
    /expected name=value \(only the first value, kernel, may .*\), found "sobel-y"$/,
  ],
  [
    'sobel-x | add:[[1,2],[3]]',
    /step 1 of 1: kernel \[\[1,2\],\[3\]\]: weights\[1\] \(line 1, column 8\): expected 2/,
  ],
  ['sobel-x | add:[[1,2] | flip', /step 1 of 2: kernel \[\[1,2\]: line 1, column \d: the JSON ends before/],
  ['[[1,2] | flip', /^kernel \[\[1,2\]: line 1, column 7: the JSON ends before it is complete$/],
  ['[[1,2]] x | flip', /^kernel \[\[1,2\]\] x: line 1, column 9: not valid JSON, found "x"$/],
  ['sobel-x | add:bank.json', /step 1 of 1, kernel: expected one kernel, found a bank of 2$/],
  [
    'sobel-x | add:[[[1]], [[2]]]',
    /step 1 of 1, kernel: expected weights of a single plane, found 2 channels$/,
  ],
  ['[[[1]], [[2]]] | subtract:sobel-x', /kernel: expected weights of 2 channels, found a single plane$/],
  [
    '[[[1]]] | convolve:[[[1]]]',
    /kernel: expected weights of a single plane, since the first .*, found 1 channels$/,
  ],
  ['sobel-x | outer:[[1, 2]]', /step 1 of 1: expected a kernel of one row or one column.*, found 3×3$/],
  [
    '[[1, 2]] | outer:sobel-x',
    /step 1 of 1, kernel: expected a kernel of one row or one column.*, found 3×3$/,
  ],
  ['[[[1, 2]]] | outer:[[1]]', /found 2×1 on each of 1 channels$/],
  [
    'sobel-x | normalize',
    /step 1 of 1: expected weights with a sum other than 0, found 0; use by=l1 or by=l2$/,
  ],
  ['[[0.1, 0.2, -0.3]] | normalize:sum', /expected weights with a sum other than 0/],
  ['[[0, 0]] | normalize:l2', /expected a weight other than 0, found none$/],
  ['sobel-x | normalize:max', /by: expected sum, l1, l2 or zero-mean, found "max"$/],
  ['sobel-x | resize', /resize needs width \(columns of the new kernel\)/],
  ['sobel-x | resize:0', /width: expected a whole number from 1 to 65535, found 0$/],
  ['sobel-x | resize:2.5', /width: expected a whole number/],
  [
    'box:3 | resize:3,height=1',
    /expected a size that holds all weights .*, found 3×1, which cuts off 6 of 9; crop=any/,
  ],
  [
    'bank.json | flip | rotate:45',
    /step 2 of 2, angle: .* found 45 for a kernel of 2×1 \("bank-2 \| flip"\)$/,
  ],
  ['sobel\u0000-x | flip', /^kernel "sobel\\u\{0\}-x": character 6: expected printable text/],
  ['sobel-x | add:\u001b[31m', /step 1 of 1: .*control character U\+001B/],
])('refuses --kernel %j', async (ref, message) => {
  const files = { 'bad.json': '[[1,2],[3]]', 'bank.json': '{"kernels": [[[1]], [[1, 2]]]}' };
  expect(await refusal(ref, files)).toMatch(message);
});

test.each([
  ['{"kernel": "sobel-x"}', /expected "steps" together with "kernel", found none$/],
  ['{"kernel": [[1]]}', /expected "steps" together with "kernel", found none$/],
  ['{"steps": ["flip"]}', /expected "kernel" together with "steps", found none$/],
  [
    '{"kernel": "sobel-x", "steps": []}',
    /steps \(line 1, .*\): expected a list of steps such as "rotate:45", found an empty/,
  ],
  ['{"kernel": "sobel-x", "steps": "flip"}', /steps \(.*\): expected a list of steps .*, found "flip"$/],
  [
    '{"kernel": "sobel-x", "steps": [5]}',
    /steps\[0\] \(line 1, column 33\): expected a step such as .*, found 5$/,
  ],
  ['{"kernel": "sobel-x", "steps": [null]}', /steps\[0\] .*, found null$/],
  ['{"kernel": "sobel-x", "steps": [["flip"]]}', /steps\[0\] .*, found an array of 1$/],
  [
    '{"kernel": "sobel-x", "steps": [{"axis": "x"}]}',
    /steps\[0\] .*expected a step such as .*, found an object$/,
  ],
  [
    '{"kernel": "sobel-x", "steps": [{"step": "flop"}]}',
    /steps\[0\]\.step \(line 1, column 42\): .*"flop"; nearest: flip$/,
  ],
  [
    '{"kernel": "sobel-x", "steps": [{"step": 5}]}',
    /steps\[0\]\.step \(.*\): expected a step, one of .*, found 5$/,
  ],
  [
    '{"kernel": "sobel-x",\n "steps": ["flip", "rotate:30"]}',
    /steps\[1\]\.angle \(line 2, column 20\): expected a multiple of 45/,
  ],
  [
    '{"kernel": "sobel-x", "steps": [{"step": "rotate", "angle": "45"}]}',
    /steps\[0\]\.angle \(.* found "45"$/,
  ],
  [
    '{"kernel": "sobel-x", "steps": [{"step": "rotate", "angel": 45}]}',
    /steps\[0\]\.angel \(line 1, column 52\): .*did you mean/,
  ],
  [
    '{"kernel": "sobel-x", "steps": [{"step": "flip", "kernel": [[1]]}]}',
    /steps\[0\]\.kernel \(.*flip has no such parameter; it has axis$/,
  ],
  [
    '{"kernel": "sobel-x", "steps": [{"step": "fold", "by": 1}]}',
    /steps\[0\]\.by \(.*fold has no such parameter; it has none$/,
  ],
  ['{"kernel": "sobel-x", "steps": [{"step": "add"}]}', /steps\[0\] \(.*\): add needs kernel/],
  [
    '{"kernel": "sobel-x", "steps": [{"step": "add", "kernel": 5}]}',
    /steps\[0\]\.kernel \(line 1, column 59\): expected a kernel such as .*, found 5$/,
  ],
  [
    '{"kernel": "sobel-x", "steps": [{"step": "add", "kernel": "sobel-z"}]}',
    /steps\[0\]\.kernel \(.*\): there is no kernel "sobel-z"; nearest/,
  ],
  [
    '{"kernel": "sobel-x", "steps": [{"step": "add", "kernel": [[1], [2, 3]]}]}',
    /steps\[0\]\.kernel\.weights\[1\] \(line 1, column 65\): expected 1 number, as in steps\[0\]\.kernel\.weights\[0\]/,
  ],
  [
    '{"kernel": "sobel-x", "steps": [{"step": "add", "kernel": {"kernel": "sobel-y", "steps": ["flip:z"]}}]}',
    /steps\[0\]\.kernel\.steps\[0\]\.axis \(line 1, column 91\): expected both, x or y/,
  ],
  [
    '{"kernel": "sobel-x", "steps": [{"step": "add", "kernel": "sobel-y | flip:z"}]}',
    /steps\[0\]\.kernel \(.*\): kernel "sobel-y \| flip:z": step 1 of 1, axis: expected both, x or y/,
  ],
  [
    '{"kernel": "sobel-z", "steps": ["flip"]}',
    /^a\.json: kernel \(line 1, column 12\): there is no kernel "sobel-z"/,
  ],
  [
    '{"kernel": 5, "steps": ["flip"]}',
    /kernel \(line 1, column 12\): expected a kernel such as .*, found 5$/,
  ],
  [
    '{"kernel": [[1], []], "steps": ["flip"]}',
    /kernel\.weights\[1\] \(line 1, column 18\): expected a row of numbers/,
  ],
  [
    '{"kernel": "sobel-x", "steps": ["flip"], "anchor": [3, 0]}',
    /anchor\[0\] \(line 1, column 53\): expected a whole number from 0 to 2/,
  ],
  [
    '{"kernel": "sobel-x", "steps": ["flip"], "divisor": "sum"}',
    /divisor \(.*\): expected a number, because "sum" needs/,
  ],
  [
    '{"kernel": "sobel-x", "steps": ["flip"], "divisor": 0}',
    /divisor \(.*\): expected a number other than 0/,
  ],
  [
    '{"kernel": "sobel-x", "steps": ["flip"], "kernels": []}',
    /kernel \(line 1, column 2\): cannot be used together with "kernels"; keep one of them$/,
  ],
  [
    '{"kernel": "sobel-x", "steps": ["flip"], "weights": [[1]]}',
    /kernel \(.*cannot be used together with "weights"/,
  ],
  ['{"kernel": "sobel-x", "steps": ["flip"], "step": "flip"}', /step \(.*unknown key; did you mean "steps"/],
  [
    '{"kernels": ["sobel-x | flip | spin"]}',
    /kernels\[0\] \(line 1, column 14\): kernel "sobel-x \| flip \| spin": step 2 of 2: there is no step/,
  ],
  ['{"kernels": ["sobel-z | flip"]}', /kernels\[0\] \(.*\): there is no kernel "sobel-z"; nearest/],
  ['{"kernels": ["gaussian:-1 | flip"]}', /kernels\[0\] \(.*\): kernel "gaussian:-1": sigma: expected/],
])('refuses a file with %s', async (text, message) => {
  const found = await refusal('a.json', { 'a.json': text });
  expect(found).toMatch(/^a\.json: /);
  expect(found).toMatch(message);
});

describe('limits', () => {
  test('weights of a result, checked before they are computed', async () => {
    expect(await refusal('box:3 | resize:65535')).toMatch(
      /step 1 of 1: expected at most 1048576 weights, found 4294836225; --limit-kernel raises the limit$/,
    );
    const far = '{"weights": [[1, 0]], "anchor": [0, 0]}';
    expect(await refusal(`${far} | add:${far}`, {}, { limitWeights: 3 })).toMatch(
      /at most 3 weights in the bank/,
    );
    await expect(
      loadBank(`${far} | flip | flip`, sourceOf().source, { limitWeights: 2 }),
    ).resolves.toBeDefined();
    expect(await refusal('[[1, 2]] | convolve:[[1], [2]]', {}, { limitWeights: 4 })).toMatch(
      /step 1 of 1: .*weights/,
    );
  });

  test('a kernel as large as allowed can be turned', async () => {
    const { kernels } = await loadBank('box:1001 | rotate:90 | flip', sourceOf().source);
    expect(kernels[0]).toMatchObject({ width: 1001, height: 1001, name: 'box:size=1001 | rotate:90 | flip' });
  });

  test('multiplications', async () => {
    expect(await refusal('gaussian:40 | convolve:gaussian:40')).toMatch(
      /step 1 of 1: expected steps of at most 2147483648 multiplications, found \d+$/,
    );
  });

  test('steps in a row', async () => {
    const steps = ' | flip'.repeat(64);
    await expect(loadBank(`sobel-x${steps}`, sourceOf().source)).resolves.toBeDefined();
    expect(await refusal(`sobel-x${steps} | flip`)).toMatch(
      /step 65 of 65: expected at most 64 steps, found 65$/,
    );
  });

  test('a kernel derived from itself is refused', async () => {
    const files = {
      'a.json': '{"kernel": "a.json", "steps": ["flip"]}',
      'b.json': '{"kernel": "sobel-x", "steps": ["add:b.json", "add:b.json"]}',
      'c.json': '{"kernels": ["sobel-x | add:c.json"]}',
    };
    for (const name of Object.keys(files)) {
      expect(await refusal(name, files)).toMatch(/nested more than 8 deep; does a bank refer to itself\?$/);
    }
  });

  test('kernels that name each other many times over', async () => {
    const level = (next: string) =>
      JSON.stringify({ kernel: 'box:1', steps: Array.from({ length: 64 }, () => `add:${next}`) });
    const files = { 'a.json': level('b.json'), 'b.json': level('c.json'), 'c.json': level('box:1') };
    expect(await refusal('a.json', files)).toMatch(/at most 4096 kernels/);
  });

  test('nested JSON', async () => {
    const nested = (depth: number): string =>
      depth === 0 ? '"sobel-x"' : `{"kernel": ${nested(depth - 1)}, "steps": ["flip"]}`;
    await expect(loadBank(nested(8), sourceOf().source)).resolves.toBeDefined();
    expect(await refusal(nested(9))).toMatch(/nested more than 8 deep/);
    expect(await refusal(nested(70))).toMatch(/at most 64 levels of brackets/);
  });
});

test('a value with steps is none of parseKernel, which reads nothing', () => {
  expect(() => parseKernel({ kernel: 'sobel-x', steps: ['flip'] })).toThrow(
    /expected one kernel, found a kernel with steps$/,
  );
});
