// Names of the output formats.

export type FormatName =
  | 'png'
  | 'tiff'
  | 'npy'
  | 'jpeg'
  | 'webp'
  | 'avif'
  | 'pnm'
  | 'pgm'
  | 'ppm'
  | 'pam'
  | 'pfm'
  | 'raw';
