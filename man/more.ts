// Text of the manual pages that is not in the commands' help, by page.

import { bold, italic, paragraph, tagged } from './roff.js';

interface More {
  readonly heading: string;
  readonly lines: readonly string[];
  /** Whether it is placed before the options. */
  readonly before?: boolean;
}

const COLOUR = [
  tagged(bold('NO_COLOR'), 'if it is set to any text, nothing is coloured'),
  tagged(bold('FORCE_COLOR'), 'colours where there is no terminal, too; 0 and false turn colour off'),
];

const CACHE = [
  tagged(bold('XDG_CACHE_HOME'), 'the folder for caches, in place of ~/.cache'),
  tagged(bold('NODE_DISABLE_COMPILE_CACHE'), '1: no compiled code is kept'),
];

const PICTURES_IN_TERMINALS = [
  tagged(
    `${bold('TERM')}, ${bold('TERM_PROGRAM')}, ${bold('LC_TERMINAL')}, ${bold('KONSOLE_VERSION')}, ${bold('KITTY_WINDOW_ID')}`,
    'which terminal it is; --preview shows pictures as such where one is known to',
  ),
  tagged(bold('COLORTERM'), 'truecolor or 24bit: all colours there are'),
];

const OUTPUTS = tagged(
  italic('name.kernel.png'),
  'a map, beside its picture: sobel-x over img.png writes img.sobel-x.png',
);

const UNFINISHED = tagged(
  italic('.convtool-*.tmp'),
  'an output that is not yet whole, in the folder where it will stand; left behind only where the process is killed',
);

export const MORE: Readonly<Record<string, readonly More[]>> = {
  convtool: [
    {
      heading: 'Kernels',
      before: true,
      lines: [
        paragraph('Wherever a kernel is asked for, these are taken:'),
        tagged(bold('sobel-x'), 'a shipped kernel or bank; "convtool kernels list" has all of them'),
        tagged(
          bold('gaussian:sigma=2'),
          'a generator with its parameters; "convtool kernels show gaussian" says which there are',
        ),
        tagged(bold('./my.json'), 'a file: JSON, NPY, safetensors, a matrix of vips, CSV, a picture'),
        tagged(bold("'[[0,1,0],[1,-4,1],[0,1,0]]'"), 'rows of weights, or a kernel file, on the line'),
        tagged(bold("'sobel-x | rotate:45'"), 'any of them, changed by steps from left to right'),
      ],
    },
    {
      heading: 'Files',
      lines: [
        OUTPUTS,
        UNFINISHED,
        tagged(
          italic('~/.cache/convtool'),
          'compiled code of convtool itself, kept by Node 22.1 and later where ~/.cache is there',
        ),
        tagged(italic('kernels/*.json'), 'the shipped kernels, in the folder of the package'),
      ],
    },
    { heading: 'Environment', lines: [...COLOUR, ...CACHE] },
  ],
  'convtool-apply': [
    { heading: 'Files', lines: [OUTPUTS, UNFINISHED] },
    { heading: 'Environment', lines: [...COLOUR, ...PICTURES_IN_TERMINALS] },
  ],
  'convtool-compare': [
    {
      heading: 'Files',
      lines: [tagged(italic('name.kernel.compare.png'), 'the picture, beside its input'), UNFINISHED],
    },
    { heading: 'Environment', lines: [...COLOUR, ...PICTURES_IN_TERMINALS] },
  ],
  'convtool-explain': [{ heading: 'Environment', lines: COLOUR }],
  'convtool-run': [
    {
      heading: 'Files',
      lines: [
        tagged(
          italic('name.layer.npy'),
          'the maps of a layer, beside the picture: (channels, height, width)',
        ),
        UNFINISHED,
      ],
    },
    { heading: 'Environment', lines: COLOUR },
  ],
  'convtool-kernels': [{ heading: 'Environment', lines: COLOUR }],
};
