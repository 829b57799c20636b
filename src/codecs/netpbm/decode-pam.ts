// Decodes PAM (P7): any number of channels of 8 or 16 bits, with alpha if the tuple type ends in _ALPHA. A MAXVAL
// below full scale is scaled as in PNM; unlike in PBM, 1 is white. Source: netpbm's pam(5).

import { quoted } from '../../core/errors.js';
import { type Codec, type CodecInput, checkSides, damageError } from '../decode/codec.js';
import { checkMaxval, rawPicture } from './decode-pnm.js';
import { HeaderReader, wholeNumber } from './header.js';

/** netpbm's tuple types. */
const TUPLE = /^(BLACKANDWHITE|GRAYSCALE|RGB)(_ALPHA)?$/;

/** More channels mean a damaged header. */
const MAX_CHANNELS = 65535;

const KEYS = ['WIDTH', 'HEIGHT', 'DEPTH', 'MAXVAL', 'TUPLTYPE'];

export const pam: Codec = (input) => {
  const { values, end } = headerOf(input);
  const [width, height, channels, maxval] = ['WIDTH', 'HEIGHT', 'DEPTH', 'MAXVAL'].map((key) =>
    wholeNumber(input, key, values.get(key)?.slice(0, 40)),
  ) as [number, number, number, number];
  checkSides(input, width, height);
  checkMaxval(input, maxval);
  if (channels < 1 || channels > MAX_CHANNELS)
    throw damageError(input, 'header, DEPTH', `a whole number from 1 to ${MAX_CHANNELS}`, channels);
  const type = values.get('TUPLTYPE');
  const [, colours, alpha] = TUPLE.exec(type ?? '') ?? [];
  const expected = colours && (colours === 'RGB' ? 3 : 1) + (alpha ? 1 : 0);
  if (expected !== undefined && expected !== channels)
    throw damageError(input, 'header, DEPTH', `${expected}, as TUPLTYPE ${type} says`, channels);
  // Without a tuple type, 2 and 4 channels include alpha, as in other readers.
  const hasAlpha =
    channels > 1 && (type === undefined ? channels === 2 || channels === 4 : type.endsWith('_ALPHA'));
  const depth = maxval > 255 ? 16 : 8;
  return rawPicture(input, { width, height, channels, depth, hasAlpha }, end, maxval);
};

/** Parses the header lines up to ENDHDR. `end` is the offset of the samples. */
function headerOf(input: CodecInput): { values: ReadonlyMap<string, string>; end: number } {
  const header = new HeaderReader(input);
  const values = new Map<string, string>();
  for (;;) {
    const at = header.at;
    const line = header.line();
    if (line === null) throw damageError(input, 'header', 'a line ENDHDR', 'the end of the file');
    if (line === 'ENDHDR') return { values, end: header.at };
    const [, key = '', value = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
    const previous = values.get(key);
    if (!KEYS.includes(key)) {
      const expected = `one of ${KEYS.join(' ')} ENDHDR`;
      throw damageError(input, `header (byte ${at})`, expected, quoted(key.slice(0, 40)));
    }
    if (previous !== undefined && key !== 'TUPLTYPE')
      throw damageError(input, 'header', `${key} once`, 'it again');
    values.set(key, previous === undefined ? value : `${previous} ${value}`);
  }
}
