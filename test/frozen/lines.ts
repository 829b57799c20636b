// The command lines of the frozen set: all commands, formats, borders, alpha modes, sizes, pipes and thread counts.

export interface FrozenLine {
  readonly args: readonly string[];
  /** An input that is given on standard input. */
  readonly stdin?: string;
  /** Thread counts to run with; all must write the same bytes. Default: as given in the line. */
  readonly threads?: readonly number[];
}

const BORDERS = ['replicate', 'symmetric', 'reflect101', 'wrap', 'constant:40', 'renormalize'];
const EXTENTS = ['same', 'valid', 'full'];
const METHODS = ['direct', 'separable', 'fft', 'running-sums', 'reference'];
const ALPHA = ['keep', 'filter', 'premultiply', 'drop', 'auto'];
const MAPS = ['clamp', 'abs', 'signed', 'minmax', 'auto'];
const COMBINES = ['max', 'min', 'sum', 'mean', 'rss', 'maxabs'];
const KERNELS = [
  'sobel-x',
  'scharr-x',
  'prewitt-y',
  'laplacian-4',
  'sharpen',
  'emboss',
  'box-3',
  'box:7',
  'gaussian:1.2',
  'gaussian:4',
  'unsharp:1',
  'log:1.5',
  'dog:sigma1=1,sigma2=1.6',
  'motion:length=9,angle=30',
  'disk:4',
  'gabor:theta=45,lambda=8,sigma=4',
  'comet:2',
  'k/comet.json',
  '[[0,1,0],[1,-4,1],[0,1,0]]',
  'random:size=11,seed=3',
  'random:size=31,seed=4',
];
const SMALL = [
  'rgb.png',
  'gray.png',
  'gray1.png',
  'gray16.png',
  'rgb16.png',
  'rgba.png',
  'rgba16.png',
  'ga.png',
  'opaque.png',
  'palette.png',
  'one.png',
  'column.png',
  'row.png',
  'step.png',
  'photo.jpg',
  'float.tif',
  'deep.tif',
  'eight.tif',
  'frames.gif',
  'lossless.webp',
  'plain.pgm',
  'colour.ppm',
  'responses.npy',
  'map.pfm',
];
const LARGE = ['large.png', 'large-gray.png', 'large-alpha.png', 'large.jpg', 'middle.png', 'middle.jpg'];
const FORMATS = ['png', 'tiff', 'npy', 'jpeg', 'webp', 'raw', 'pnm', 'pfm', 'avif'];

const apply = (...args: string[]): FrozenLine => ({ args: ['apply', ...args] });
const on = (image: string, ...args: string[]) => apply(...args, '-o', 'out/', `in/${image}`);
const both = (line: FrozenLine): FrozenLine => ({ ...line, threads: [1, 2] });

export const FROZEN_LINES: readonly FrozenLine[] = [
  // One option each, small pictures.
  ...KERNELS.map((kernel) => on('rgb.png', '-k', kernel)),
  ...KERNELS.map((kernel) => on('gray16.png', '-k', kernel, '--flip', '--format', 'npy')),
  ...SMALL.map((image) => on(image, '-k', 'sobel-x', '--json')),
  ...SMALL.map((image) => on(image, '-k', 'gaussian:2', '--format', 'npy')),
  ...BORDERS.flatMap((border) =>
    EXTENTS.map((extent) => on('gray.png', '-k', 'gaussian:1', '--border', border, '--extent', extent)),
  ),
  ...BORDERS.map((border) =>
    on('rgba.png', '-k', 'box:5', '--border', border, '--stride', '2,3', '--dilation', '3,2'),
  ),
  ...METHODS.map((method) => on('rgb.png', '-k', 'box:5', '--method', method)),
  ...METHODS.slice(0, 3).map((method) =>
    on('float.tif', '-k', 'gaussian:1.5', '--method', method, '--format', 'npy'),
  ),
  ...ALPHA.flatMap((alpha) =>
    ['rgba.png', 'ga.png', 'opaque.png'].map((image) => on(image, '-k', 'gaussian:1', '--alpha', alpha)),
  ),
  ...ALPHA.map((alpha) => on('rgba.png', '-k', 'sharpen', '--alpha', alpha, '--map', 'signed')),
  ...MAPS.flatMap((map) =>
    ['emboss', 'laplacian-8'].map((kernel) => on('rgb.png', '-k', kernel, '--map', map)),
  ),
  ...MAPS.map((map) => on('float.tif', '-k', 'sharpen', '--map', map, '--depth', '16')),
  ...COMBINES.map((how) => on('rgb.png', '-k', 'k/pair.json', '--combine', how)),
  ...COMBINES.map((how) => on('middle.png', '-k', 'kirsch', '--combine', how, '--format', 'npy')),
  ...FORMATS.map((format) => on('rgb.png', '-k', 'box-3', '--format', format)),
  ...FORMATS.slice(0, 6).map((format) => on('middle.png', '-k', 'sharpen', '--format', format)),
  ...['8', '16', 'float'].map((depth) => on('rgb.png', '-k', 'box-3', '--depth', depth, '--format', 'tiff')),
  ...['fast', 'default', 'small'].map((how) => on('middle.png', '-k', 'gaussian:1', '--compression', how)),
  ...['gray', 'r', 'g', 'b', 'a'].map((which) => on('rgba.png', '-k', 'scharr-x', '--channels', which)),
  ...['rgb.png', 'rgba.png', 'gray16.png'].map((image) => on(image, '-k', 'gaussian:1', '--linear')),
  on('rgba.png', '-k', 'gaussian:1', '--linear', '--alpha', 'premultiply'),
  on('rgb.png', '-k', 'sobel-x', '--gain', '0.25', '--map', 'signed'),
  ...['sobel', 'scharr', 'prewitt', 'roberts', 'farid'].map((kernel) => on('rgb.png', '-k', kernel)),
  on('middle.png', '-k', 'sobel', '--combine', 'angle'),
  on('middle.png', '-k', 'sobel', '--combine', 'angle', '--channels', 'gray', '--format', 'npy'),
  on('middle.png', '-k', 'gaussian:1', '--format', 'jpeg', '--quality', '60', '--subsampling', '420'),
  on('middle.png', '-k', 'gaussian:1', '--format', 'webp', '--quality', '60'),
  ...['photo.jpg', 'deep.tif', 'responses.npy', 'colour.ppm'].map((image) =>
    on(image, '-k', 'sharpen', '--format', 'same'),
  ),
  apply('-k', 'sharpen', '--in-place', 'in/photo.jpg', 'in/rgb.png', 'many'),
  on('nan.npy', '-k', 'disk:3', '--format', 'npy'),
  on('nan.npy', '-k', 'gaussian:3', '--explain-plan'),
  // Banks.
  both(on('middle.png', '-k', 'dct:4')),
  both(on('middle.png', '-k', 'gabor-bank:orientations=3,scales=2', '--stack')),
  both(on('middle.png', '-k', 'kirsch', '--sheet')),
  both(on('rgb.png', '-k', 'robinson', '--stack', '--format', 'tiff')),
  both(
    on(
      'middle.png',
      '-k',
      'gabor-bank:orientations=2,scales=1,parts=pairs',
      '--combine',
      'energy',
      '--channels',
      'gray',
    ),
  ),
  on(
    'middle.png',
    '-k',
    'gabor-bank:orientations=2,scales=1,parts=pairs',
    '--combine',
    'phase',
    '--channels',
    'gray',
  ),
  on('rgb.png', '-k', 'sobel-x', '-k', 'gaussian:1', '-k', 'sharpen'),
  // Large pictures, on one thread and on two.
  ...LARGE.flatMap((image) =>
    ['sobel-x', 'gaussian:2.5', 'box:9', 'sharpen', 'disk:6'].map((kernel) => both(on(image, '-k', kernel))),
  ),
  ...BORDERS.map((border) =>
    both(on('large.png', '-k', 'gaussian:1', '--border', border, '--extent', 'full')),
  ),
  ...MAPS.map((map) => both(on('large-gray.png', '-k', 'emboss', '--map', map))),
  ...['npy', 'tiff', 'jpeg', 'webp'].map((format) =>
    both(on('large.png', '-k', 'scharr-x', '--format', format)),
  ),
  both(on('large-alpha.png', '-k', 'gaussian:2', '--alpha', 'premultiply')),
  both(on('large-alpha.png', '-k', 'gaussian:2', '--alpha', 'keep')),
  both(on('large.png', '-k', 'sobel-x', '--stride', '3,2', '--dilation', '2,1')),
  both(on('large.png', '-k', 'k/pair.json', '--combine', 'rss')),
  both(on('large.png', '-k', 'gaussian:2', '--linear')),
  both(on('large.png', '-k', 'random:size=25,seed=1', '--format', 'npy')),
  both(on('large.png', '-k', 'k/pair.json')),
  // Many small pictures.
  both(apply('-k', 'sobel-x', '-o', 'out/', '-r', 'many')),
  both(apply('-k', 'gaussian:1', '-k', 'sharpen', '--json', '-o', 'out/', '-r', 'many')),
  both(apply('-k', 'box-3', '-o', 'out/{below}/{name}-{index}.{ext}', '-r', 'many')),
  both(apply('-k', 'box-3', '-o', 'out/', '--errors', 'errors.ndjson', 'many', 'in/cut.png', 'in/notes.txt')),
  apply('-k', 'box-3', '-o', 'out/', '--shard', '2/3', '-r', 'many'),
  apply('-k', 'box-3', '--dry-run', '-o', 'out/', '-r', 'many'),
  apply('-k', 'box-3', '-o', 'out/', '--resume', 'many'),
  apply('-k', 'box-3', '-o', 'out/', '--no-clobber', 'many'),
  // Pipes.
  ...['png', 'npy', 'tiff', 'jpeg'].map((format) => ({
    args: ['apply', '-k', 'sobel-x', '--format', format, '-o', '-', '-'],
    stdin: 'in/rgb.png',
  })),
  { args: ['apply', '-k', 'gaussian:1', '-o', 'piped.png', '-'], stdin: 'in/large.png', threads: [1, 2] },
  { args: ['apply', '-k', 'box-3', '--files-from', '-', '-o', 'out/'], stdin: 'list.txt' },
  { args: ['explain', '--at', '3,4', '-k', 'sobel-x', '-'], stdin: 'in/rgb.png' },
  // What is refused, or planned only.
  on('rgb.png', '-k', 'sobel-z'),
  on('rgb.png', '-k', 'k/wrong.json'),
  on('missing.png', '-k', 'box-3'),
  on('cut.png', '-k', 'box-3'),
  on('notes.txt', '-k', 'box-3'),
  on('rgb.png', '-k', 'box-3', '--border', 'reflect'),
  on('rgb.png', '-k', 'sobel-x', '--border', 'renormalize'),
  apply('in/rgb.png'),
  on('large.png', '-k', 'disk:6', '--explain-plan'),
  on('float.tif', '-k', 'log:2', '--explain-plan'),
  // The other commands.
  ...['sobel-x', 'gaussian:1', 'k/comet.json', 'kirsch'].flatMap((kernel) => [
    { args: ['compare', '-k', kernel, '--json', '--no-picture', 'in/rgb.png'] },
    { args: ['compare', '-k', kernel, '-o', 'compared.png', 'in/middle.png'], threads: [1, 2] },
  ]),
  { args: ['compare', '-k', 'emboss', '--maps', '-o', 'out/', 'in/gray16.png'] },
  { args: ['compare', '-k', 'emboss', '--no-picture', 'in/rgb.png'] },
  ...['rgb.png', 'rgba.png', 'gray16.png', 'float.tif'].flatMap((image) => [
    { args: ['explain', '--at', '0,0', '-k', 'emboss', '--both', `in/${image}`] },
    { args: ['explain', '--at', '5,6', '-k', 'sharpen', '--json', `in/${image}`] },
    { args: ['explain', '--at', '2,3', '-k', 'gaussian:1', '--markdown', `in/${image}`] },
  ]),
  ...['sobel-x', 'kirsch', 'gaussian', 'gaussian:2', 'gabor:8', 'k/comet.json', 'dct:4'].flatMap((kernel) => [
    { args: ['kernels', 'show', kernel] },
    { args: ['kernels', 'show', kernel, '--json'] },
  ]),
  ...['json', 'npy', 'mat', 'csv', 'imagemagick'].map((format) => ({
    args: ['kernels', 'show', 'sobel-x', '--format', format],
  })),
  { args: ['kernels', 'show', 'log:sigma=2', '--picture', 'log.png'] },
  { args: ['kernels', 'list'] },
  { args: ['kernels', 'list', '--json'] },
  { args: ['kernels', 'list', 'edge'] },
  { args: ['kernels', 'check', 'k/comet.json', 'k/wrong.json'] },
  { args: ['kernels', 'check', '--json', 'k/comet.json', 'k/wrong.json'] },
  { args: ['project', '--bank', 'dct:4', '-o', 'out/', 'in/middle.png'], threads: [1, 2] },
  { args: ['project', '--bank', 'hadamard:4', '--json', '--no-write', 'in/rgb.png'] },
  { args: ['project', '--bank', 'pca:4', '--no-write', '--channels', 'gray', 'in/middle.png'] },
  { args: ['run', 'net.json', '-o', 'out/', 'in/rgb.png'], threads: [1, 2] },
  { args: ['run', 'net.json', '--layer', 'all', '--sheet', '-o', 'out/', 'in/middle.png'], threads: [1, 2] },
  {
    args: ['fit', '--before', 'in/middle.png', '--after', 'in/middle.png', '--size', '3', '--json'],
    threads: [1, 2],
  },
  ...['bash', 'zsh', 'fish'].map((shell) => ({ args: ['completion', shell] })),
  { args: ['--version'] },
  { args: ['--help'] },
  ...['apply', 'compare', 'explain', 'run', 'project', 'reconstruct', 'fit', 'kernels', 'completion'].map(
    (command) => ({
      args: [command, '--help'],
    }),
  ),
  { args: ['aply'] },
];
