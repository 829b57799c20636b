// The names of ImageMagick's built-in kernels, so that errors can recognize `Sobel:45`. Source: `convert
// -list kernel` of ImageMagick 6.9.

const NAMES = new Set(
  (
    'unity gaussian dog log blur comet binomial laplacian sobel freichen roberts prewitt compass kirsch ' +
    'diamond square rectangle disk octagon plus cross ring peaks edges corners diagonals lineends ' +
    'linejunctions ridges convexhull thinse skeleton chebyshev manhattan octagonal euclidean'
  ).split(' '),
);

/** Whether ImageMagick has a built-in kernel of this name, ignoring case. */
export function isImageMagickKernel(name: string): boolean {
  return NAMES.has(name.toLowerCase());
}
