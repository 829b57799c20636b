// Names of the formats that are written.

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
