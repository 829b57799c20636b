// The works that are timed: image, kernel, output type, and the other programs that do the same, with the ratio that
// convtool should reach (an argument of the peer). Data only.

import type { ImageShape } from './images.js';
import { dense, firstLayerBank, gaborBank, gaussianOfOpenCv, gaussianTapsOfOpenCv } from './kernels.js';
import {
  blur,
  boxFilter,
  conv2d,
  convolve,
  correlate,
  filter2D,
  finerBlur,
  gaussianBlur,
  gaussianFilter,
  imageMagick,
  type Peer,
  sobel,
  toS16,
} from './peers/peer.js';
import type { Slide } from './task.js';

export interface Work extends Omit<Slide, 'threads'> {
  readonly name: string;
  readonly image: ImageShape;
  /** Counted runs of each side. */
  readonly rounds: number;
  readonly peers: readonly Peer[];
}

const SOBEL = 'sobel-x';
const SLIDE = { stride: 1, extent: 'same' } as const;
const TO_U8 = { ...SLIDE, output: 'uint8' } as const;
const TO_F32 = { ...SLIDE, output: 'float32' } as const;

/** @param quick small images, to see whether everything works. */
export function works(quick: boolean): Work[] {
  const rgb = { channels: 3, depth: 8 } as const;
  const large = quick ? { width: 900, height: 600, ...rgb } : { width: 6000, height: 4000, ...rgb };
  const small = quick ? { width: 300, height: 200, ...rgb } : { width: 1500, height: 1000, ...rgb };
  return [...small3x3(large), ...denseWorks(large, small), ...smoothing(large, small), ...banks(quick)];
}

function small3x3(image: ImageShape): Work[] {
  const work = { image, kernel: SOBEL, rounds: 10 };
  return [
    {
      ...work,
      ...TO_U8,
      name: 'sobel-x 3×3 → u8',
      peers: [filter2D(2.2), sobel(1.3), convolve(6), imageMagick()],
    },
    {
      ...work,
      ...TO_F32,
      name: 'sobel-x 3×3 → f32',
      peers: [filter2D(1.6), sobel(1), toS16(filter2D()), toS16(sobel())],
    },
  ];
}

function denseWorks(large: ImageShape, small: ImageShape): Work[] {
  const work = (size: number, image: ImageShape) => ({ image, kernel: JSON.stringify(dense(size)) });
  const onSmall = (size: number, rounds: number): Work => ({
    ...work(size, small),
    ...TO_F32,
    name: `dense ${size}×${size} → f32, small`,
    rounds,
    peers: [correlate(rounds)],
  });
  return [
    ...[5, 9].flatMap((size): Work[] => [
      {
        ...work(size, large),
        ...TO_F32,
        name: `dense ${size}×${size} → f32`,
        rounds: 8,
        peers: [filter2D(4)],
      },
      {
        ...work(size, large),
        ...TO_U8,
        name: `dense ${size}×${size} → u8`,
        rounds: 5,
        peers: [filter2D(), convolve(8), imageMagick()],
      },
    ]),
    { ...work(15, large), ...TO_F32, name: 'dense 15×15 → f32', rounds: 5, peers: [filter2D(4)] },
    { ...work(31, large), ...TO_F32, name: 'dense 31×31 → f32', rounds: 3, peers: [filter2D(2)] },
    onSmall(5, 3),
    onSmall(9, 3),
    onSmall(15, 2),
    onSmall(31, 1),
  ];
}

function smoothing(large: ImageShape, small: ImageShape): Work[] {
  const taps = gaussianTapsOfOpenCv(10);
  return [
    {
      ...TO_U8,
      name: 'gaussian σ=2.5, 21 taps → u8',
      image: large,
      kernel: 'gaussian:sigma=2.5',
      rounds: 8,
      peers: [blur(2.5, 1), finerBlur(2.5), gaussianBlur(2.5)],
    },
    {
      ...TO_F32,
      name: 'gaussian σ=2.5, 21 taps → f32, small',
      image: small,
      kernel: 'gaussian:sigma=2.5',
      rounds: 3,
      peers: [gaussianFilter(2.5)],
    },
    {
      ...TO_U8,
      name: `gaussian σ=10, ${taps} taps → u8`,
      image: large,
      kernel: JSON.stringify(gaussianOfOpenCv(10, taps)),
      rounds: 6,
      peers: [gaussianBlur(10, 1)],
    },
    {
      ...TO_U8,
      name: 'gaussian σ=10, 81 taps → u8',
      image: large,
      kernel: 'gaussian:sigma=10',
      rounds: 6,
      peers: [gaussianBlur(10)],
    },
    {
      ...TO_U8,
      name: 'box 51×51 → u8',
      image: large,
      kernel: 'box:51',
      rounds: 8,
      peers: [boxFilter(51, 1)],
    },
  ];
}

function banks(quick: boolean): Work[] {
  const size = quick ? 128 : 512;
  const gabor = (gamma: number): Work => ({
    ...TO_F32,
    name: `40 Gabor 31×31, γ=${gamma} → f32`,
    image: { width: size, height: size, channels: 1, depth: 8 },
    kernel: JSON.stringify(gaborBank(gamma)),
    rounds: 5,
    peers: [filter2D(3), correlate(1)],
  });
  return [
    gabor(1),
    gabor(0.5),
    {
      name: '64 kernels 11×11×3, stride 4 → f32',
      image: { width: 227, height: 227, channels: 3, depth: 'float' },
      kernel: JSON.stringify(firstLayerBank()),
      stride: 4,
      extent: 'valid',
      output: 'float32',
      rounds: 10,
      peers: [conv2d('torch', 1), conv2d('torch-128')],
    },
  ];
}
