// The groups that kernels, banks and generators are listed under, in the order of the list.

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

/** What people call what the kernels of a group do. */
export const GROUP_WORDS: Readonly<Partial<Record<Group, string>>> = {
  smoothing: 'blur, smooth, low pass, denoise',
  sharpening: 'sharp, sharpen, high pass',
  gradient: 'edge, edges, gradient, derivative, contour, outline',
  compass: 'edge, edges, direction',
  laplacian: 'edge, edges, laplace, second derivative',
  motion: 'blur, motion blur',
};

export type Group = (typeof GROUPS)[number];
