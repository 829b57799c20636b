// Kernel files that must be refused, and the expected message after the file's name. Used with the parser and, as
// files, with the command.

export interface BadKernel {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly expect: RegExp;
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const utf16 = (text: string) => bytes(0xff, 0xfe, ...[...text].flatMap((c) => [c.charCodeAt(0), 0]));
const around = (before: string, inside: Uint8Array, after: string) =>
  Uint8Array.from([...Buffer.from(before), ...inside, ...Buffer.from(after)]);
const bad = (name: string, content: string | Uint8Array, expect: RegExp): BadKernel => ({
  name,
  content,
  expect,
});

const END = /line \d+, column \d+: the JSON ends before it is complete$/;
const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const notJson = (place: string, found: string) =>
  new RegExp(`line ${place.replace(':', ', column ')}: not valid JSON, found ${literal(found)}`);

export const badKernels: readonly BadKernel[] = [
  // Truncated text.
  bad('empty', '', /expected JSON, found an empty text$/),
  bad('blanks', ' \n\t\n', /expected JSON, found only blanks$/),
  bad('UTF-16 with byte order mark', utf16('[[1]]'), /expected UTF-8 text, found UTF-16; save it as UTF-8$/),
  bad('UTF-16 big endian', bytes(0xfe, 0xff, 0, 0x5b), /expected UTF-8 text, found UTF-16/),
  bad('UTF-16 without mark', bytes(0x5b, 0, 0x5b, 0, 0x31, 0), notJson('1:2', '"\\u{0}"')),
  bad('only a byte order mark', bytes(0xef, 0xbb, 0xbf), /expected JSON, found an empty text$/),
  bad(
    'invalid UTF-8',
    around('[[1],\n["', bytes(0xff), '"]]'),
    /line 2: expected UTF-8 text, found the byte 0xff$/,
  ),
  bad(
    'overlong UTF-8',
    around('["', bytes(0xc0, 0xaf), '"]'),
    /line 1: expected UTF-8 text, found the byte 0xc0$/,
  ),
  bad(
    'surrogate in UTF-8',
    around('["', bytes(0xed, 0xa0, 0x80), '"]'),
    /line 1: expected UTF-8 text, found the byte 0x/,
  ),
  bad('Latin-1', around('{"name":"caf', bytes(0xe9), '"}'), /expected UTF-8 text, found the byte 0x/),
  bad('cut in mid-character', bytes(0x5b, 0x22, 0xe2, 0x82), /found an end in mid-character$/),
  bad(
    'binary',
    bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a),
    /line 1: expected UTF-8 text, found the byte 0x89$/,
  ),
  bad('NUL bytes', bytes(0, 0, 0, 0), notJson('1:1', '"\\u{0}"')),
  bad('NUL in a number', '[[1\u00002]]', /line 1, column \d: not valid JSON, found/),

  // Cut short.
  bad('truncated in a row', '[[1, 2', END),
  bad('truncated after a comma', '[[1, 2],', END),
  bad('truncated in a string', '{"name": "a', END),
  bad('truncated after a backslash', '{"name": "a\\', END),
  bad('truncated after a key', '{"weights"', END),
  bad('truncated after a colon', '{"weights":', END),
  bad('truncated in a number', '[[1, 2.', END),
  bad('truncated in a literal', '[nul', END),
  bad('one bracket', '[', END),
  bad('one brace', '{', END),

  // Not JSON.
  bad(
    'trailing comma in a row',
    '[[1, 2,]]',
    /line 1, column 8: not valid JSON, found "]"; remove the comma before it$/,
  ),
  bad('trailing comma in an object', '{"weights": [[1]],}', /column 19: .*remove the comma before it$/),
  bad('two commas', '[[1,,2]]', notJson('1:5', '","')),
  bad('leading comma', '[,[1]]', notJson('1:2', '","')),
  bad(
    'missing comma',
    '[[1 2]]',
    /line 1, column 5: not valid JSON, found "2"; numbers look like .*separated by commas$/,
  ),
  bad(
    'missing comma between rows',
    '[[1]\n[2]]',
    /line 2, column 1: .*is a comma or colon missing before it\?$/,
  ),
  bad('semicolon', '[[1;2]]', notJson('1:3', '"1;2"')),
  bad('closing bracket too many', '[[1]]]', notJson('1:6', '"]"')),
  bad('wrong bracket', '[[1}]', notJson('1:4', '"}"')),
  bad('something after the end', '[[1]] x', notJson('1:7', '"x"')),
  bad('two values', '[[1]] [[1]]', notJson('1:7', '"["')),
  bad(
    'single quotes',
    "{'weights': [[1]]}",
    /line 1, column 2: .*found "'weights'"; strings take double quotes$/,
  ),
  bad(
    'bare key',
    '{weights: [[1]]}',
    /line 1, column 2: .*found "weights"; keys and texts take double quotes$/,
  ),
  bad('no colon', '{"weights" [[1]]}', /line 1, column 12: .*is a comma or colon missing before it\?$/),
  bad('no value', '{"weights": }', notJson('1:13', '"}"')),
  bad('number as key', '{1: [[1]]}', notJson('1:2', '"1"')),
  bad('line comment', '[[1]] // one', /found "\/\/"; JSON has no comments$/),
  bad('block comment', '/* one */ [[1]]', /line 1, column 1: .*JSON has no comments$/),
  bad('hash comment', '# one\n[[1]]', /line 1, column 1: .*JSON has no comments$/),
  bad('True', '[[True]]', notJson('1:3', '"True"')),
  bad('NaN', '[[NaN]]', /line 1, column 3: not valid JSON, found "NaN"; numbers must be finite$/),
  bad('Infinity', '[[0],\n [Infinity]]', /line 2, column 3: .*found "Infinity"; numbers must be finite$/),
  bad('-Infinity', '[[-Infinity]]', /found "-Infinity"; numbers must be finite$/),
  bad('plus sign', '[[+1]]', notJson('1:3', '"+1"; numbers look like')),
  bad('no digit before the point', '[[.5]]', notJson('1:3', '".5"; numbers look like')),
  bad('no digit after the point', '[[1.]]', notJson('1:3', '"1."; numbers look like')),
  bad('leading zero', '[[01]]', notJson('1:3', '"01"; numbers look like')),
  bad('negative leading zero', '[[-01]]', notJson('1:3', '"-01"')),
  bad('hexadecimal', '[[0x1F]]', notJson('1:3', '"0x1F"')),
  bad('exponent without digits', '[[1e]]', notJson('1:3', '"1e"')),
  bad('minus alone', '[[-]]', notJson('1:3', '"-"')),
  bad('underscore in a number', '[[1_000]]', notJson('1:3', '"1_000"')),
  bad(
    'decimal comma in a string',
    '[["0,5"]]',
    /weights\[0\]\[0\] \(line 1, column 3\): expected a number, found "0,5"$/,
  ),
  bad('full-width digit', '[[１]]', notJson('1:3', '"１"')),
  bad('no-break space', '[[1,\u00a02]]', /line 1, column 5: not valid JSON, found/),
  bad('bad escape', '{"name": "\\x41"}', /column 11: .*escapes in strings look like/),
  bad(
    'short unicode escape',
    '{"name": "\\u12"}',
    /column 11: .*found "\\u12"; escapes in strings look like/,
  ),
  bad('tab in a string', '{"name": "a\tb"}', /column 12: .*found "\\t"; inside a string, control characters/),
  bad(
    'newline in a string',
    '{"name": "a\nb"}',
    /column 12: .*found "\\n"; inside a string, control characters/,
  ),
  bad('escape sequence for a terminal', '\u001b[31m[[1]]', notJson('1:1', '"\\u{1b}"')),
  bad('right-to-left override', '\u202e[[1]]', notJson('1:1', '"\\u{202e}')),
  bad(
    'open nesting',
    '['.repeat(100_000),
    /line 1, column 65: expected at most 64 levels of brackets, found more$/,
  ),
  bad(
    'closed nesting',
    `${'['.repeat(65)}${']'.repeat(65)}`,
    /expected at most 64 levels of brackets, found more$/,
  ),
  bad('nested objects', '{"kernels":'.repeat(100_000), /expected at most 64 levels of brackets, found more$/),
  bad('too large', ' '.repeat(16 * 1024 * 1024 + 1), /expected a kernel of at most 16 MB, found 16\.0 MB$/),

  // Keys.
  bad(
    'repeated key',
    '{"weights": [[1]],\n "weights": [[2]]}',
    /line 2, column 2: the key "weights" is given twice$/,
  ),
  bad(
    'repeated key, escaped',
    '{"bias": 1, "b\\u0069as": 2, "weights": [[1]]}',
    /column 13: the key "bias" is given twice$/,
  ),
  bad(
    'repeated key in a bank',
    '{"kernels": [{"row": [1], "row": [1]}]}',
    /column 27: the key "row" is given twice$/,
  ),
  bad(
    'unknown key',
    '{"weights": [[1]],\n "wieghts": 1}',
    /wieghts \(line 2, column 2\): unknown key; did you mean "weights"\?$/,
  ),
  bad(
    'unknown key alone',
    '{"weigths": [[1]]}',
    /weigths \(line 1, column 2\): unknown key; did you mean "weights"\?$/,
  ),
  bad('key in capitals', '{"Weights": [[1]]}', /Weights \(.*did you mean "weights"\?$/),
  bad(
    '__proto__',
    '{"weights": [[1]], "__proto__": {"bias": 1}}',
    /__proto__ \(line 1, column 20\): unknown key; known here: /,
  ),
  bad(
    '__proto__ as weights',
    '{"__proto__": {"weights": [[1]]}}',
    /__proto__ \(line 1, column 2\): unknown key; known here: /,
  ),
  bad('constructor', '{"weights": [[1]], "constructor": 1}', /constructor \(.*unknown key; known here: /),
  bad('empty key', '{"weights": [[1]], "": 1}', /\[""\] \(line 1, column 20\): unknown key/),
  bad('key with an escape', '{"weights": [[1]], "\\u001b[31m": 1}', /\["\\u\{1b\}\[31m"\] \(.*unknown key/),
  bad(
    'long key',
    `{"weights": [[1]], "${'k'.repeat(5000)}": 1}`,
    /\["k+…"\] \(line 1, column 20\): unknown key/,
  ),
  bad('no weights', '{"name": "a"}', /expected one of "weights", .*"kernels", found none of them$/),
  bad(
    'weights and row',
    '{"weights": [[1]], "row": [1]}',
    /row \(line 1, column 20\): cannot be used together with "weights"/,
  ),
  bad(
    'weights and kernels',
    '{"kernels": [[[1]]], "weights": [[1]]}',
    /kernels \(.*cannot be used together with "weights"/,
  ),
  bad(
    'weights and generator',
    '{"weights": [[1]], "generator": "box"}',
    /generator \(.*cannot be used together with "weights"/,
  ),
  bad('row without column', '{"row": [1]}', /expected "column" together with "row", found none$/),
  bad(
    'divisor of a bank',
    '{"kernels": [[[1]]], "divisor": 2}',
    /divisor \(.*cannot be used together with "kernels"; known here: /,
  ),
  bad(
    'bias of a generator',
    '{"generator": "box", "size": 3, "bias": 1}',
    /bias \(.*cannot be used together with "generator"; known here: /,
  ),

  // The top.
  bad('a number', '5', /expected a kernel such as .*, or its rows alone, found 5$/),
  bad('a string', '"sobel-x"', /expected a kernel such as .*, found "sobel-x"$/),
  bad('null', 'null', /expected a kernel such as .*, found null$/),
  bad('true', 'true', /expected a kernel such as .*, found true$/),
  bad('an empty array', '[]', /weights \(.*\): expected rows of numbers such as .*, found an empty array$/),

  // Weights.
  bad(
    'flat list',
    '[1, 2, 1]',
    /weights\[0\] \(.*\): expected a row of numbers, found 1; a kernel of one row is written/,
  ),
  bad(
    'ragged rows',
    '{"weights": [\n[1, 2, 3],\n[4, 5]]}',
    /weights\[1\] \(line 3, column 1\): expected 3 numbers, as in weights\[0\], found 2$/,
  ),
  bad('longer row', '[[1], [1, 2]]', /weights\[1\] \(.*\): expected 1 number, as in weights\[0\], found 2$/),
  bad(
    'empty row',
    '[[1], []]',
    /weights\[1\] \(line 1, column 7\): expected a row of numbers, found an empty array$/,
  ),
  bad('only an empty row', '[[]]', /weights\[0\] \(.*\): expected a row of numbers, found an empty array$/),
  bad(
    'weights null',
    '{"weights": null}',
    /weights \(line 1, column 13\): expected rows of numbers such as .*, found null$/,
  ),
  bad(
    'weights an object',
    '{"weights": {"0": [1]}}',
    /weights \(.*\): expected rows of numbers such as .*, found an object$/,
  ),
  bad(
    'null in a row',
    '[[1, null]]',
    /weights\[0\]\[1\] \(line 1, column 6\): expected a number, found null$/,
  ),
  bad('string in a row', '[[1, "1"]]', /weights\[0\]\[1\] \(.*\): expected a number, found "1"$/),
  bad(
    'lone surrogate in a row',
    '[["\\ud800"]]',
    /weights\[0\]\[0\] \(.*\): expected a number, found "\\u\{d800\}"$/,
  ),
  bad('array in a row', '[[1, [2]]]', /weights\[0\]\[1\] \(.*\): expected a number, found an array of 1$/),
  bad('true in a row', '[[true]]', /weights\[0\]\[0\] \(.*\): expected a number, found true$/),
  bad(
    'huge number',
    '[[0],\n [1e400]]',
    /weights\[1\]\[0\] \(line 2, column 3\): expected a finite number, found Infinity \(a number beyond ±1\.8e308\)$/,
  ),
  bad(
    'huge negative number',
    '[[-1e999]]',
    /weights\[0\]\[0\] \(.*\): expected a finite number, found -Infinity/,
  ),
  bad('number of 500 digits', `[[${'9'.repeat(500)}]]`, /weights\[0\]\[0\] \(.*\): expected a finite number/),
  bad(
    'beyond float32',
    '[[0, 1e39]]',
    /weights\[0\]\[1\] \(.*\): expected a weight that is at most 3\.4e38 .*, found 1e\+39 \/ 1$/,
  ),
  bad(
    'beyond float32 after division',
    '{"weights": [[1]], "divisor": 1e-300}',
    /weights\[0\]\[0\] \(.*found 1 \/ 1e-300$/,
  ),
  bad(
    'responses overflow',
    '[[1e34, 1e34]]',
    /expected responses of at most 3\.4e38 .*, found up to 1\.31e\+39/,
  ),
  bad(
    'planes of two heights',
    '[[[1], [1]], [[1]]]',
    /weights\[1\] \(.*\): expected 2 rows, as in weights\[0\], found 1$/,
  ),
  bad(
    'planes of two widths',
    '[[[1, 2]], [[1]]]',
    /weights\[1\]\[0\] \(.*\): expected 2 numbers, as in weights\[0\]\[0\], found 1$/,
  ),
  bad(
    'a plane that is a number',
    '[[[1]], 5]',
    /weights\[1\] \(.*\): expected a plane of rows, as the others, found 5$/,
  ),
  bad(
    'four levels of weights',
    '[[[[1]]]]',
    /weights\[0\]\[0\]\[0\] \(.*\): expected a number, found an array of 1$/,
  ),
  bad(
    'factor of rows',
    '{"row": [[1]], "column": [1]}',
    /row\[0\] \(.*\): expected a number, found an array of 1$/,
  ),
  bad(
    'empty factor',
    '{"row": [1], "column": []}',
    /column \(.*\): expected numbers such as \[1, 2, 1\], found an empty array$/,
  ),
  bad(
    'too many weights',
    `{"row": [${'1,'.repeat(1024)}1], "column": [${'1,'.repeat(1024)}1]}`,
    /expected at most 1048576 weights, found 1050625; --limit-kernel raises the limit$/,
  ),

  // Settings.
  bad(
    'name a number',
    '{"weights": [[1]], "name": 5}',
    /name \(line 1, column 28\): expected a string, found 5$/,
  ),
  bad(
    'empty name',
    '{"weights": [[1]], "name": ""}',
    /name \(.*\): expected a name of 1 to 200 characters.*, found ""$/,
  ),
  bad(
    'NUL in a name',
    '{"weights": [[1]], "name": "a\\u0000b"}',
    /name \(.*\): expected a name .*without control characters, found "a\\u\{0\}b"$/,
  ),
  bad(
    'long name',
    `{"weights": [[1]], "name": "${'n'.repeat(201)}"}`,
    /name \(.*\): expected a name of 1 to 200 characters/,
  ),
  bad(
    'description null',
    '{"weights": [[1]], "description": null}',
    /description \(.*\): expected a string, found null$/,
  ),
  bad(
    'divisor 0',
    '{"weights": [[1]],\n "divisor": 0}',
    /divisor \(line 2, column 13\): expected a number other than 0, found 0$/,
  ),
  bad(
    'divisor -0',
    '{"weights": [[1]], "divisor": -0.0}',
    /divisor \(.*\): expected a number other than 0, found 0$/,
  ),
  bad(
    'divisor a word',
    '{"weights": [[1]], "divisor": "Sum"}',
    /divisor \(.*\): expected a number other than 0, or "sum", found "Sum"$/,
  ),
  bad('divisor huge', '{"weights": [[1]], "divisor": 1e400}', /divisor \(.*found Infinity \(a number beyond/),
  bad(
    'sum of 0',
    '{"weights": [[1, -1]], "divisor": "sum"}',
    /divisor \(.*\): expected a number, because "sum" needs weights with a sum other than 0/,
  ),
  bad(
    'sum of nearly 0',
    '{"weights": [[0.1, 0.2, -0.3]], "divisor": "sum"}',
    /divisor \(.*\): expected a number, because "sum"/,
  ),
  bad('bias a string', '{"weights": [[1]], "bias": "1"}', /bias \(.*\): expected a number, found "1"$/),
  bad(
    'bias huge',
    '{"weights": [[1]], "bias": -1e400}',
    /bias \(.*\): expected a finite number, found -Infinity/,
  ),
  bad('bias beyond float32', '{"weights": [[1]], "bias": 1e39}', /expected responses of at most 3\.4e38/),
  bad(
    'anchor outside',
    '{"weights": [[1, 2]], "anchor": [0, 1]}',
    /anchor\[1\] \(line 1, column 37\): expected a whole number from 0 to 0 \(the kernel is 1 high\), found 1$/,
  ),
  bad(
    'anchor negative',
    '{"weights": [[1, 2]], "anchor": [-1, 0]}',
    /anchor\[0\] \(.*\): expected a whole number from 0, found -1$/,
  ),
  bad(
    'anchor between',
    '{"weights": [[1, 2]], "anchor": [0.5, 0]}',
    /anchor\[0\] \(.*\): expected a whole number, found 0\.5$/,
  ),
  bad(
    'anchor too short',
    '{"weights": [[1, 2]], "anchor": [0]}',
    /anchor\[1\] \(.*\): expected a whole number, found nothing$/,
  ),
  bad(
    'anchor too long',
    '{"weights": [[1, 2]], "anchor": [0, 0, 0]}',
    /anchor.* \(.*\): expected two whole numbers \[x, y\], found/,
  ),
  bad(
    'anchor a word',
    '{"weights": [[1, 2]], "anchor": "centre"}',
    /anchor \(.*\): expected two whole numbers \[x, y\], found "centre"$/,
  ),

  // Generators and banks.
  bad(
    'unknown generator',
    '{"generator": "gausian", "sigma": 1}',
    /generator \(line 1, column 15\): there is no generator "gausian"; nearest: gaussian$/,
  ),
  bad('generator a number', '{"generator": 5}', /generator \(.*\): expected a generator's name, found 5$/),
  bad(
    'parameter missing',
    '{"generator": "gaussian"}',
    /gaussian needs sigma .*; write for example gaussian:sigma=2$/,
  ),
  bad(
    'parameter unknown',
    '{"generator": "gaussian", "sgma": 1}',
    /sgma \(line 1, column 27\): unknown key; did you mean "sigma"\?$/,
  ),
  bad(
    'parameter a string',
    '{"generator": "gaussian", "sigma": "2"}',
    /sigma \(.*\): expected a number from 0 to 1000, found "2"$/,
  ),
  bad(
    'parameter out of range',
    '{"generator": "gaussian", "sigma": -1}',
    /sigma \(.*\): expected a number from 0 to 1000, found -1$/,
  ),
  bad(
    'parameter not whole',
    '{"generator": "box", "size": 2.5}',
    /size \(.*\): expected a whole number from 1 to 1001, found 2\.5$/,
  ),
  bad(
    'parameter huge',
    '{"generator": "gaussian", "sigma": 1e400}',
    /sigma \(.*\): expected a number from 0 to 1000, found Infinity/,
  ),
  bad(
    'generator too large',
    '{"generator": "gaussian", "sigma": 1000}',
    /expected at most 1048576 weights, found 64016001; --limit-kernel raises the limit$/,
  ),
  bad(
    'empty bank',
    '{"kernels": []}',
    /kernels \(.*\): expected a list of names, paths or kernels, found an empty array$/,
  ),
  bad(
    'bank of a word',
    '{"kernels": "sobel-x"}',
    /kernels \(.*\): expected a list of names, paths or kernels, found "sobel-x"$/,
  ),
  bad(
    'number in a bank',
    '{"kernels": [[[1]], 5]}',
    /kernels\[1\] \(line 1, column 21\): expected a kernel such as .*, found 5$/,
  ),
  bad(
    'bad kernel in a bank',
    '{"kernels": [[[1]],\n {"weights": [[1]], "divisor": 0}]}',
    /kernels\[1\]\.divisor \(line 2, column 32\): expected a number other than 0, found 0$/,
  ),
  bad(
    'bad rows in a bank',
    '{"kernels": [[[1, 2], [3]]]}',
    /kernels\[0\]\.weights\[1\] \(line 1, column 23\): expected 2 numbers, as in kernels\[0\]\.weights\[0\], found 1$/,
  ),
  bad(
    'unknown name in a bank',
    '{"kernels": ["sobel-x",\n "sobek-x"]}',
    /kernels\[1\] \(line 2, column 2\): there is no kernel "sobek-x"; nearest: sobel-x/,
  ),
  bad(
    'bad call in a bank',
    '{"kernels": ["box:x"]}',
    /kernels\[0\] \(line 1, column 14\): kernel "box:x": size: expected a whole number .*, found "x"$/,
  ),
  bad(
    'bad inline kernel in a bank',
    '{"kernels": ["[[1,2],[3]]"]}',
    /kernels\[0\] \(line 1, column 14\): kernel \[\[1,2\],\[3\]\]: weights\[1\]/,
  ),
  bad(
    'NUL in a reference',
    '{"kernels": ["sobel\\u0000-x"]}',
    /kernels\[0\] \(.*\): kernel "sobel\\u\{0\}-x": character 6: expected printable text, found the control character U\+0000$/,
  ),
  bad(
    'empty reference',
    '{"kernels": [""]}',
    /kernels\[0\] \(.*\): kernel "": expected a name, a generator call, a path or JSON, found nothing$/,
  ),
  bad(
    'missing file in a bank',
    '{"kernels": ["missing/none.json"]}',
    /kernels\[0\] \(.*\): .*missing\/none\.json: (there is no such file|cannot be read: no such file or folder \(ENOENT\))$/,
  ),
  bad(
    'way out of the shipped folder',
    '{"kernels": [".."]}',
    /kernels\[0\] \(.*\): there is no kernel "\.\."/,
  ),
  bad(
    'too many weights in a bank',
    '{"kernels": ["box:1000", "box:1000"]}',
    /kernels\[1\] \(.*\): kernel "box:1000": expected at most 1048576 weights in the bank, found 2000000; --limit-kernel/,
  ),
  bad(
    'too many kernels',
    `{"kernels": [${'[[1]],'.repeat(4096)}[[1]]]}`,
    /kernels\[4096\] \(.*\): expected at most 4096 kernels in a bank, found more$/,
  ),
  bad(
    'banks in banks',
    `${'{"kernels":['.repeat(9)}[[1]]${']}'.repeat(9)}`,
    /banks are nested more than 8 deep; does a bank refer to itself\?$/,
  ),
];
