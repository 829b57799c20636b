// The list of generators, one line each.

import { binomial } from './binomial.js';
import { box } from './box.js';
import { comet } from './comet.js';
import { dct } from './dct.js';
import { derivative } from './derivative.js';
import { disk } from './disk.js';
import { dog } from './dog.js';
import { gabor } from './gabor.js';
import { gaborBank } from './gabor-bank.js';
import { gaussian } from './gaussian.js';
import { gaussianPyramidScales } from './gaussian-pyramid-scales.js';
import type { Generator } from './generator.js';
import { hadamard } from './hadamard.js';
import { highpass } from './highpass.js';
import { laplacian } from './laplacian.js';
import { log } from './log.js';
import { motion } from './motion.js';
import { random } from './random.js';
import { steerable } from './steerable.js';
import { unsharp } from './unsharp.js';

export const generators: readonly Generator[] = [
  gaussian,
  box,
  binomial,
  disk,
  gaussianPyramidScales,
  motion,
  comet,
  unsharp,
  highpass,
  laplacian,
  log,
  dog,
  derivative,
  gabor,
  gaborBank,
  steerable,
  dct,
  hadamard,
  random,
];
