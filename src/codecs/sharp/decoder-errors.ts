// Translates errors of libvips to messages: what is wrong with the file and what may help.

interface ErrorWording {
  readonly problem: string;
  readonly advice?: string;
}

const FAIL_ON_ERROR = '--fail-on error or none may read it anyway';
const FAIL_ON_NONE = '--fail-on none may read it anyway';

const KNOWN: readonly (readonly [RegExp, ErrorWording])[] = [
  [/^Warning treated as error/, { problem: 'is damaged: its decoder gave a warning', advice: FAIL_ON_ERROR }],
  [/^Unknown error/, { problem: 'is damaged', advice: FAIL_ON_NONE }],
  [/unsupported image format/, { problem: 'is damaged, or an unsupported variant of its format' }],
  [/exceeds channel limit/, { problem: 'has too many channels', advice: 'at most 5 are supported' }],
];

/** Damage after which the decoder continues if --fail-on allows. */
const RECOVERABLE =
  /^(vipspng: libpng read error|VipsJpeg: (Corrupt JPEG data: )?premature end|source: bad seek to|tiff2vips: (Not enough data|(Decoding|Read) error)|.*Unexpected end of GIF)/;

/** Damage of which the decoder only warns. */
const WARNINGS =
  /^VipsJpeg: (Corrupt JPEG data: (?!premature)|Inconsistent progression|Unknown Adobe|Invalid SOS parameters for seq)/;

/** Translates an error of libvips: what is wrong with the file, to follow its name, and what may help, if anything. */
export function decoderMessage(error: unknown): ErrorWording {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split('\n').map((line) => line.trim());
  const first = lines.filter(Boolean).slice(0, 2);
  const known = KNOWN.find(([pattern]) => pattern.test(first[0] ?? ''));
  if (known) return known[1];
  // A line that ends in a colon is incomplete without the next.
  const reason = first[0]?.endsWith(':') ? first.join(' ').replace(/:$/, '') : first[0];
  const problem = `cannot be decoded: ${reason ?? 'the decoder said nothing'}`;
  if (WARNINGS.test(reason ?? '')) return { problem, advice: '--fail-on error may read it anyway' };
  return RECOVERABLE.test(reason ?? '') ? { problem, advice: FAIL_ON_NONE } : { problem };
}
