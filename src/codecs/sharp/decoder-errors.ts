// Translates errors of libvips to messages: what is wrong with the file and what may help.

interface ErrorWording {
  readonly problem: string;
  readonly advice?: string;
}

const NONE = '--fail-on none may read it all the same';

const KNOWN: readonly (readonly [RegExp, ErrorWording])[] = [
  [
    /^Warning treated as error/,
    {
      problem: 'is damaged: its decoder gave a warning',
      advice: '--fail-on error or none may read it all the same',
    },
  ],
  [/^Unknown error/, { problem: 'is damaged', advice: NONE }],
  [/unsupported image format/, { problem: 'is damaged, or a variant of its format that is not read' }],
  [/exceeds channel limit/, { problem: 'has more channels than can be read', advice: 'at most 5 are' }],
];

/** Damage after which the decoder continues if --fail-on allows. */
const GOES_ON =
  /^(vipspng: libpng read error|VipsJpeg: (Corrupt JPEG data: )?premature end|tiff2vips: (Not enough data|(Decoding|Read) error)|.*Unexpected end of GIF)/;

/** Damage of which the decoder only warns. */
const WARNS =
  /^VipsJpeg: (Corrupt JPEG data: (?!premature)|Inconsistent progression|Unknown Adobe|Invalid SOS parameters for seq)/;

/** Translates a decoder's error. */
export function decoderMessage(error: unknown): ErrorWording {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split('\n').map((line) => line.trim());
  const first = lines.filter((line) => line !== '').slice(0, 2);
  const known = KNOWN.find(([pattern]) => pattern.test(first[0] ?? ''));
  if (known) return known[1];
  // A line that ends in a colon is incomplete without the next.
  const said = first[0]?.endsWith(':') ? first.join(' ').replace(/:$/, '') : first[0];
  const problem = `cannot be decoded: ${said ?? 'the decoder said nothing'}`;
  if (WARNS.test(said ?? '')) return { problem, advice: '--fail-on error may read it all the same' };
  return GOES_ON.test(said ?? '') ? { problem, advice: NONE } : { problem };
}
