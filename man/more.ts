// Text of the manual pages that is not in the commands' help, by page.

import { bold, italic, paragraph, tagged } from './roff.js';

interface More {
  readonly heading: string;
  readonly lines: readonly string[];
  /** Whether it is placed before the options. */
  readonly before?: boolean;
}

const COLOUR = [
  tagged(bold('NO_COLOR'), 'if set and not empty, disables colour'),
  tagged(bold('FORCE_COLOR'), 'enables colour without a terminal, too; 0 and false disable it'),
];

const CACHE = [
  tagged(bold('XDG_CACHE_HOME'), 'folder for caches, instead of ~/.cache'),
  tagged(bold('NODE_DISABLE_COMPILE_CACHE'), '1 disables the cache of compiled code'),
];

const PICTURES_IN_TERMINALS = [
  tagged(
    `${bold('TERM')}, ${bold('TERM_PROGRAM')}, ${bold('LC_TERMINAL')}, ${bold('KONSOLE_VERSION')}, ${bold('KITTY_WINDOW_ID')}`,
    'identify the terminal; --preview shows real pictures in terminals that are known to support them',
  ),
  tagged(bold('COLORTERM'), 'truecolor or 24bit enables 24-bit colour'),
];

const OUTPUTS = tagged(
  italic('name.kernel.png'),
  'a map, in the folder of its image: sobel-x and img.png give img.sobel-x.png',
);

const UNFINISHED = tagged(
  italic('.convtool-*.tmp'),
  'an unfinished output, in the folder of the output; it remains only if the process is killed',
);

export const MORE: Readonly<Record<string, readonly More[]>> = {
  convtool: [
    {
      heading: 'Kernels',
      before: true,
      lines: [
        paragraph('Every command that takes a kernel accepts:'),
        tagged(bold('sobel-x'), 'a shipped kernel or bank; "convtool kernels list" lists them'),
        tagged(
          bold('gaussian:sigma=2'),
          'a generator with its parameters; "convtool kernels show gaussian" lists them',
        ),
        tagged(bold('./my.json'), 'a file: JSON, NPY, safetensors, vips matrix, CSV, or an image'),
        tagged(
          bold("'[[0,1,0],[1,-4,1],[0,1,0]]'"),
          'inline JSON: rows of weights, or the content of a kernel file',
        ),
        tagged(
          bold("'sobel-x | rotate:45'"),
          'any of these, followed by steps that change it, from left to right',
        ),
      ],
    },
    {
      heading: 'Files',
      lines: [
        OUTPUTS,
        UNFINISHED,
        tagged(
          italic('~/.cache/convtool'),
          'compiled code of convtool, cached by Node 22.1 and later if ~/.cache exists',
        ),
        tagged(italic('kernels/*.json'), 'the shipped kernels, in the package folder'),
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
      lines: [
        tagged(italic('name.kernel.compare.png'), 'the picture, in the folder of its input'),
        UNFINISHED,
      ],
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
          'the maps of a layer, in the folder of its image: (channels, height, width)',
        ),
        UNFINISHED,
      ],
    },
    { heading: 'Environment', lines: COLOUR },
  ],
  'convtool-kernels': [{ heading: 'Environment', lines: COLOUR }],
};
