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

export type Group = (typeof GROUPS)[number];
