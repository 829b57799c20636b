// The names of ImageMagick's own kernels, so that `Sobel:45` is answered as what it is. Source: `convert -list
// kernel` of ImageMagick 6.9.

const NAMES = new Set(
  (
    'unity gaussian dog log blur comet binomial laplacian sobel freichen roberts prewitt compass kirsch ' +
    'diamond square rectangle disk octagon plus cross ring peaks edges corners diagonals lineends ' +
    'linejunctions ridges convexhull thinse skeleton chebyshev manhattan octagonal euclidean'
  ).split(' '),
);

/** Whether ImageMagick has a kernel of this name, in any case of letters. */
export function isOfImageMagick(name: string): boolean {
  return NAMES.has(name.toLowerCase());
}
