// Kernels in formats of other programs that must be refused, and the expected message after the file's name.

import { safetensorsOf, withHeader } from './made-safetensors.js';

export interface BadFile {
  readonly path: string;
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly expect: RegExp;
}

/** An NPY file of version 1 with this header and the given number of element bytes. */
function npy(header: string, bytes = 0, version = 1): Buffer {
  const prefix = Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1');
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  return Buffer.concat([prefix, length, Buffer.from(header, 'latin1'), Buffer.alloc(bytes)]);
}

const dict = (descr: string, shape: string) =>
  `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }\n`;

function npyOf(dtype: string, shape: string, elements: Buffer): Buffer {
  return Buffer.concat([npy(dict(`'${dtype}'`, shape)), elements]);
}

/** A safetensors file of float64 numbers: a kernel of one weight each in four dimensions, and vectors. */
function filled(tensors: Readonly<Record<string, readonly number[]>>): Buffer {
  const entries = Object.entries(tensors).map(([name, values]) => {
    const shape = name.endsWith('weight') ? [values.length, 1, 1, 1] : [values.length];
    return [name, ['F64', shape, 8 * values.length]] as const;
  });
  const elements = float64(...Object.values(tensors).flat());
  const file = safetensorsOf(Object.fromEntries(entries));
  return Buffer.concat([file.subarray(0, file.length - elements.length), elements]);
}

function float64(...values: number[]): Buffer {
  return Buffer.from(Float64Array.from(values).buffer);
}

const cases = {
  'k/a.npy': [
    ['empty', '', /byte 0: expected an NPY file, which begins with \\x93NUMPY, found an empty file$/],
    ['other content', 'hello', /byte 0: expected an NPY file.*, found other content$/],
    [
      'magic alone',
      Buffer.from('\x93NUMPY', 'latin1'),
      /byte 6: expected version 1, 2 or 3.*, found the end of the file$/,
    ],
    ['version 4', npy('{}', 0, 4), /byte 6: expected version 1, 2 or 3 of NPY, found 4$/],
    [
      'cut in the length',
      npy('{}').subarray(0, 9),
      /byte 8: expected the header's length, found the end of the file$/,
    ],
    [
      'cut in the header',
      npy(dict("'<f8'", '(1, 1)')).subarray(0, 40),
      /byte 8: expected a header of at most 30 bytes.*, found \d+$/,
    ],
    [
      'huge header',
      npy('{}', 0, 2).fill(0xff, 8, 12),
      /byte 8: expected a header of at most 2 bytes.*, found 4294967295$/,
    ],
    [
      'header of 20 kB',
      npy(' '.repeat(20_000), 0, 2),
      /byte 8: expected a header of at most 10000 bytes, found 20000$/,
    ],
    ['no dict', npy('hello'), /header \(byte 10\): expected "\{", found "hello"$/],
    ['blank header', npy('   '), /header \(byte 13\): expected "\{", found its end$/],
    [
      'unfinished dict',
      npy("{'descr': '<f8', "),
      /header \(byte 27\): expected a key in quotation marks, or "\}", found its end$/,
    ],
    ['no colon', npy("{'descr' '<f8'}"), /header \(byte 19\): expected ":", found/],
    ['no comma', npy("{'descr': '<f8' 'shape': (1,1)}"), /header \(byte 26\): expected "," or "\}", found/],
    ['text after the dict', npy(`${dict("'<f8'", '(1, 1)')}x`), /expected the header's end, found "x"$/],
    [
      'unknown key',
      npy("{'type': 'f8'}"),
      /header \(byte 11\): expected one of descr, fortran_order or shape, found "type"$/,
    ],
    ['repeated key', npy("{'descr': '<f8', 'descr': '<f8'}"), /expected each key once, found "descr" again$/],
    [
      'no shape',
      npy("{'descr': '<f8', 'fortran_order': False}"),
      /header: expected the key "shape", found none$/,
    ],
    [
      'no order',
      npy("{'descr': '<f8', 'shape': (1, 1)}"),
      /header: expected the key "fortran_order", found none$/,
    ],
    [
      'order of a number',
      npy("{'fortran_order': 1}"),
      /expected True or False for fortran_order, found "1\}"$/,
    ],
    [
      'shape of a list',
      npy(dict("'<f8'", '[1, 1]')),
      /expected a tuple of whole numbers such as \(3, 3\) for shape, found/,
    ],
    ['negative shape', npy(dict("'<f8'", '(-1, 1)')), /expected a tuple of whole numbers/],
    [
      'no dimension',
      npy(dict("'<f8'", '()'), 8),
      /header, shape: expected 2 to 4 dimensions of at least 1: .*, found \(\)$/,
    ],
    [
      'one dimension',
      npy(dict("'<f8'", '(9,)'), 72),
      /header, shape: .*, found \(9,\); a kernel of one row has the shape \(1, n\)$/,
    ],
    [
      'five dimensions',
      npy(dict("'<f8'", '(1, 1, 1, 1, 1)'), 8),
      /header, shape: .*, found \(1, 1, 1, 1, 1\)$/,
    ],
    ['nothing in a dimension', npy(dict("'<f8'", '(3, 0)')), /header, shape: .*, found \(3, 0\)$/],
    [
      'truth values',
      npy(dict("'|b1'", '(1, 1)'), 1),
      /header, descr: expected whole numbers .*, found "\|b1", truth values; array\.astype/,
    ],
    [
      'complex numbers',
      npy(dict("'<c16'", '(1, 1)'), 16),
      /header, descr: .*, found "<c16", complex numbers;/,
    ],
    ['objects', npy(dict("'|O'", '(1, 1)'), 8), /header, descr: .*, found "\|O", Python objects;/],
    [
      'long doubles',
      npy(dict("'<f16'", '(1, 1)'), 16),
      /header, descr: .*, found "<f16", floats of 128 bits;/,
    ],
    [
      'fields',
      npy(dict("[('a', '<f8')]", '(1, 1)'), 8),
      /header \(byte 20\): expected a type such as '<f8', found a type of several fields$/,
    ],
    [
      'too few elements',
      npy(dict("'<f8'", '(2, 2)'), 31),
      /byte \d+: expected 32 bytes for \(2, 2\) elements, found 31$/,
    ],
    [
      'too many elements',
      npy(dict("'<f4'", '(2, 2)'), 17),
      /byte \d+: expected 16 bytes for \(2, 2\) elements, found 17$/,
    ],
    [
      'NaN',
      npyOf('<f8', '(2, 2)', float64(1, 2, Number.NaN, 4)),
      /element \[1, 0\] \(byte \d+\): expected a finite number, found NaN$/,
    ],
    [
      'infinity',
      npyOf('<f8', '(1, 2)', float64(1, -Infinity)),
      /element \[0, 1\] \(byte \d+\): expected a finite number, found -Infinity$/,
    ],
    [
      'whole number beyond float64',
      npyOf('<i8', '(1, 1)', Buffer.from([1, 0, 0, 0, 0, 0, 32, 0])),
      /expected a whole number below 2\^53, found 9007199254740993$/,
    ],
    [
      'beyond float32',
      npyOf('<f8', '(1, 1)', float64(1e39)),
      /weights\[0\]\[0\]: expected a weight that is at most 3\.4e38/,
    ],
    [
      'too many weights',
      npy(dict("'<f8'", '(2000, 2000)')),
      /expected at most 1048576 weights, found 4000000; --limit-kernel raises/,
    ],
    [
      'too many kernels',
      npy(dict("'|i1'", '(5000, 1, 1, 1)'), 5000),
      /header, shape: expected at most 4096 kernels in a bank, found \(5000, 1, 1, 1\)$/,
    ],
  ],
  'k/a.safetensors': [
    ['empty', '', /header's length \(byte 0\): expected 8 bytes, found 0$/],
    ['shorter than a length', 'abc', /header's length \(byte 0\): expected 8 bytes, found 3$/],
    ['text', 'this is no model', /header's length \(byte 0\): expected at most 8 bytes, found \d+$/],
    [
      'header beyond the file',
      withHeader('{}').subarray(0, 9),
      /header's length \(byte 0\): expected at most 1 bytes, found 2$/,
    ],
    ['header of no JSON', withHeader('{"w": }'), /line 1, column 7: not valid JSON, found "\}"/],
    ['repeated tensor', withHeader('{"w": {}, "w": {}}'), /the key "w" is given twice$/],
    [
      'header of a list',
      withHeader('[]'),
      /header \(byte 8\): expected an object of tensors, found an empty array$/,
    ],
    [
      'no tensors',
      withHeader('{"__metadata__": {}}'),
      /expected one tensor of 2 to 4 dimensions, or its name.*, found none among no tensors$/,
    ],
    ['only vectors', safetensorsOf({ bias: ['F32', [4], 16] }), /found none among bias \(4,\) of F32$/],
    [
      'two tensors',
      safetensorsOf({ a: ['F32', [2, 2], 16], b: ['F32', [1, 2, 2], 16] }),
      /found a \(2, 2\) of F32, b \(1, 2, 2\) of F32$/,
    ],
    [
      'a type that is not read, and the scales of its numbers',
      safetensorsOf({ 'c.weight': ['F8_E4M3', [4, 3, 3, 3], 108], 'c.weight_scale': ['F32', [4, 1], 16] }),
      /found c\.weight \(4, 3, 3, 3\) of F8_E4M3, c\.weight_scale \(4, 1\) of F32$/,
    ],
    [
      'a mask of truth values, and weights',
      safetensorsOf({ mask: ['BOOL', [2, 2], 4], w: ['F16', [1, 1, 2, 2], 8] }),
      /found mask \(2, 2\) of BOOL, w \(1, 1, 2, 2\) of F16$/,
    ],
    ...['F8_E4M3', 'F8_E5M2', 'F8_E8M0', 'BOOL', 'C64', 'F4'].map((type): [string, Buffer, RegExp] => [
      `only ${type}`,
      safetensorsOf({ w: [type, [4, 3, 3, 3], 108], bias: ['F32', [4], 16] }),
      new RegExp(`tensor "w": expected one of the types I8 .* BF16 F32 F64, found "${type}"$`),
    ]),
    [
      'a bias of a type that is not read',
      safetensorsOf({ 'c.weight': ['F32', [1, 1, 1, 1], 4], 'c.bias': ['F8_E5M2', [1], 1] }),
      /tensor "c\.bias": expected one of the types I8 .* F64, found "F8_E5M2"$/,
    ],
    [
      'a bias beyond float32',
      filled({ 'c.weight': [1], 'c.bias': [1e300] }),
      /expected responses of at most 3\.4e38 \(float32\), found up to 1\.00e\+300/,
    ],
    [
      'no type',
      withHeader('{"w": {"shape": [1, 1], "data_offsets": [0, 4]}}'),
      /tensor "w", dtype: expected a type such as "F32", found nothing$/,
    ],
    ['tensor of null', withHeader('{"w": null}'), /tensor "w", dtype: .* found nothing$/],
    [
      'no shape',
      withHeader('{"w": {"dtype": "F32", "data_offsets": [0, 4]}}'),
      /tensor "w", shape: expected an array of whole numbers, found nothing$/,
    ],
    [
      'broken shape',
      withHeader('{"w": {"dtype": "F32", "shape": [1.5], "data_offsets": [0, 4]}}'),
      /tensor "w", shape\[0\]: expected a whole number, found 1\.5$/,
    ],
    [
      'no offsets',
      withHeader('{"w": {"dtype": "F32", "shape": [1, 1]}}'),
      /tensor "w", data_offsets: expected two rising offsets, found nothing$/,
    ],
    [
      'falling offsets',
      withHeader('{"w": {"dtype": "F32", "shape": [1, 1], "data_offsets": [4, 0]}}'),
      /data_offsets: expected two rising offsets, found an array of 2$/,
    ],
    [
      'offsets that do not fit',
      safetensorsOf({ w: ['F32', [2, 2], 12] }),
      /tensor "w": expected 16 bytes for \(2, 2\) of F32, found 12$/,
    ],
    [
      'cut in the tensor',
      safetensorsOf({ w: ['F32', [2, 2], 16] }).subarray(0, -1),
      /tensor "w": expected a file of at least \d+ bytes, where the tensor ends, found \d+$/,
    ],
    [
      'too many weights',
      safetensorsOf({ w: ['U8', [1025, 1024], 8] }),
      /expected at most 1048576 weights, found 1049600/,
    ],
  ],
  'k/a.safetensors#w': [
    [
      'no such tensor',
      safetensorsOf({ conv: ['F32', [2, 2], 16] }),
      /there is no tensor "w"; there are conv \(2, 2\) of F32$/,
    ],
    [
      'nearly such a tensor',
      safetensorsOf({ w1: ['F32', [2, 2], 16] }),
      /there is no tensor "w"; nearest: w1$/,
    ],
    [
      'type of eight bits',
      safetensorsOf({ w: ['F8_E4M3', [2, 2], 4] }),
      /tensor "w": expected one of the types I8 .* F64, found "F8_E4M3"$/,
    ],
    [
      'truth values',
      safetensorsOf({ w: ['BOOL', [2, 2], 4] }),
      /tensor "w": expected one of the types .*, found "BOOL"$/,
    ],
    [
      'a vector',
      safetensorsOf({ w: ['F32', [4], 16] }),
      /tensor "w": expected 2 to 4 dimensions .*, found \(4,\); a kernel of one row/,
    ],
  ],
  'k/a.mat': [
    [
      'empty',
      '',
      /line 1, column 1: expected a line of width, height and perhaps scale and offset, found no text$/,
    ],
    ['one number', '3\n1 2 3', /line 1, column 1: expected a line of width.*, found 1 number$/],
    ['five numbers', '1 1 1 0 7\n1', /line 1, column 1: expected a line of width.*, found 5 numbers$/],
    [
      'broken width',
      '2.5 1\n1 2',
      /line 1, column 1: expected the width, a whole number from 1, found 2\.5$/,
    ],
    ['height 0', '2 0\n', /line 1, column 3: expected the height, a whole number from 1, found 0$/],
    ['scale 0', '1 1 0 0\n1', /line 1, column 5: expected a scale other than 0, found 0$/],
    ['scale of letters', '1 1 x\n1', /line 1, column 5: expected a number, found "x"$/],
    ['too few rows', '2 2\n1 2\n', /line 3, column 1: expected 2 rows, as line 1 says, found 1$/],
    [
      'too many rows',
      '2 1\n1 2\n3 4\n',
      /line 3, column 1: expected 1 rows?, the height in line 1, found another line$/,
    ],
    ['short row', '3 2\n1 2 3\n4 5', /line 3, column 1: expected 3 numbers, the width in line 1, found 2$/],
    ['long row', '2 1\n1 2 3', /line 2, column 1: expected 2 numbers, the width in line 1, found 3$/],
    ['letters', '2 1\n1 two', /line 2, column 3: expected a number, found "two"$/],
    ['NaN', '2 1\n1 nan', /line 2, column 3: expected a finite number, found "nan"$/],
    ['too large', '2 1\n1 1e999', /line 2, column 3: expected a finite number, found "1e999"$/],
    ['hexadecimal', '1 1\n0x10', /line 2, column 1: expected a number, found "0x10"$/],
    [
      'MATLAB',
      'MATLAB 5.0 MAT-file, Platform: GLNX',
      /line 1, column 1: expected a vips matrix, which is text, found a MATLAB file; save/,
    ],
    ['huge size', '99999 99999\n1', /expected at most 1048576 weights, found 9999800001; --limit-kernel/],
    [
      'millions of digits',
      `1 1\n${'1'.repeat(4_000_000)}x`,
      /line 2, column 1: expected a number, found "1+…"$/,
    ],
    ['no UTF-8', Uint8Array.of(0x31, 0xff), /line 1: expected UTF-8 text, found the byte 0xff$/],
  ],
  'k/a.csv': [
    ['empty', '', /line 1, column 1: expected rows of numbers, found none$/],
    ['only comments', '# a\n# b\n', /line 3, column 1: expected rows of numbers, found none$/],
    ['ragged', '1,2,3\n4,5\n', /line 2, column 1: expected 3 numbers, as in the first row, found 2$/],
    [
      'names of columns',
      'a,b\n1,2\n',
      /line 1, column 1: expected a number, found "a"; begin a line of names with #$/,
    ],
    [
      'empty cell',
      '1,,3',
      /line 1, column 3: expected a number, found nothing; is there an extra separator\?$/,
    ],
    ['comma at the end', '1,2,\n3,4,\n', /line 1, column 5: expected a number, found nothing/],
    ['decimal commas', '0,5;1\n1;2\n', /line 1, column 1: expected a number, found "0,5"; write "0\.5"$/],
    [
      'quotation marks',
      '"1","2"',
      /line 1, column 1: expected a number, found "\\?"1\\?""; write numbers without quotation marks$/,
    ],
    ['NaN', '1,NaN', /line 1, column 3: expected a finite number, found "NaN"$/],
    ['infinity', '1,-inf', /line 1, column 3: expected a finite number, found "-inf"$/],
    [
      'several separators',
      '1;2\n3\t4',
      /line 2, column 1: expected 2 numbers, as in the first row, found 1$/,
    ],
    ['too many numbers', '1\n'.repeat(1_048_577), /expected at most 1048576 weights, found 1048577/],
  ],
  'k/a.txt': [
    [
      'table or matrix',
      '2 1\n3 4\n',
      /line 1, column 1: this can be a table of numbers or a vips matrix; give it the ending/,
    ],
    ['prose', 'Dear reader,', /line 1, column 1: expected a number, found "Dear reader"/],
  ],
  'k/string': [
    ['other text', 'hello world', /expected a kernel: JSON, NPY, .*, found "hello world"$/],
    ['empty', '', /expected a kernel: JSON.*, found no text$/],
    ['too few weights', '3x3: 1,2,3', /line 1, column 11: expected 9 weights, as the size says, found 3$/],
    [
      'too many weights',
      '2: 1,2 3,4 5',
      /line 1, column 12: expected 4 weights, as the size says, found another, "5"$/,
    ],
    ['no weights', '3x3:', /expected 9 weights, as the size says, found 0$/],
    ['letters', '2: 1,2\n3,x', /line 2, column 3: expected a number, found "x"$/],
    ['fraction', '1: 1/9', /line 1, column 4: expected a number, found "1\/9"$/],
    ['infinity', '1: inf', /line 1, column 4: expected a finite number, found "inf"$/],
    ['two commas', '2: 1,,2,3', /line 1, column 6: expected a number, found ","$/],
    ['comma at the end', '1: 5,', /line 1, column 6: expected no comma at the end, found ","$/],
    ['size 0', '0x3: 1', /line 1, column 1: expected a size such as 3, 3x3 or 3x3\+1\+1, found "0x3"$/],
    ['size of three', '3x3x3: 1', /line 1, column 1: expected a size such as .*, found "3x3x3"$/],
    ['half an origin', '3x3+1: 1', /line 1, column 1: expected a size such as .*, found "3x3\+1"$/],
    [
      'origin outside',
      '3x3+3+0: 1',
      /line 1, column 1: expected an origin inside 3x3, counted from \+0\+0, found "3x3\+3\+0"$/,
    ],
    ['negative origin', '3x3-1+0: 1', /line 1, column 1: expected an origin inside 3x3/],
    [
      'turns of 5x5',
      '5x5@: 1',
      /line 1, column 1: expected 3x3 with the flag @ \(rotation by 45°\), found "5x5@"$/,
    ],
    [
      'turns of 2x3',
      '2x3>: 1',
      /line 1, column 1: expected a square or a line with the flag >, found "2x3>"$/,
    ],
    ['unknown flag', '3x3%: 1', /line 1, column 1|expected a kernel/],
    [
      'name',
      'Sobel:45',
      /line 1, column 1: "Sobel" is a name; ImageMagick's built-in kernels cannot be loaded by name/,
    ],
    ['name in a list', '1: 5;\nLaplacian:0', /line 2, column 1: "Laplacian" is a name/],
    ['text without a size', '1: 5; 7', /line 1, column 7: expected a size such as .*, then ":", found "7"$/],
    ['huge size', '99999x99999: 1', /expected at most 1048576 weights, found 9999800001/],
    [
      'thousands of kernels',
      '1:1;'.repeat(4097),
      /line 1, column 16385: expected at most 4096 kernels in a bank, found more$/,
    ],
    [
      'turns beyond the limit',
      `600x600>: ${'1 '.repeat(360_000)}`,
      /expected at most 1048576 weights.*, found 1440000/,
    ],
  ],
  'k/matrix': [
    ['no end', '(1,2;3,4', /line 1, column 9: expected "\)" at the end, found none$/],
    ['nothing', '()', /line 1, column 2: expected a number, found "\)"$/],
    ['letters', '(1,x)', /line 1, column 4: expected a number, found "x"$/],
    ['infinity', '(1,inf)', /line 1, column 4: expected a finite number, found "inf"$/],
    ['two commas', '(1,,2)', /line 1, column 4: expected a number, found ","$/],
    ['semicolon at the end', '(1;2;)', /line 1, column 6: expected a number, found "\)"$/],
    ['ragged', '(1,2,3;4)', /line 1, column 9: expected 3 numbers in row 2, as in the first, found 1$/],
    ['no comma', '(1 2)', /line 1, column 4: expected "," or ";", found "2"$/],
    [
      'channels',
      '(1,2^3,4)',
      /line 1, column 5: expected a matrix of one slice and one channel.*, found "\^", which begins another channel$/,
    ],
    ['depth', '(1,2/3,4)', /line 1, column 5: .*, found "\/", which begins another slice$/],
    ['turned', '(1,2:y)', /line 1, column 5: .*, found ":", which transforms the matrix$/],
    ['letters as numbers', "('abc')", /line 1, column 2: .*, found letters$/],
    ['text after it', '(1,2)*3', /line 1, column 6: expected the end after "\)", found "\*3"$/],
    [
      'two matrices',
      '(1,2) (3,4)',
      /line 1, column 7: expected the end .*, found "\(3,4\)"; several matrices go into a kernel file/,
    ],
  ],
} satisfies Record<string, [string, string | Uint8Array, RegExp][]>;

export const badFormats: readonly BadFile[] = Object.entries(cases).flatMap(([path, list]) =>
  list.map(([name, content, expect]) => ({ path, name, content, expect })),
);
