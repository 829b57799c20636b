// The groups under which kernels, banks and generators are listed, in display order.

export const GROUPS = [
  'smoothing',
  'sharpening',
  'gradient',
  'compass',
  'laplacian',
  'oriented',
  'texture',
  'basis',
  'motion',
  'other',
] as const;

/** Search words for the kernels of each group. */
export const GROUP_WORDS: Readonly<Partial<Record<Group, string>>> = {
  smoothing: 'blur, smooth, low pass, denoise',
  sharpening: 'sharp, sharpen, high pass',
  gradient: 'edge, edges, gradient, derivative, contour, outline',
  compass: 'edge, edges, direction',
  laplacian: 'edge, edges, laplace, second derivative',
  motion: 'blur, motion blur',
};

export type Group = (typeof GROUPS)[number];
