import { expect, test } from 'vitest';
import { nearestNames } from '../../../dist/kernels/did-you-mean.js';
import { fileLabel, parseKernelRef } from '../../../dist/kernels/load/ref.js';

test.each([
  ['sobel-x', { kind: 'name', name: 'sobel-x' }],
  ['[[1]]', { kind: 'inline', text: '[[1]]' }],
  [' \n{"a":1}', { kind: 'inline', text: ' \n{"a":1}' }],
  ['a.json', { kind: 'path', path: 'a.json' }],
  ['./a', { kind: 'path', path: './a' }],
  ['C:\\a', { kind: 'path', path: 'C:\\a' }],
  ['box:3/a.json', { kind: 'path', path: 'box:3/a.json' }],
  ['a.npy', { kind: 'path', path: 'a.npy' }],
  ['a.MAT', { kind: 'path', path: 'a.MAT' }],
  ['(1).csv', { kind: 'path', path: '(1).csv' }],
  ['a.csv#b', { kind: 'path', path: 'a.csv#b' }],
  ['m.safetensors', { kind: 'path', path: 'm.safetensors' }],
  ['m.safetensors#a/b.w', { kind: 'path', path: 'm.safetensors', tensor: 'a/b.w' }],
  ['m.safetensors#', { kind: 'path', path: 'm.safetensors', tensor: '' }],
  ['(1,2;3,4)', { kind: 'inline', text: '(1,2;3,4)' }],
  ['3x3: 1,2', { kind: 'inline', text: '3x3: 1,2' }],
  ['3x3+1+0>:\n1', { kind: 'inline', text: '3x3+1+0>:\n1' }],
  ['dct:8', { kind: 'name', name: 'dct', arguments: [{ name: null, value: '8' }] }],
  [
    'gabor:theta=45, lambda=8',
    {
      kind: 'name',
      name: 'gabor',
      arguments: [
        { name: 'theta', value: '45' },
        { name: 'lambda', value: '8' },
      ],
    },
  ],
])('reference %j', (text, expected) => {
  expect(parseKernelRef(text)).toEqual(expected);
});

test.each([
  ['sobel-x', 'sobel-x'],
  ['gaussian:sigma=2', 'gaussian-sigma-2'],
  ['gabor:theta=45,lambda=8.5', 'gabor-theta-45-lambda-8.5'],
  ['../../etc/passwd', 'etc-passwd'],
  ['a/../b', 'a-..-b'],
  ['.', 'kernel'],
  ['..', 'kernel'],
  ['...hidden', 'hidden'],
  ['-rf', 'rf'],
  ['', 'kernel'],
  ['\u0000\n', 'kernel'],
  ['a\u0000b', 'a-b'],
  ['a\u202eb', 'a-b'],
  ['a\ud800b', 'a-b'],
  ['kante_ß é 縁 ९', 'kante_ß-é-縁-९'],
  ['e\u0301', 'é'],
  ['\u0301a', 'a'],
  ['trailing. .', 'trailing'],
  ['NUL', 'kernel-NUL'],
  ['con.x', 'kernel-con.x'],
  ['com1', 'kernel-com1'],
  ['console', 'console'],
  ['x'.repeat(300), 'x'.repeat(100)],
  ['縁'.repeat(100), '縁'.repeat(33)],
  [`${'x'.repeat(99)}-y`, 'x'.repeat(99)],
])('file label of %j', (name, label) => {
  expect(fileLabel(name)).toBe(label);
});

test.each([
  ['sobelx', ['sobel-x', 'sobel-y']],
  ['SHARPEN', ['sharpen']],
  ['hsarpen', ['sharpen']],
  ['sob', ['sobel-x', 'sobel-y']],
  ['zzzzzz', []],
  ['', []],
  ['x'.repeat(100_000), []],
])('nearest to %j', (text, names) => {
  expect(nearestNames(text, ['sobel-x', 'sobel-y', 'sharpen', 'box-3'])).toEqual(names);
});
