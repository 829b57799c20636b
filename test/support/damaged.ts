// Pictures that must be refused, made in code from good ones: truncated, bits flipped, wrong headers, sample types that
// are not read, and files of other kinds. Each with its expected error.

import sharp from 'sharp';
import {
  apng,
  chunksOf,
  cut,
  flip,
  gifSize,
  idatLength,
  ihdr,
  jpegSize,
  patched,
  pngOf,
  spoilt,
  tiff,
  vips,
  without,
  zeroed,
} from './picture-bytes.js';

export interface Damaged {
  /** A file name that names the damage. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** What the error must say after the file's name. */
  readonly expect: RegExp;
}

const WIDTH = 96;
const HEIGHT = 64;

/** Undamaged pictures of every format that is read, by file name. */
export async function goodPictures(): Promise<Record<string, Buffer>> {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * i * 31 + (i >> 5) * 77) % 251);
  const picture = sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
  const gray16 = sharp(
    new Uint16Array(WIDTH * HEIGHT).fill(3).map((_, i) => (i * 7919) % 65536),
    {
      raw: { width: WIDTH, height: HEIGHT, channels: 1 },
    },
  );
  return {
    'rgb.png': await picture.clone().png().toBuffer(),
    'interlaced.png': await picture.clone().png({ progressive: true }).toBuffer(),
    'palette.png': await picture.clone().png({ palette: true }).toBuffer(),
    'gray16.png': await gray16.toColourspace('grey16').png().toBuffer(),
    'baseline.jpg': await picture.clone().jpeg().toBuffer(),
    'progressive.jpg': await picture.clone().jpeg({ progressive: true }).toBuffer(),
    'lossy.webp': await picture.clone().webp().toBuffer(),
    'lossless.webp': await picture.clone().webp({ lossless: true }).toBuffer(),
    'plain.tiff': await picture.clone().tiff({ compression: 'none' }).toBuffer(),
    'deflate.tiff': await picture.clone().tiff({ compression: 'deflate' }).toBuffer(),
    'lzw.tiff': await picture.clone().tiff({ compression: 'lzw' }).toBuffer(),
    'still.gif': await picture.clone().gif().toBuffer(),
    'still.avif': await picture.clone().avif({ effort: 0 }).toBuffer(),
  };
}

const NOT_DECODED = /cannot be decoded: \S|is damaged(:|;|,|$)/;
const OTHER_CONTENT = /expected a PNG, JPEG, .* or NPY file, found other content$/;
const OTHER_FORMAT = /is an? \w[^;]*, which convtool does not read; \S/;
const TOO_LARGE =
  /expected at most 268402689 pixels, found \d+×\d+ = \d+; (--limit-pixels \d+ allows it|cut the picture into parts)$/;

/** All pictures that must be refused. */
export async function damagedPictures(): Promise<Damaged[]> {
  const good = await goodPictures();
  const of = (name: string) => good[name]!;
  const damaged = (file: string, bytes: Uint8Array | string, expect = NOT_DECODED): Damaged => ({
    file,
    bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes,
    expect,
  });
  const shares = [0.3, 0.6, 0.9];
  const cuts = Object.entries(good).flatMap(([name, bytes]) =>
    shares.map((share) => damaged(`cut-${share}-${name}`, cut(bytes, bytes.length * share))),
  );
  const png = of('rgb.png');
  const jpeg = of('baseline.jpg');
  const [begin, ...rest] = chunksOf(png);
  const size = (width: number, height: number) => pngOf([{ ...begin!, data: ihdr(width, height) }, ...rest]);
  return [
    ...cuts,
    damaged('only-signature.png', cut(png, 8)),
    damaged('cut-in-ihdr.png', cut(png, 20)),
    damaged('no-idat.png', pngOf(chunksOf(png).filter(({ type }) => type !== 'IDAT'))),
    damaged('bad-crc-in-ihdr.png', flip(png, 30)),
    damaged('bad-crc-in-idat.png', flip(png, png.indexOf('IDAT') + 4 + idatLength(png))),
    damaged('flipped-in-idat.png', flip(png, png.indexOf('IDAT') + 400)),
    damaged(
      'flipped-in-interlaced.png',
      flip(of('interlaced.png'), of('interlaced.png').indexOf('IDAT') + 99),
    ),
    damaged('zlib-with-good-crc.png', pngOf(chunksOf(png).map(spoilt))),
    damaged('fewer-rows-than-said.png', size(WIDTH, HEIGHT * 2)),
    damaged('zero-width.png', size(0, HEIGHT)),
    damaged('zero-height.png', size(WIDTH, 0)),
    damaged('negative-width.png', size(0xffffffff, HEIGHT)),
    damaged('bomb.png', size(100_000, 100_000), TOO_LARGE),
    damaged('bomb-of-one-row.png', size(1_000_000_000, 1)),
    damaged('bad-bit-depth.png', pngOf([{ ...begin!, data: ihdr(WIDTH, HEIGHT, 3) }, ...rest])),
    damaged(
      'palette-without-plte.png',
      pngOf(chunksOf(of('palette.png')).filter(({ type }) => type !== 'PLTE')),
    ),
    damaged('apng-cut.png', cut(apng(png), 6000)),
    damaged('no-end-marker.jpg', cut(jpeg, jpeg.length - 2)),
    damaged('header-only.jpg', cut(jpeg, jpeg.lastIndexOf(Buffer.from([0xff, 0xda])))),
    damaged('no-quantization.jpg', without(jpeg, 0xdb)),
    damaged('markers-in-scan.jpg', patched(jpeg, jpeg.length - 900, [0xff, 0xd5, 0xff, 0xd6])),
    damaged('start-in-scan.jpg', patched(jpeg, jpeg.length - 900, [0xff, 0xd8])),
    damaged('cut-strip.tiff', zeroed(of('lzw.tiff'), 1000, 800)),
    damaged('bad-deflate.tiff', zeroed(of('deflate.tiff'), 1000, 800)),
    damaged('bomb.jpg', jpegSize(jpeg, 65500, 65500), TOO_LARGE),
    damaged('zero-width.jpg', jpegSize(jpeg, 0, 0)),
    damaged('twelve-bits.jpg', patched(jpeg, jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 4, [12])),
    damaged('flipped.webp', zeroed(of('lossless.webp'), 60, 400)),
    damaged('no-picture.webp', 'RIFF\x04\0\0\0WEBP'),
    damaged('bad-lzw.gif', patched(of('still.gif'), of('still.gif').length - 700, Array(300).fill(0xff))),
    damaged('no-frame.gif', 'GIF89a\x10\0\x10\0\0\0\0;'),
    damaged('bomb.gif', gifSize(of('still.gif'), 65535, 65535), TOO_LARGE),
    damaged('zero-size.gif', 'GIF89a\0\0\0\0\0\0\0;'),
    damaged('no-boxes.avif', cut(of('still.avif'), 40)),
    damaged('flipped.avif', zeroed(of('still.avif'), 100, 60)),
    damaged('empty.tiff', 'II*\0\x08\0\0\0\0\0\0\0\0\0'),
    damaged('directory-outside.tiff', 'II*\0\xff\xff\xff\x7f'),
    damaged('directory-in-header.tiff', 'II*\0\0\0\0\0'),
    damaged('strips-outside.tiff', tiff({ offset: 1_000_000 })),
    damaged('strips-too-short.tiff', tiff({ height: 4000 })),
    damaged('loop-of-directories.tiff', tiff({ next: 8, width: 0 })),
    damaged('bomb.tiff', tiff({ width: 200_000, height: 200_000 }), TOO_LARGE),
    damaged('complex.tiff', tiff({ bits: 64, kind: 6 }), /found complex samples of two 32-bit floats; take /),
    damaged(
      'cut-float64.tiff',
      cut(tiff({ bits: 64, kind: 3 }), 300),
      /is damaged: the part at row 0, column 0/,
    ),
    damaged('float64-bomb.tiff', tiff({ bits: 64, kind: 3, width: 16_000, height: 16_000 }), /is too short/),
    damaged('lab.tiff', tiff({ photometric: 8, bands: 3 }), /found CIELab colours; convert it to RGB/),
    damaged('cmyk16.tiff', tiff({ photometric: 5, bands: 4, bits: 16 }), /found CMYK of unsigned 16-bit/),
    damaged('lzma.tiff', tiff({ compression: 34925 }), /found LZMA compression; rewrite it/),
    damaged('unknown-compression.tiff', tiff({ compression: 34999 }), /found unknown \(34999\) compression/),
    damaged('empty.png', '', /found an empty file$/),
    damaged('one-byte.png', '\x89', OTHER_CONTENT),
    damaged('text.png', 'not a picture\n', OTHER_FORMAT),
    damaged('svg.png', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', OTHER_FORMAT),
    damaged('xml-svg.jpg', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', OTHER_FORMAT),
    damaged('page.png', '<!doctype html><img src="file:///etc/passwd">', OTHER_FORMAT),
    damaged('paper.png', '%PDF-1.7\n1 0 obj\n', OTHER_FORMAT),
    damaged('archive.png', 'PK\x03\x04\x14\0\0\0', OTHER_FORMAT),
    damaged('program.png', '\x7fELF\x02\x01\x01\0', OTHER_FORMAT),
    damaged('bitmap.png', 'BM\x3a\0\0\0\0\0\0\0\x36\0\0\0', /header: expected at least 26 bytes, found 14$/),
    damaged('layers.png', '8BPS\0\x01\0\0\0\0\0\0\0\x03', OTHER_FORMAT),
    damaged('portable.png', 'P6 1 1 255\n\0\0', /expected 3 bytes of samples, found 2; --fail-on none/),
    damaged('magick.png', 'push graphic-context\nimage over 0,0 1,1 "x.png"\n', OTHER_FORMAT),
    damaged('vips.v', vips(4, 4), OTHER_FORMAT),
    damaged('vips.png', vips(4, 4), OTHER_FORMAT),
    damaged('zeros.png', new Uint8Array(5000), OTHER_CONTENT),
  ];
}
