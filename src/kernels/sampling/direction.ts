// Cosine and sine of an angle in degrees, exact at multiples of 90°, where Math.cos and Math.sin are off by
// 6e-17.

/** In the image, x points right and y down, so that positive angles turn clockwise. */
export function direction(degrees: number): { readonly cos: number; readonly sin: number } {
  const turned = ((degrees % 360) + 360) % 360;
  const exact = { 0: [1, 0], 90: [0, 1], 180: [-1, 0], 270: [0, -1] }[turned];
  if (exact !== undefined) return { cos: exact[0]!, sin: exact[1]! };
  const radians = (turned * Math.PI) / 180;
  return { cos: Math.cos(radians), sin: Math.sin(radians) };
}
