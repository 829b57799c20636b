// The functions of other programs that do the same work: program, call, and how much their results may differ. Data only.

import type { Task } from '../task.js';
import type { PythonPeer } from './python.js';

export interface Peer {
  readonly label: string;
  readonly program: 'sharp' | 'imagemagick' | PythonPeer;
  readonly call: string;
  readonly parameters?: Task['parameters'];
  /** Where it is not the work's. */
  readonly output?: Task['output'];
  /** How many times as fast convtool shall be; none: for information. */
  readonly target?: number | undefined;
  /** Tolerance of results in levels of 8 bits, or as a share of the largest response. */
  readonly tolerance?: number;
  /** Counted runs, where a run takes too long for as many as the work has. */
  readonly rounds?: number;
}

export function filter2D(target?: number): Peer {
  return { label: 'OpenCV filter2D', program: 'opencv', call: 'filter2D', target };
}

export function sobel(target?: number): Peer {
  return { label: 'OpenCV Sobel', program: 'opencv', call: 'Sobel', target };
}

/** The same with 16-bit integers as result, which convtool does not have. */
export function toS16(peer: Peer): Peer {
  return { ...peer, label: `${peer.label} to s16`, output: 'int16' };
}

/** For 8 bits its weights are multiples of 1/256, and fewer than those of convtool's generator. */
export function gaussianBlur(sigma: number, target?: number): Peer {
  const call = 'GaussianBlur';
  return {
    label: 'OpenCV GaussianBlur',
    program: 'opencv',
    call,
    parameters: { sigma },
    target,
    tolerance: 3,
  };
}

export function boxFilter(size: number, target: number): Peer {
  return { label: 'OpenCV boxFilter', program: 'opencv', call: 'boxFilter', parameters: { size }, target };
}

export function convolve(target: number): Peer {
  return { label: 'sharp.convolve', program: 'sharp', call: 'convolve', target };
}

/** sharp leaves out weights below a fifth of the largest and rounds the others to integers. */
export function blur(sigma: number, target: number): Peer {
  return { label: 'sharp.blur', program: 'sharp', call: 'blur', parameters: { sigma }, target, tolerance: 8 };
}

/** The same with weights down to a thousandth of the largest, before they are rounded. */
export function finerBlur(sigma: number): Peer {
  const parameters = { sigma, minAmplitude: 0.001 };
  return {
    label: 'sharp.blur, minAmplitude 0.001',
    program: 'sharp',
    call: 'blur',
    parameters,
    tolerance: 8,
  };
}

export function correlate(rounds: number): Peer {
  return { label: 'SciPy correlate', program: 'scipy', call: 'correlate', rounds };
}

export function gaussianFilter(sigma: number): Peer {
  return { label: 'SciPy gaussian_filter', program: 'scipy', call: 'gaussian_filter', parameters: { sigma } };
}

export function conv2d(program: 'torch' | 'torch-128', target?: number): Peer {
  const vectors = program === 'torch' ? '' : ', 128-bit vectors';
  return { label: `PyTorch conv2d${vectors}`, program, call: 'conv2d', target };
}

export function imageMagick(): Peer {
  return { label: 'ImageMagick', program: 'imagemagick', call: 'Correlate', rounds: 1 };
}
