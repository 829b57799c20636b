// Searches by users who do not know the names: searching the list, a wrong name, a file without a kernel.

import { describe, expect, it } from 'vitest';
import { loadKernels } from '../../../dist/index.js';
import { generators } from '../../../dist/kernels/generators/list.js';
import { convtool, inFolder } from '../../support/cli.js';

describe('an unknown name is answered with advice', () => {
  it.each([
    ['blur', /type gaussian:sigma=2, box:size=5, .*motion:length=15,angle=0/],
    ['Blur', /type gaussian:sigma=2/],
    ['gaussian blur', /type gaussian:sigma=2;/],
    ['gauss', /type gaussian:sigma=2;/],
    ['mean', /type box:size=5;/],
    ['mean-filter', /type box:size=5;/],
    ['average', /type box:size=5;/],
    ['edge', /type sobel, laplacian-4(,| or) log:sigma=2/],
    ['edges', /type sobel/],
    ['gradient', /type derivative(,| or) sobel/],
    ['laplace', /type laplacian-4(,| or) laplacian-8/],
    ['sharp', /type sharpen(,| or) unsharp:amount=1,sigma=2/],
    ['unsharp-mask', /type unsharp:amount=1,sigma=2;/],
    ['high-pass', /type highpass:sigma=3;/],
    ['motion_blur', /type motion:length=15,angle=0;/],
    ['mean:5', /type box:size=5;/],
    ['edge', /; see: convtool kernels list edge$/],
    ['gausian', /nearest: gaussian:sigma=2$/],
    ['blurr', /nearest: "blur"; type gaussian:sigma=2, .*; see: convtool kernels list blur$/],
    ['motion', /write for example motion:length=15,angle=0$/],
    ['xyzzy', /"convtool kernels list" shows all names/],
  ])('%s', async (word, advice) => {
    await expect(loadKernels(word)).rejects.toThrow(advice);
  });

  it('which is a kernel', async () => {
    for (const { name, example } of generators) {
      if (example !== undefined)
        expect((await loadKernels(`${name}:${example}`)).kernels.length).toBeGreaterThan(0);
    }
  });
});

it('kernels list finds what people call things', async () => {
  const found = async (...words: string[]) => {
    const { stdout } = await convtool(['kernels', 'list', '--json', ...words]);
    const lines = stdout.toString().trim().split('\n');
    return lines.map((line) => (JSON.parse(line) as { name: string }).name);
  };
  const [edge, blur, quoted, apart] = await Promise.all([
    found('edge'),
    found('blur'),
    found('motion blur'),
    found('motion', 'blur'),
  ]);
  const gradients = [
    'sobel',
    'sobel-x',
    'scharr-x',
    'prewitt-x',
    'roberts-1',
    'farid',
    'laplacian-4',
    'log',
    'kirsch',
  ];
  expect(edge).toEqual(expect.arrayContaining(gradients));
  expect(edge).not.toContain('gaussian');
  expect(blur).toEqual(
    expect.arrayContaining(['box', 'disk', 'gaussian', 'motion', 'binomial', 'gaussian-3']),
  );
  expect(blur).not.toContain('sobel');
  expect(quoted).toContain('motion');
  expect(apart).toEqual(quoted);
});

describe('a file without a kernel is reported as such', () => {
  const files = {
    'net.pt': 'PK\x03\x04 and more of an archive',
    'old.pth': Buffer.from([0x80, 2, 0x8a, 10]),
    'model.h5': Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'),
    'page.pdf': '%PDF-1.7',
    'empty.bin': '',
    'some.bin': Buffer.from([1, 2, 0, 4]),
    note: 'some words',
    own: '[[1, 2]]',
    'folder/x': '',
  };

  it.each([
    ['net.pt', /found a ZIP archive, as PyTorch.*; save the weights as safetensors or NPY/],
    ['old.pth', /found a Python pickle/],
    ['model.h5', /found an HDF5 file/],
    ['page.pdf', /found a PDF document/],
    ['empty.bin', /found no text/],
    ['some.bin', /found binary data of an unknown kind/],
    ['note', /expected a kernel: .*found "some words"/],
    ['folder', /found a folder/],
    ['own', /there is no kernel of this name, but a file; write \.\/own/],
    ['nosuch.pt', /there is no kernel of this name/],
  ])('%s', (name, message) =>
    inFolder({ files }, async (folder) => {
      const path = name === 'own' || name.startsWith('nosuch') ? null : `${folder}/${name}`;
      if (path) await expect(loadKernels(path)).rejects.toThrow(message);
      const run = await convtool(['kernels', 'show', name], { files });
      expect(run.status).toBe(2);
      expect(run.stderr).toMatch(message);
    }));
});
