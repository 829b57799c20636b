// A small bitmap font, so that pictures are equal on every machine: 5 dots wide, 7 high above the base line,
// up to 2 below. Each glyph is a text with one character per row from the top: its 5 dots as a base-32 digit,
// the left dot worth 16. So "ehhvhhh" is an A: .###. #...# #...# ##### #...# #...# #...#

/** A glyph's character, then its rows. A space has none. */
const GLYPHS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    '.00000cc ,00000cc48 :0cc0cc ;0cc0cc48 !4444404 ?eh12404 -000e −000v +044v44 *04lel4 /11248gg',
    '\\gg84211 =00v0v (2488842 )8422248 [e88888e ]e22222e {6448446 }c44244c |444444444 <248g842 >8421248',
    '_0000000v %op248j3 #aavavaa &cik8lid @ehnlnge "aa \'44 `84 ^4ah ~008l2 $4fke5u4 ·000cc ×0ha4ah',
    '≥842480v ≤248420v ±44v440v →042v24 ²c24e …000000l °ciic Σvg848gv',
    '0ehjlphe 14c4444e 2eh168gv 3eh161he 426aiv22 5vgu11he 668guhhe 7v124488 8ehhehhe 9ehhf12c',
    'Aehhvhhh Buhhuhhu Cehggghe Dsihhhis Evgguggv Fvgguggg Gehgnhhf Hhhhvhhh Ie44444e J72222ic Khikokih',
    'Lggggggv Mhrllhhh Nhhpljhh Oehhhhhe Puhhuggg Qehhhlid Ruhhukih Sfgge11u Tv444444 Uhhhhhhe Vhhhhha4',
    'Whhhllla Xhha4ahh Yhhha444 Zv1248gv',
    'a00e1fhf bgguhhhu c00egghe d11fhhhf e00ehvge f698s888 g00fhhhf1e hgguhhhh i40c444e j2062222ic',
    'kggikoki lc44444e m00qllll n00uhhhh o00ehhhe p00uhhhugg q00fhhhf11 r00mpggg s00fge1u t88s8896',
    'u00hhhjd v00hhha4 w00hhlla x00ha4ah y00hhhhf1e z00v248v',
  ].flatMap((line) => line.split(' ').map((glyph) => [glyph.charAt(0), glyph.slice(1)])),
);

const UNKNOWN = 'vhhhhhv';

/** Dots from one glyph to the next, and the font's height above and below the base line. */
export const ADVANCE = 6;
export const ASCENT = 7;
export const DESCENT = 2;

/** Whether a dot of a glyph is set, 0 ≤ x < 5, 0 ≤ y < 9. Missing characters are drawn as a box. */
export function hasDot(character: string, x: number, y: number): boolean {
  const rows = character === ' ' ? '' : (GLYPHS[character] ?? UNKNOWN);
  return y < rows.length && ((Number.parseInt(rows[y]!, 32) >> (4 - x)) & 1) === 1;
}

/** The characters of a text without accents. */
export function glyphCharacters(text: string): string[] {
  return [...text.normalize('NFD').replace(/\p{M}/gu, '')];
}
