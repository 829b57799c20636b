// Cases of completion by TAB, the same in every shell: a line up to the cursor, words that must be offered and words
// that must not. Also the files of the current folder.

export const FILES: Readonly<Record<string, string>> = {
  'a.png': '',
  'B.JPG': '',
  'c d.tiff': '',
  'notes.md': '',
  'k.json': '',
  'page.html': '',
  'maps/m.png': '',
};

export interface Case {
  readonly line: string;
  readonly offered: readonly string[];
  readonly not: readonly string[];
}

const given = (line: string, offered: string, not = ''): Case => ({
  line,
  offered: offered.split('|').filter(Boolean),
  not: not.split('|').filter(Boolean),
});

export const CASES: readonly Case[] = [
  given('convtool ', 'apply|compare|explain|project|reconstruct|kernels|run|completion', 'list|a.png'),
  given('convtool ex', 'explain', 'apply'),
  given('convtool --', '--version|--help', '--kernel'),
  given('convtool kernels ', 'list|show|check', 'apply'),
  given('convtool kernels sh', 'show', 'check'),
  given('convtool apply --', '--kernel|--border|--no-flip|--out|--explain-plan|--help', '--version|--at'),
  given('convtool apply --bor', '--border', '--kernel'),
  given('convtool apply --border ', 'replicate|reflect101|constant:', 'a.png|apply'),
  given('convtool apply --border re', 'replicate|reflect101|renormalize', 'symmetric'),
  given('convtool apply --depth ', '8|16|float', 'a.png'),
  given('convtool apply --format n', 'npy', 'png'),
  given('convtool kernels show --format n', 'npy', 'png|raw'),
  given('convtool kernels show --format i', 'imagemagick'),
  given('convtool apply --kernel sobel-', 'sobel-x|sobel-y|sobel-5-x', 'scharr-x|gaussian:'),
  given('convtool apply -k gau', 'gaussian-3|gaussian:|gaussian-pyramid-scales:', 'gabor:'),
  given('convtool apply -k kir', 'kirsch|kirsch-ne'),
  given('convtool apply -k ./', './k.json|./maps/', 'sobel-x'),
  given('convtool kernels show lap', 'laplacian-4|laplacian:', 'sobel-x'),
  given('convtool apply -k sobel-x ', 'a.png|B.JPG|c d.tiff|maps/', 'notes.md|k.json|sobel-x|apply'),
  given('convtool apply a.png maps/', 'maps/m.png', 'a.png'),
  given('convtool apply -k kernels ', 'a.png', 'list'),
  given('convtool apply --out ', 'maps/', 'a.png|notes.md'),
  given('convtool apply --files-from ', 'notes.md|a.png|maps/', 'sobel-x|apply'),
  given('convtool apply --errors ', 'notes.md|maps/', 'sobel-x|apply'),
  given('convtool compare --report ', 'page.html|maps/', 'a.png'),
  given('convtool project --bank dct', 'dct:', 'gabor:'),
  given('convtool reconstruct ', 'k.json|maps/', 'a.png'),
  given('convtool explain -k sobel-x ', 'a.png', 'k.json'),
  given('convtool kernels check ', 'k.json|maps/', 'a.png'),
  given('convtool run ', 'k.json|a.png|maps/', 'notes.md|sobel-x'),
  given('convtool run --', '--layer|--summary|--memory', '--kernel'),
  given('convtool apply --gain ', '', 'a.png|maps/|sobel-x'),
  given('convtool completion ', 'bash|zsh|fish', 'a.png'),
];

/**
 * Descriptions of the cases that a shell fails; `complete` returns its completions. Slashes after folders are ignored.
 */
export async function failures(
  complete: (line: string) => Promise<readonly string[]>,
  cases = CASES,
): Promise<string[]> {
  const bare = (word: string) => word.replace(/\/$/, '').replaceAll('\\', '');
  const wrongs: string[] = [];
  for (const { line, offered, not } of cases) {
    const got = (await complete(line)).map(bare);
    const missing = offered.filter((word) => !got.includes(bare(word)));
    const wrong = not.filter((word) => got.includes(bare(word)));
    const about = `${JSON.stringify(line)} offers ${got.join(' ') || 'nothing'}`;
    if (missing.length + wrong.length > 0) wrongs.push(`${about}; missing ${missing}; wrong ${wrong}`);
  }
  return wrongs;
}
