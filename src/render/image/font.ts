// A small bitmap font, so that pictures are equal on every machine: 5 dots wide, 7 high above the base line,
// up to 2 below. Each glyph is a text with one character per row from the top: its 5 dots as a base-32 digit,
// the left dot worth 16. So "ehhvhhh" is an A: .###. #...# #...# ##### #...# #...# #...#

const GLYPHS: Readonly<Record<string, string>> = {
  ...{
    ' ': '',
    '.': '00000cc',
    ',': '00000cc48',
    ':': '0cc0cc',
    ';': '0cc0cc48',
    '!': '4444404',
    '?': 'eh12404',
  },
  ...{
    '-': '000e',
    '−': '000v',
    '+': '044v44',
    '*': '04lel4',
    '/': '11248gg',
    '\\': 'gg84211',
    '=': '00v0v',
  },
  ...{
    '(': '2488842',
    ')': '8422248',
    '[': 'e88888e',
    ']': 'e22222e',
    '{': '6448446',
    '}': 'c44244c',
    '|': '444444444',
  },
  ...{
    '<': '248g842',
    '>': '8421248',
    _: '0000000v',
    '%': 'op248j3',
    '#': 'aavavaa',
    '&': 'cik8lid',
    '@': 'ehnlnge',
  },
  ...{ '"': 'aa', "'": '44', '`': '84', '^': '4ah', '~': '008l2', $: '4fke5u4', '·': '000cc', '×': '0ha4ah' },
  ...{ '≥': '842480v', '≤': '248420v', '±': '44v440v', '→': '042v24', '²': 'c24e' },
  ...{ '…': '000000l', '°': 'ciic', Σ: 'vg848gv', 0: 'ehjlphe', 1: '4c4444e', 2: 'eh168gv', 3: 'eh161he' },
  ...{ 4: '26aiv22', 5: 'vgu11he', 6: '68guhhe', 7: 'v124488', 8: 'ehhehhe', 9: 'ehhf12c' },
  ...{ A: 'ehhvhhh', B: 'uhhuhhu', C: 'ehggghe', D: 'sihhhis', E: 'vgguggv', F: 'vgguggg', G: 'ehgnhhf' },
  ...{ H: 'hhhvhhh', I: 'e44444e', J: '72222ic', K: 'hikokih', L: 'ggggggv', M: 'hrllhhh', N: 'hhpljhh' },
  ...{ O: 'ehhhhhe', P: 'uhhuggg', Q: 'ehhhlid', R: 'uhhukih', S: 'fgge11u', T: 'v444444', U: 'hhhhhhe' },
  ...{ V: 'hhhhha4', W: 'hhhllla', X: 'hha4ahh', Y: 'hhha444', Z: 'v1248gv' },
  ...{ a: '00e1fhf', b: 'gguhhhu', c: '00egghe', d: '11fhhhf', e: '00ehvge', f: '698s888', g: '00fhhhf1e' },
  ...{ h: 'gguhhhh', i: '40c444e', j: '2062222ic', k: 'ggikoki', l: 'c44444e', m: '00qllll', n: '00uhhhh' },
  ...{ o: '00ehhhe', p: '00uhhhugg', q: '00fhhhf11', r: '00mpggg', s: '00fge1u', t: '88s8896', u: '00hhhjd' },
  ...{ v: '00hhha4', w: '00hhlla', x: '00ha4ah', y: '00hhhhf1e', z: '00v248v' },
};

const UNKNOWN = 'vhhhhhv';

/** Dots from one glyph to the next, and the font's height above and below the base line. */
export const ADVANCE = 6;
export const ASCENT = 7;
export const DESCENT = 2;

/** Whether a dot of a glyph is set, 0 ≤ x < 5, 0 ≤ y < 9. Missing characters are drawn as a box. */
export function hasDot(character: string, x: number, y: number): boolean {
  const rows = GLYPHS[character] ?? UNKNOWN;
  return y < rows.length && ((Number.parseInt(rows[y]!, 32) >> (4 - x)) & 1) === 1;
}

/** The characters of a text without accents. */
export function glyphCharacters(text: string): string[] {
  return [...text.normalize('NFD').replace(/\p{M}/gu, '')];
}
