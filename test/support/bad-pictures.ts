// Damaged and hostile files of the formats that are decoded here, by name: lengths, sizes, overflows, decompression
// bombs, wrong headers. Each comes with a pattern that the error must match.

import { readFileSync } from 'node:fs';

export interface BadPicture {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly says: RegExp;
}

const NUMBERS = ['-1', '0', '1e3', 'NaN', '0x10', '2147483648', '99999999999999999999', 'abc', '１２'];

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function bad(name: string, bytes: Uint8Array, says: RegExp): BadPicture {
  return { name, bytes, says };
}

function npyHeader(text: string, version = 1): Buffer {
  const length = version === 1 ? 2 : 4;
  const head = Buffer.concat([latin1('\x93NUMPY'), Buffer.of(version, 0), Buffer.alloc(length)]);
  head.writeUIntLE(text.length, 8, length);
  return Buffer.concat([head, latin1(text)]);
}

function npy(descr: string, shape: string, bytes = 0, order = 'False'): Buffer {
  const head = npyHeader(`{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`);
  return Buffer.concat([head, Buffer.alloc(bytes)]);
}

const NPY: readonly BadPicture[] = [
  ...[
    '<c8',
    '<c16',
    '|O',
    '|S5',
    '<U3',
    '|V8',
    '<M8[s]',
    '<m8',
    '<f16',
    '<f3',
    '<i3',
    '<b1x',
    'x',
    '',
    '|b2',
  ].map((descr) => bad(`type ${descr}`, npy(`'${descr}'`, '(2, 2)', 64), /header, descr: expected numbers/)),
  bad('fields', npy("[('r', '<u1'), ('g', '<u1')]", '(2, 2)', 8), /a type of several fields/),
  ...['()', '(5,)', '(1, 2, 3, 4)', '(1, 1, 1, 1, 1)'].map((shape) =>
    bad(`shape ${shape}`, npy("'|u1'", shape, 24), /header, shape: expected an array \(height, width\)/),
  ),
  ...['(0, 2)', '(2, 0)', '(0, 0)', '(4294967296, 2)', '(2, 99999999999999999999)'].map((shape) =>
    bad(`shape ${shape}`, npy("'|u1'", shape, 4), /header, (width|height): expected a whole number from 1/),
  ),
  bad('shape (2, 2, 0)', npy("'|u1'", '(2, 2, 0)', 4), /header, shape: expected at least 1 channel/),
  ...['(-1, 2)', '(2, -5)', '(2, 2, -3)'].map((shape) =>
    bad(`shape ${shape}`, npy("'|u1'", shape, 4), /header \(byte 60\): expected a tuple of whole numbers/),
  ),
  ...[
    '(2.5, 2)',
    '(nan, 2)',
    '(2, 2',
    '2, 2)',
    '[2, 2]',
    '(2 2)',
    '(2, None)',
    "('2', 2)",
    '(2,, 2)',
    '(1e3, 2)',
  ].map((shape) => bad(`shape ${shape}`, npy("'|u1'", shape, 4), /header( \(byte \d+\)|, shape): expected/)),
  ...['true', '0', 'None', '"True"'].map((order) =>
    bad(
      `order ${order}`,
      npy("'|u1'", '(2, 2)', 4, order),
      /header( \(byte \d+\)|, fortran_order): expected/,
    ),
  ),
  ...[0, 1, 3, 15].map((bytes) =>
    bad(`${bytes} of 16 bytes`, npy("'<f4'", '(2, 2)', bytes), /expected 16 bytes of samples, found \d+/),
  ),
  bad('bomb', npy("'<f8'", '(2000000000, 2000000000)', 8), /bytes of samples, found 8/),
  bad('bomb of channels', npy("'<f8'", '(1, 1, 99999999999999999999)', 8), /bytes of samples|channel/),
  ...[
    '',
    '{',
    '{}',
    '{}}',
    'x',
    "{'descr'}",
    "{'descr': '<f4'",
    "{'shape': (2, 2), 'shape': (2, 2)}",
    "{'a': (1,)}",
  ].map((text) => bad(`header ${text}`, npyHeader(text), /header/)),
  bad(
    'a dict without a shape',
    npyHeader("{'descr': '<f4', 'fortran_order': False}"),
    /header: expected the key "shape", found none/,
  ),
  bad(
    'a key twice',
    npyHeader("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}"),
    /byte \d+/,
  ),
  bad(
    'code',
    npyHeader("{'descr': __import__('os').system('id'), 'shape': (1, 1)}"),
    /expected a type such as/,
  ),
  ...[0, 4, 9, 255].map((version) =>
    bad(`version ${version}`, npyHeader('{}', version), /byte 6: expected version/),
  ),
  ...[6, 7, 8, 9, 11].map((length) =>
    bad(`${length} bytes`, npy("'|u1'", '(2, 2)', 4).subarray(0, length), /byte \d/),
  ),
  bad(
    'a header longer than the file',
    npy("'|u1'", '(2, 2)', 4).subarray(0, 40),
    /byte 8: expected a header of at most/,
  ),
  bad(
    'a header of 4 GB',
    Buffer.concat([latin1('\x93NUMPY\x02\x00'), Buffer.alloc(4, 255), Buffer.alloc(90)]),
    /byte 8/,
  ),
  bad(
    'a long header',
    npyHeader(`{${' '.repeat(20_000)}}`, 2),
    /byte 8: expected a header of at most 10000 bytes/,
  ),
];

const PNM: readonly BadPicture[] = [
  ...NUMBERS.flatMap((number) => [
    bad(`width ${number}`, Buffer.from(`P5 ${number} 2 255 abcd`), /header, width/),
    bad(`height ${number}`, Buffer.from(`P6 2 ${number} 255 abcd`), /header, height/),
    bad(`largest value ${number}`, Buffer.from(`P5 2 2 ${number} abcd`), /header, largest value/),
    bad(`bitmap of height ${number}`, Buffer.from(`P4 2 ${number} abcd`), /header, height/),
  ]),
  bad(
    'largest value 65536',
    Buffer.from('P5 2 2 65536 abcd'),
    /header, largest value: expected .* 65535, found 65536/,
  ),
  ...['P5', 'P5 ', 'P5 2', 'P5 2 2', 'P5 # a comment without an end', 'P2\n#\n#\n#'].map((text) =>
    bad(text, Buffer.from(`${text} `), /header, .*found the end of the file/),
  ),
  ...[
    'P5 2 2 255',
    'P5 2 2 255 ',
    'P5 2 2 255 abc',
    'P5 2 2 256 abcdefg',
    'P6 2 2 255 abcd',
    'P4 9 2 abc',
  ].map((text) => bad(text, Buffer.from(text), /expected \d+ bytes of samples, found \d+; --fail-on none/)),
  ...['P2 2 2 255 1 2 3 ', 'P3 1 1 255  1 2   ', 'P1 2 2 1 0 1'].map((text) =>
    bad(text, Buffer.from(text), /expected \d+ (bytes of )?samples, found \d+; --fail-on none/),
  ),
  ...[
    'P2 2 2 255 1 2 3 -4',
    'P2 2 2 255 1 2 3 x',
    'P2 2 2 255 1 2 3 256',
    'P2 2 2 9 1 2 3 10',
    'P2 2 2 255 1,2,3,4',
  ].map((text) => bad(text, Buffer.from(text), /byte \d+: expected a whole number from 0 to \d+, found/)),
  ...['P1 2 2 1 0 2 1', 'P1 2 2 1 0 x 1', 'P1 2 2 1 0 - 1'].map((text) =>
    bad(text, Buffer.from(text), /byte \d+: expected 0 or 1, found/),
  ),
  bad(
    'a sample above the largest',
    Buffer.from('P5 2 2 9 \x01\x02\x03\x0a'),
    /expected at most 9, the largest value, found 10/,
  ),
  bad('bomb', Buffer.from('P6 2000000000 2000000000 255 abc'), /bytes of samples, found 3/),
  bad('bomb in text', Buffer.from('P3 16000 16000 255 1 2 3'), /bytes of samples/),
  bad('no white space after the header', Buffer.from('P5 2 2 255abcd'), /header, largest value/),
  bad('a comment of a megabyte and no end', Buffer.from(`P5 #${'x'.repeat(1e6)}`), /the end of the file/),
  bad('many comments', Buffer.from(`P5 ${'#\n'.repeat(1e5)}`), /the end of the file/),
];

function pam(lines: string): Buffer {
  return Buffer.from(`P7\n${lines}\nENDHDR\nabcd`);
}

const FIELDS = { WIDTH: '2', HEIGHT: '2', DEPTH: '1', MAXVAL: '255' };

function pamWith(changes: Record<string, string>): Buffer {
  return pam(
    Object.entries({ ...FIELDS, ...changes })
      .map((entry) => entry.join(' '))
      .join('\n'),
  );
}

const PAM: readonly BadPicture[] = [
  ...Object.keys(FIELDS).flatMap((key) => [
    ...NUMBERS.map((number) =>
      bad(
        `${key} ${number}`,
        pamWith({ [key]: number }),
        /header, (WIDTH|HEIGHT|DEPTH|MAXVAL|width|height|largest value): expected/,
      ),
    ),
    bad(`${key} empty`, pamWith({ [key]: '' }), /whole number below 2\^31/),
    bad(
      `no ${key}`,
      pam(
        Object.entries(FIELDS)
          .filter(([k]) => k !== key)
          .map((e) => e.join(' '))
          .join('\n'),
      ),
      /found none/,
    ),
    bad(
      `${key} twice`,
      pam(
        `${Object.entries(FIELDS)
          .map((e) => e.join(' '))
          .join('\n')}\n${key} 2`,
      ),
      /once, found it again/,
    ),
  ]),
  bad('an unknown line', pamWith({ COLOUR: 'red' }), /expected one of WIDTH/),
  bad('no end', Buffer.from('P7\nWIDTH 2\nHEIGHT 2\n'), /expected a line ENDHDR/),
  bad('too few samples', pamWith({ WIDTH: '3' }), /expected 6 bytes of samples, found 4/),
  bad(
    'bomb',
    pamWith({ WIDTH: '2000000000', HEIGHT: '2000000000', DEPTH: '65535' }),
    /bytes of samples, found 4/,
  ),
  ...[
    ['RGB', '1'],
    ['RGB_ALPHA', '3'],
    ['GRAYSCALE_ALPHA', '1'],
    ['GRAYSCALE', '4'],
  ].map(([type, depth]) =>
    bad(
      `${type} of depth ${depth}`,
      pamWith({ TUPLTYPE: type!, DEPTH: depth! }),
      /header, DEPTH: expected \d, as TUPLTYPE/,
    ),
  ),
];

const PFM: readonly BadPicture[] = [
  ...NUMBERS.flatMap((number) => [
    bad(`width ${number}`, Buffer.from(`PF ${number} 1 -1 `), /header, width/),
    bad(`height ${number}`, Buffer.from(`Pf 1 ${number} -1 `), /header, height/),
  ]),
  ...['0', '0.0', '-0', 'nan', 'inf', '-Infinity', '1e999', 'x', '--1', '.', '1.0.0'].map((scale) =>
    bad(
      `scale ${scale}`,
      Buffer.from(`Pf 1 1 ${scale}\nabcd`),
      /header, scale: expected a finite number other than 0/,
    ),
  ),
  ...['Pf 1 1 -1\n', 'Pf 1 1 -1\nabc', 'PF 1 1 -1\nabcdabcd', 'Pf 2000000000 2000000000 1\nabcd'].map(
    (text) => bad(text, Buffer.from(text), /expected \d+ bytes of samples, found \d+/),
  ),
  ...['Pf ', 'Pf 1', 'Pf 1 1', 'PF\n#'].map((text) =>
    bad(text, Buffer.from(`${text} `), /the end of the file/),
  ),
];

/** A field of a BMP's header by its place; negative widths are four bytes. */
function bmp(
  changes: readonly (readonly [at: number, value: number, bytes?: number])[],
  length?: number,
): Buffer {
  const file = Buffer.alloc(70);
  file.write('BM');
  const fields: [number, number, number?][] = [
    [2, 70],
    [10, 54],
    [14, 40],
    [18, 2],
    [22, 2],
    [26, 1, 2],
    [28, 24, 2],
  ];
  for (const [at, value, bytes = 4] of [...fields, ...changes]) file.writeUIntLE(value >>> 0, at, bytes);
  return file.subarray(0, length);
}

const BMP: readonly BadPicture[] = [
  ...[0, 2 ** 31, 2 ** 32 - 1].map((width) => bad(`width ${width}`, bmp([[18, width]]), /header, width/)),
  ...[0, 2 ** 31].map((height) => bad(`height ${height}`, bmp([[22, height]]), /header, height/)),
  ...[0, 2, 65535].map((planes) =>
    bad(`${planes} planes`, bmp([[26, planes, 2]]), /header, planes: expected 1/),
  ),
  ...[0, 3, 5, 12, 48, 64, 65535].map((bits) =>
    bad(`${bits} bits`, bmp([[28, bits, 2]]), /header, bits per pixel/),
  ),
  ...[1, 2, 3, 4, 5, 6, 7, 11, 2 ** 32 - 1].map((code) =>
    bad(`compression ${code} of 24 bits`, bmp([[30, code]]), /header, compression: expected/),
  ),
  bad(
    'RLE4 of 8 bits',
    bmp([
      [28, 8, 2],
      [30, 2],
    ]),
    /header, compression/,
  ),
  bad(
    'RLE8 of 4 bits',
    bmp([
      [28, 4, 2],
      [30, 1],
    ]),
    /header, compression/,
  ),
  ...[0, 53, 71, 2 ** 31, 2 ** 32 - 1].map((start) =>
    bad(`pixels at ${start}`, bmp([[10, start]]), /byte 10: expected an offset/),
  ),
  ...[13, 41, 100, 2 ** 31].map((size) =>
    bad(`a header of ${size} bytes`, bmp([[14, size]]), /byte 14: expected a header of/),
  ),
  bad('a header of 124 bytes in 70', bmp([[14, 124]]), /expected 138 bytes, found 70/),
  ...[18, 25, 53].map((length) => bad(`${length} bytes`, bmp([], length), /header: expected/)),
  ...[54, 60, 69].map((length) =>
    bad(`${length} of 70 bytes`, bmp([], length), /expected 16 bytes of samples/),
  ),
  bad(
    'a palette of 2^32 - 1 colours',
    bmp([
      [28, 8, 2],
      [46, 2 ** 32 - 1],
    ]),
    /colours of the palette: expected at most 256/,
  ),
  bad(
    'a palette behind the pixels',
    bmp([
      [28, 8, 2],
      [46, 200],
    ]),
    /palette: expected 200 entries/,
  ),
  bad('no space for a palette', bmp([[28, 8, 2]]), /palette|byte 10/),
  bad(
    'an index beyond the palette',
    bmp([
      [28, 8, 2],
      [46, 1],
      [10, 58],
      [58, 0x0100],
    ]),
    /indices below 1/,
  ),
  bad(
    'bomb',
    bmp([
      [18, 2 ** 31 - 1],
      [22, 2 ** 31 - 1],
    ]),
    /bytes of samples/,
  ),
  bad(
    'masks that overlap',
    bmp([
      [28, 32, 2],
      [30, 3],
      [10, 66],
      [54, 0xff],
      [58, 0xff],
      [62, 0xff00],
    ]),
    /mask of red/,
  ),
  bad(
    'a mask with a gap',
    bmp([
      [28, 32, 2],
      [30, 3],
      [10, 66],
      [54, 0xf0f],
      [58, 0xf000],
      [62, 0xf0000],
    ]),
    /mask of red/,
  ),
  bad(
    'a mask of 0',
    bmp([
      [28, 32, 2],
      [30, 3],
      [10, 66],
      [54, 0xff],
      [58, 0],
      [62, 0xff00],
    ]),
    /mask of green/,
  ),
  bad(
    'a mask of 17 bits',
    bmp([
      [28, 32, 2],
      [30, 3],
      [10, 66],
      [54, 0x1ffff],
      [58, 0x20000],
      [62, 0x40000],
    ]),
    /mask of red/,
  ),
  bad(
    'a mask above 16 bits',
    bmp([
      [28, 16, 2],
      [30, 3],
      [10, 66],
      [54, 0x1f0000],
      [58, 0x20],
      [62, 1],
    ]),
    /mask of red/,
  ),
  bad(
    'no space for masks',
    bmp(
      [
        [28, 32, 2],
        [30, 3],
      ],
      60,
    ),
    /masks: expected 12 bytes|byte 10/,
  ),
  bad(
    'RLE8 without an end',
    bmp(
      [
        [28, 8, 2],
        [30, 1],
        [46, 1],
        [10, 58],
      ],
      60,
    ),
    /expected an end mark/,
  ),
  bad(
    'RLE8 beyond the row',
    bmp([
      [28, 8, 2],
      [30, 1],
      [46, 1],
      [10, 58],
      [58, 0x00ff],
    ]),
    /expected runs inside 2×2 pixels/,
  ),
  bad(
    'RLE8 jumps out',
    bmp([
      [28, 8, 2],
      [30, 1],
      [46, 1],
      [10, 58],
      [58, 0xffff0200],
      [62, 0x0001],
    ]),
    /runs inside|end mark/,
  ),
  bad(
    'a bomb of RLE8',
    bmp([
      [18, 60000],
      [22, 60000],
      [28, 8, 2],
      [30, 1],
      [46, 1],
      [10, 58],
    ]),
    /expected at most \d+ pixels/,
  ),
];

/** All of them. Names are unique within a format. */
export const BAD_PICTURES: readonly BadPicture[] = Object.entries({ NPY, PNM, PAM, PFM, BMP }).flatMap(
  ([format, pictures]) => pictures.map((picture) => ({ ...picture, name: `${format}: ${picture.name}` })),
);

const zip = (name: string) => `PK\x03\x04${'\0'.repeat(26)}${name}`;

/** Beginnings of files of formats that are not read, and how errors call them. */
export const FOREIGN_FILES: readonly (readonly [bytes: Uint8Array, name: string])[] = (
  [
    ['SIMPLE  =                    T', 'a FITS file'],
    ['\x89HDF\r\n\x1a\n', 'an HDF5'],
    ['CDF\x01', 'a NetCDF file'],
    [`${'\0'.repeat(128)}DICM`, 'a DICOM file'],
    ['\x76\x2f\x31\x01\x02\0\0\0', 'an OpenEXR picture'],
    ['#?RADIANCE\n', 'a Radiance HDR picture'],
    ['\0\0\0\x0cjP  \r\n\x87\n', 'a JPEG 2000 picture'],
    ['\xff\x4f\xff\x51', 'a JPEG 2000 picture'],
    ['\xff\x0a', 'a JPEG XL picture'],
    ['\0\0\0\x0cJXL \r\n\x87\n', 'a JPEG XL picture'],
    ['\xff\xd8\xff\xf7', 'a JPEG-LS picture'],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'a HEIC picture'],
    ['\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'a HEIC picture'],
    ['\0\0\0\x18ftypcrx \0\0\0\0', 'a raw camera file'],
    ['\0\0\0\x18ftypisom\0\0\0\0', 'an MP4'],
    ['\0\0\0\x14ftypqt  ', 'an MP4'],
    ['8BPS\0\x01', 'a Photoshop document'],
    ['gimp xcf v011', 'a GIMP document'],
    ['%PDF-1.7', 'a PDF document'],
    ['%!PS-Adobe-3.0', 'a PostScript document'],
    ['<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg">', 'an SVG drawing'],
    ['<svg/>', 'an SVG drawing'],
    ['<!DOCTYPE html><html>', 'an HTML page'],
    ['<?xml version="1.0"?><a/>', 'an XML file'],
    [zip('a.npy'), 'an NPZ archive'],
    [zip('a.txt'), 'a ZIP archive'],
    ['\x1f\x8b\x08', 'a gzip file'],
    ['BZh9', 'a bzip2 file'],
    ['\xfd7zXZ\0', 'an xz file'],
    ['\x28\xb5\x2f\xfd', 'a Zstandard file'],
    ['\0\0\x01\0\x01\0', 'a Windows icon'],
    ['qoif\0\0\0\x01', 'a QOI picture'],
    ['DDS |', 'a DirectDraw surface'],
    ['RIFF\0\0\0\0AVI ', 'an AVI video'],
    ['\x1a\x45\xdf\xa3', 'a Matroska'],
    ['IIRO\x08\0\0\0', 'a raw camera file'],
    ['FUJIFILMCCD-RAW ', 'a raw camera file'],
    ['II*\0\x10\0\0\0CR\x02\0', 'a raw camera file (CR2)'],
    ['\x10\0\0\0\0\0\0\0{"a":', 'a safetensors file'],
    ['\x80\x04\x95', 'a Python pickle'],
    ['MATLAB 5.0 MAT-file, Platform: GLNX86', 'a MATLAB file'],
    ['\0\0\x02\0\0\0\0\0\0\0\0\0\x04\0\x04\0\x18\0', 'a TGA picture'],
    [`${'\x01'.repeat(40)}TRUEVISION-XFILE.\0`, 'a TGA picture'],
    ['Just some text\n', 'a text file'],
  ] as const
).map(([text, name]) => [latin1(text), name] as const);

/** A source file of this folder, for a text that is no picture. */
export const OWN_SOURCE = readFileSync(new URL(import.meta.url));
