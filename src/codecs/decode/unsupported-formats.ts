// Recognises unsupported formats by their first bytes, and suggests how to convert them.
// Sources: the formats' own specifications, and the signatures of file(1).

import { firstDirectory } from '../tiff/directory.js';
import { insideOr, latin1 } from './codec.js';

/** The name with its article, such as "a FITS file", and how to convert it. */
type UnsupportedFormat = Readonly<Record<'name' | 'advice', string>>;

const CONVERT = 'convert it first, for example: magick in out.png';
const ARRAY = 'save the array with numpy.save';
const CAMERA = 'develop it first, for example with darktable or dcraw -T';
const UNPACK = 'unpack it first';
const FRAMES = 'extract a frame first: ffmpeg -i in -frames:v 1 out.png';
const FITS = 'convert it first: numpy.save("out.npy", astropy.io.fits.getdata("in.fits"))';
const HDF5 = 'extract the array with h5py and save it with numpy.save';
const FLOATS = 'convert it to a float TIFF or PFM first: oiiotool';
const HEIC = 'convert it first: heif-convert in.heic out.png';
const PAGE = 'the download may be a page instead of a picture';
const NPZ = 'save one array of it: numpy.save("out.npy", numpy.load("in.npz")["name"])';

/** Where one signature is a prefix of another, the longer one comes first. */
const UNSUPPORTED: readonly (readonly [pattern: RegExp, name: string, advice: string])[] = [
  [/^SIMPLE {2}=/, 'a FITS file', FITS],
  [/^\x89HDF\r\n\x1a\n/, 'an HDF5 or NetCDF-4 file', HDF5],
  [/^CDF[\x01\x02\x05]/, 'a NetCDF file', `read it with xarray or netCDF4 and ${ARRAY}`],
  [/^.{128}DICM/s, 'a DICOM file', `read it with pydicom and ${ARRAY}`],
  [/^\x76\x2f\x31\x01/, 'an OpenEXR picture', `${FLOATS} in.exr -o out.tif`],
  [/^#\?(RADIANCE|RGBE)/, 'a Radiance HDR picture', `${FLOATS} in.hdr -o out.tif`],
  [/^(\0\0\0\x0cjP {2}\r\n\x87\n|\xff\x4f\xff\x51)/, 'a JPEG 2000 picture', CONVERT],
  [/^(\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n)/, 'a JPEG XL picture', 'convert it first: djxl in.jxl out.png'],
  [/^\xff\xd8\xff\xf7/, 'a JPEG-LS picture', CONVERT],
  [/^.{4}ftyp((mif1|msf1|miaf).{4}(.{4})*?)?(hei[cxms]|hev[cxms])/s, 'a HEIC picture', HEIC],
  [/^.{4}ftypcrx /s, 'a raw camera file (CR3)', CAMERA],
  [/^.{4}ftyp/s, 'an MP4, QuickTime or other ISO media file', FRAMES],
  [/^8BPS\0[\x01\x02]/, 'a Photoshop document', CONVERT],
  [/^gimp xcf/, 'a GIMP document', 'export it as PNG or TIFF'],
  [/^%PDF-/, 'a PDF document', 'render a page first: pdftoppm -r 150 in.pdf out'],
  [/^%!PS/, 'a PostScript document', 'render a page first: gs -sDEVICE=png16m -o out.png in.ps'],
  [
    /^\s*(<\?xml[^>]*>\s*)?(<!--(?:(?!-->).)*-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg[\s/>]/is,
    'an SVG drawing',
    'rasterise it first: rsvg-convert in.svg -o out.png',
  ],
  [/^\s*(<!DOCTYPE html|<html|<head|<body)/i, 'an HTML page', PAGE],
  [/^\s*<\?xml/, 'an XML file', 'name a picture'],
  [/^PK\x03\x04.{26}[^\0]*?\.npy/s, 'an NPZ archive', NPZ],
  [/^PK(\x03\x04|\x05\x06)/, 'a ZIP archive', UNPACK],
  [/^\x1f\x8b/, 'a gzip file', UNPACK],
  [/^BZh[1-9]/, 'a bzip2 file', UNPACK],
  [/^\xfd7zXZ\0/, 'an xz file', UNPACK],
  [/^\x28\xb5\x2f\xfd/, 'a Zstandard file', UNPACK],
  [/^7z\xbc\xaf\x27\x1c/, 'a 7z archive', UNPACK],
  [/^Rar!\x1a\x07/, 'a RAR archive', UNPACK],
  [/^\0\0[\x01\x02]\0[^\0]/, 'a Windows icon or cursor', CONVERT],
  [/^(BA|CI|CP|IC|PT).{12}/s, 'an OS/2 icon or bitmap array', CONVERT],
  [/^qoif/, 'a QOI picture', CONVERT],
  [/^farbfeld/, 'a farbfeld picture', CONVERT],
  [/^DDS /, 'a DirectDraw surface', CONVERT],
  [/^\x8aMNG/, 'an MNG animation', CONVERT],
  [/^\x8bJNG/, 'a JNG picture', CONVERT],
  [/^BPG\xfb/, 'a BPG picture', CONVERT],
  [/^FLIF/, 'a FLIF picture', CONVERT],
  [/^AT&TFORM/, 'a DjVu document', CONVERT],
  [/^\x59\xa6\x6a\x95/, 'a Sun raster picture', CONVERT],
  [/^\x01\xda[\0\x01][\x01\x02]/, 'an SGI picture', CONVERT],
  [/^\x0a[\0-\x05][\0\x01][\x01\x02\x04\x08]/, 'a PCX picture', CONVERT],
  [/^(\x08\xf2\xa6\xb6|\xb6\xa6\xf2\x08)/, 'a vips picture', 'convert it first: vips copy in.v out.tif'],
  [/^RIFF.{4}AVI /s, 'an AVI video', FRAMES],
  [/^RIFF.{4}WAVE/s, 'a WAV sound', 'name a picture'],
  [/^\x1a\x45\xdf\xa3/, 'a Matroska or WebM video', FRAMES],
  [/^\0\0\x01[\xb3\xba]/, 'an MPEG video', FRAMES],
  [/^YUV4MPEG2 /, 'a YUV4MPEG video', FRAMES],
  [/^FLV\x01/, 'a Flash video', FRAMES],
  [/^II(RO|RS|U\0)/, 'a raw camera file (ORF or RW2)', CAMERA],
  [/^MMOR/, 'a raw camera file (ORF)', CAMERA],
  [/^FUJIFILMCCD-RAW/, 'a raw camera file (RAF)', CAMERA],
  [/^FOVb/, 'a raw camera file (X3F)', CAMERA],
  [/^II\x1a\0\0\0HEAPCCDR/, 'a raw camera file (CRW)', CAMERA],
  [/^II\*\0.{4}CR\x02/s, 'a raw camera file (CR2)', CAMERA],
  [/^.{8}\{"/s, 'a safetensors file', `load the tensor with safetensors.numpy and ${ARRAY}`],
  [/^\x80[\x02-\x05]/, 'a Python pickle', ARRAY],
  [/^MATLAB 5\.0 MAT-file/, 'a MATLAB file', `read it with scipy.io.loadmat and ${ARRAY}`],
  [/^NRRD000/, 'an NRRD file', `read it with pynrrd and ${ARRAY}`],
  [/^.{344}n[+i]1\0/s, 'a NIfTI file', `read it with nibabel and ${ARRAY}`],
  [/^SQLite format 3\0/, 'an SQLite database', 'name a picture'],
  [/^\x7fELF/, 'a program', 'name a picture'],
];

/** Number of leading bytes that signatures are matched against. */
const SIGNATURE_BYTES = 4096;
/** The signature of TIFF, which is also that of many camera raw files. */
const TIFF = /^(II\*\0|MM\0\*)/;
const SUBFILE_TYPE = 254;
const SUB_DIRECTORIES = 330;
const DNG_VERSION = 50706;

/** The format of an unsupported file; null if it is not recognised. */
export function unsupportedFormat(bytes: Uint8Array): UnsupportedFormat | null {
  const head = latin1(bytes.subarray(0, SIGNATURE_BYTES));
  const known = UNSUPPORTED.find(([pattern]) => pattern.test(head));
  if (known) return { name: known[1], advice: known[2] };
  if (TIFF.test(head))
    return isRaw(bytes) ? { name: 'a raw camera file (DNG, NEF, ARW or the like)', advice: CAMERA } : null;
  if (latin1(bytes.subarray(-18)) === 'TRUEVISION-XFILE.\0' || isTga(bytes))
    return { name: 'a TGA picture', advice: CONVERT };
  if (isText(bytes.subarray(0, SIGNATURE_BYTES)))
    return { name: 'a text file', advice: 'name a picture; kernels are given with --kernel' };
  return null;
}

/** Whether a TIFF is a camera raw file: DNG, or one whose first image is a thumbnail. Decoding reports damage. */
function isRaw(bytes: Uint8Array): boolean {
  return insideOr(() => {
    const tags = firstDirectory(bytes);
    const isReducedCopy = (tags.numbers(SUBFILE_TYPE)[0] ?? 0) % 2 === 1;
    return tags.has(DNG_VERSION) || (isReducedCopy && tags.has(SUB_DIRECTORIES));
  }, false);
}

/** A TGA file without a footer has no signature, so all header fields must be plausible. */
function isTga(bytes: Uint8Array): boolean {
  if (bytes.length < 18) return false;
  const [, mapType = 2, type = 0] = bytes;
  const bits = bytes[16]!;
  const isKnown = [1, 2, 3, 9, 10, 11].includes(type) && mapType === (type % 8 === 1 ? 1 : 0);
  const [width, height] = [bytes[12]! | (bytes[13]! << 8), bytes[14]! | (bytes[15]! << 8)];
  return (
    isKnown && [8, 15, 16, 24, 32].includes(bits) && width > 0 && height > 0 && (bytes[17]! & 0xc0) === 0
  );
}

/** Whether all bytes are printable UTF-8 text or white space. */
function isText(bytes: Uint8Array): boolean {
  // The last character may be cut off.
  const text = new TextDecoder('utf8').decode(bytes, { stream: true });
  return text.length > 0 && !/[\0-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]/.test(text);
}
