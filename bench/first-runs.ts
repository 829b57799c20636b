// The first run of a process compared with its eighth, whose threads run, whose code is compiled and whose map takes over
// memory that was used before.

import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { atMost, milliseconds, table, times } from './table.js';
import type { Slide } from './task.js';
import { median } from './turns.js';

const SCRIPT = fileURLToPath(new URL('./first-runs.mjs', import.meta.url));
const TARGET = 2.5;
const ROUNDS = 7;
const SIZE = { width: 1632, height: 1224 };
/** An image so small that its first run is the first use of code and nothing else. */
const TINY = { width: 16, height: 12 };
const WORKS: readonly (readonly [kernel: string, output: Slide['output']])[] = [
  ['sobel-x', 'uint8'],
  ['sobel-x', 'float32'],
  ['gaussian:2.5', 'uint8'],
];

/** What a process prints, in milliseconds. */
interface Printed {
  readonly runs: readonly number[];
  readonly fresh: number;
  readonly again: number;
}

export function firstRunsSection(quick: boolean): string {
  const rows = WORKS.map(([kernel, output]) => {
    const slide: Slide = { kernel, output, stride: 1, extent: 'same', threads: availableParallelism() };
    const rounds = Array.from({ length: quick ? 1 : ROUNDS }, () => {
      return { all: runsOf(slide, SIZE), tiny: runsOf(slide, TINY) };
    });
    const of = (value: (printed: Printed) => number) => median(rounds.map(({ all }) => value(all)));
    const code = median(rounds.map(({ tiny }) => tiny.runs[0]! - tiny.runs[7]!));
    const first = of(({ runs }) => runs[0]!);
    const eighth = of(({ runs }) => runs[7]!);
    const memory = of(({ fresh, again }) => fresh - again);
    const ratio = first / eighth;
    return [
      `${kernel} → ${output}`,
      ...[first, of(({ runs }) => runs[1]!), eighth].map(milliseconds),
      `${times(ratio)}, ${atMost(ratio, TARGET, '×')}`,
      ...[code, memory].map(milliseconds),
      times((eighth + code + memory) / eighth),
    ];
  });
  const heading = [
    'work',
    'first',
    'second',
    'eighth',
    'first to eighth',
    'new code',
    'new memory',
    'least ratio',
  ];
  return `## First runs

Runs of a fresh process over ${SIZE.width} × ${SIZE.height} RGB, 8 bits, after the library, kernels and image are loaded; milliseconds, medians.
*New code* is what the first run over ${TINY.width} × ${TINY.height} takes longer than the eighth: JavaScript and WebAssembly that run for the
first time. *New memory* is what the operating system takes to provide the memory of the map when it is first written to,
on one thread. The *least ratio* is that of a first run which differs from the eighth in nothing else.

${table(heading, rows)}`;
}

function runsOf(slide: Slide, size: typeof SIZE): Printed {
  const input = JSON.stringify({ slide, ...size });
  return JSON.parse(execFileSync(process.execPath, [SCRIPT], { input, encoding: 'utf8' }));
}
