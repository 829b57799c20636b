// The architecture as rules: which folder may import which, no import cycle, folder and file sizes, libraries by
// folder, and additions that lack a step. Reads the sources as text and lists all violations at once.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CODECS } from '../../dist/codecs/decode/decode-by-codec.js';
import { formatOf } from '../../dist/codecs/decode/signature.js';
import { FORMATS } from '../../dist/codecs/registry.js';
import { EXPORT_FORMATS } from '../../dist/kernels/formats/export.js';
import { parseKernelRef } from '../../dist/kernels/load/ref.js';
import { LAYER_KEYS } from '../../dist/nn/file/stack-schema.js';
import { BORDER_MODES } from '../../dist/plan/border.js';
import { BAD_PICTURES } from '../support/bad-pictures.js';
import { banks, formulas, magnitudes } from '../support/shipped/all.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const json = (file: string) => JSON.parse(text(file));

/** Folders of src/ from the top down. A file imports from its own folder and from those below. */
const LAYERS = [
  'cli',
  'index.ts',
  'render',
  'analysis',
  'nn',
  'pipeline',
  'engine',
  'plan',
  'kernels',
  'codecs',
  'io',
  'runtime',
  'math',
  'core',
];

/** Folders below that a folder does without: kernels and plans are plain data, and codecs see bytes only. */
const STRANGERS: Readonly<Record<string, readonly string[]>> = {
  engine: ['codecs'],
  nn: ['codecs'],
  plan: ['codecs', 'io', 'runtime'],
  kernels: ['io', 'runtime'],
  codecs: ['io'],
};
/** Files that STRANGERS does not hold for: they load the package's own WebAssembly. */
const OWN_FILES = ['codecs/png/wasm-module.ts'];

/** Packages and Node modules by the folder or file that imports them. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  cli: ['commander', 'chalk', 'node:crypto', 'node:os', 'node:path', 'node:stream', 'node:worker_threads'],
  'render/html': ['node:crypto', 'node:zlib'],
  'analysis/fit': ['node:os'],
  'nn/file': ['valibot'],
  pipeline: ['node:os'],
  'kernels/file': ['valibot', '@humanwhocodes/momoa'],
  'codecs/decode': ['sharp'],
  'codecs/sharp': ['sharp', 'node:util'],
  'codecs/png': ['node:os', 'node:util', 'node:zlib'],
  'codecs/tiff': ['node:util', 'node:zlib'],
  io: [
    'tinyglobby',
    'node:crypto',
    'node:fs',
    'node:fs/promises',
    'node:net',
    'node:os',
    'node:path',
    'node:url',
  ],
  runtime: ['node:module', 'node:os', 'node:v8', 'node:vm', 'node:worker_threads'],
  // The limit on address space, which Linux reports in /proc.
  'runtime/address-space.ts': ['node:fs'],
};

/** Lists of one file per item may be longer than other folders. */
const LISTS = ['kernels/formats', 'kernels/generators'];
const MOST_FILES = 20;
const MOST_LINES = 250;

/** Files that spread lists into calls; each list has a bound: kernels of a bank, panels, columns, bytes of a name. */
const BOUNDED_SPREADS = [
  'analysis/fit/match-known-kernel.ts',
  'analysis/fit/preconditioner.ts',
  'analysis/fit/solve.ts',
  'analysis/projection/frame.ts',
  'analysis/projection/patches.ts',
  'analysis/projection/reconstruct.ts',
  'cli/batch/picture-job.ts',
  'cli/commands/kernels/check.ts',
  'cli/text/bank.ts',
  'cli/text/columns.ts',
  'cli/text/explain-grid.ts',
  'cli/text/explain.ts',
  'engine/methods/separable.ts',
  'engine/run.ts',
  'kernels/analysis/gram.ts',
  'kernels/formats/imagemagick.ts',
  'kernels/formats/npy.ts',
  'kernels/generators/gaussian.ts',
  'kernels/generators/hadamard.ts',
  'kernels/load/load.ts',
  'nn/run/band-run.ts',
  'nn/run/run-layers.ts',

  'pipeline/tone-map.ts',
  'plan/tile.ts',
  'render/html/page/equation.ts',
  'render/html/report-page.ts',
  'render/image/canvas.ts',
  'render/image/colour-bar.ts',
  'render/image/compare-picture.ts',
  'render/image/compare-sheet.ts',
  'render/image/text.ts',
];
const SPREAD =
  /\b(?:push|unshift|splice|concat|assign|of|max|min|hypot|fromCharCode|fromCodePoint)\((?:[^()]*,\s*)?\.\.\./;

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((name) => name.split('\\').join('/'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .sort();
const sources = new Map(files.map((name) => [name, text(`src/${name}`)]));
const layerOf = (name: string) => name.split('/')[0]!;

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|(?:import|require)\(\s*'([^']+)'\s*\)|new URL\(\s*'(\.[^']+\.js)',\s*import\.meta\.url\s*\)/g;

/** The imports of a file: types, values, for its effect, lazily, or as the module of a worker. */
function importsOf(name: string): string[] {
  return [...sources.get(name)!.matchAll(IMPORT)].map(([, ...found]) => found.find(Boolean)!);
}

/** Files of src/ that a file imports. AssemblyScript leaves out the ending. */
function neighboursOf(name: string): string[] {
  return importsOf(name)
    .filter((from) => from.startsWith('.'))
    .map((from) => posix.normalize(posix.join(posix.dirname(name), from)).replace(/\.js$/, '.ts'))
    .map((path) => (sources.has(path) ? path : `${path}.ts`))
    .filter((path) => sources.has(path));
}

describe('imports', () => {
  it('go from a folder to folders below it', () => {
    const wrong = files.flatMap((name) => {
      const from = LAYERS.indexOf(layerOf(name));
      if (from < 0) return [`${name}: add its folder to LAYERS here and to ARCHITECTURE.md`];
      return neighboursOf(name)
        .filter((other) => LAYERS.indexOf(layerOf(other)) < from)
        .map((other) => `${name} imports ${other}, which is above it`);
    });
    expect(wrong).toEqual([]);
  });

  it('exclude folders that a folder must not use', () => {
    const wrong = files
      .filter((name) => !OWN_FILES.includes(name))
      .flatMap((name) =>
        neighboursOf(name)
          .filter((other) => STRANGERS[layerOf(name)]?.includes(layerOf(other)))
          .map((other) => `${name} imports ${other}, which it should do without`),
      );
    expect(wrong).toEqual([]);
  });

  it('contain no cycle', () => {
    expect(cycles()).toEqual([]);
  });

  it('name only the libraries of their folder', () => {
    const allowed = (name: string) =>
      Object.entries(LIBRARIES).flatMap(([place, libraries]) =>
        name === place || name.startsWith(`${place}/`) ? libraries : [],
      );
    const wrong = files.flatMap((name) =>
      importsOf(name)
        .filter((from) => !from.startsWith('.') && !allowed(name).includes(from))
        .map((from) => `${name} imports ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  it('only the file system of Node calls node:fs, so that every call can be made to fail', () => {
    const values = /import (?!type )([^;]*?) from 'node:fs(?:\/promises)?'/g;
    const isData = (name: string) => name === 'constants' || name.startsWith('type ');
    const wrong = files
      .filter((name) => name.startsWith('io/') && name !== 'io/file-system.ts')
      .flatMap((name) =>
        [...sources.get(name)!.matchAll(values)]
          .flatMap(([, names]) => names!.replace(/[{}]/g, '').split(','))
          .map((imported) => imported.trim())
          .filter((imported) => !isData(imported))
          .map((imported) => `${name} imports ${imported}: call it through io/file-system.ts`),
      );
    expect(wrong).toEqual([]);
  });
});

describe('files and folders', () => {
  it('a file opens with what it does, is short, and leaves nothing for later', () => {
    const wrong = files.flatMap((name) => {
      const source = sources.get(name)!;
      const lines = source.split('\n').length - 1;
      return [
        ...(/^(\/\/ .+\n)+/.test(source) ? [] : [`${name}: open it with a comment on what it does`]),
        ...(lines <= MOST_LINES ? [] : [`${name}: ${lines} lines, at most ${MOST_LINES}`]),
        ...(/\b(TODO|FIXME|XXX)\b/.test(source) ? [`${name}: leaves something for later`] : []),
        ...(/^\s*\/\/.*(\);|\{)\s*$/m.test(source) ? [`${name}: has code in a comment`] : []),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it('a list of unknown length is not spread into a call: 100,000 arguments overflow the stack', () => {
    // AssemblyScript has no spread.
    expect(files.filter((name) => SPREAD.test(sources.get(name)!))).toEqual(BOUNDED_SPREADS);
  });

  it('a folder has at most about 20 files, and src/ has one file of its own', () => {
    const counts = new Map<string, number>();
    for (const name of files) counts.set(posix.dirname(name), (counts.get(posix.dirname(name)) ?? 0) + 1);
    const wrong = [...counts].filter(([folder, count]) => count > MOST_FILES && !LISTS.includes(folder));
    expect(wrong).toEqual([]);
    expect(files.filter((name) => !name.includes('/'))).toEqual(['index.ts']);
  });

  it('ARCHITECTURE.md lists every folder of src/ and stays short', () => {
    const tour = text('ARCHITECTURE.md');
    const folders = LAYERS.map((layer) => (layer.includes('.') ? layer : `${layer}/`));
    expect(folders.filter((folder) => !new RegExp(`^ {2}${folder} `, 'm').test(tour))).toEqual([]);
    expect(tour.split('\n').length - 1).toBeLessThanOrEqual(120);
  });

  it('ARCHITECTURE.md and CONTRIBUTING.md name files that are there', () => {
    const wrong = ['ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((file) =>
      [...text(file).matchAll(/`((?:[\w-]+\/)+(?:[\w.-]+\.\w+)?)`/g)]
        .map(([, path]) => path!)
        .filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, 'src', path)))
        .map((path) => `${file}: ${path} is not there`),
    );
    expect(wrong).toEqual([]);
  });

  it('docs/decisions/README.md lists every record', () => {
    const folder = join(root, 'docs/decisions');
    const records = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => name.split('\\').join('/'))
      .filter((name) => name.endsWith('.md') && name !== 'README.md');
    const listed = [...text('docs/decisions/README.md').matchAll(/\]\(([^)]+\.md)\)/g)].map(
      ([, path]) => path!,
    );
    expect(listed.sort()).toEqual(records.sort());
  });

  it('every package has its reason in ARCHITECTURE.md, and the lock file names no place to download from', () => {
    const { dependencies, devDependencies } = json('package.json');
    const names = Object.keys({ ...dependencies, ...devDependencies });
    const [, reasons] = text('ARCHITECTURE.md').split('## Packages');
    const given = reasons!.split(/[\s,|`*:()]+/);
    expect(names.filter((name) => !name.startsWith('@types/') && !given.includes(name))).toEqual([]);
    expect(text('package-lock.json')).not.toContain('"resolved"');
  });
});

describe('additions: every missing step is listed', () => {
  /** `step` where it is still to be done. */
  const unless = (done: boolean, step: string) => (done ? [] : [step]);
  /** Whether a list, an array of names, one per line, has the name. */
  const lists = (list: string, name: string) => new RegExp(`^ {2}${name},$`, 'm').test(sources.get(list)!);
  /** Whether an object of a test has the key, quoted or not. */
  const hasKey = (file: string, key: string) =>
    new RegExp(`^ {2}(?:'${key}'|${key}): `, 'm').test(text(file));
  const inFolder = (folder: string) => files.filter((name) => posix.dirname(name) === folder);
  const firstWord = (words: string) => /^[\w-]+/.exec(words)?.[0];
  const generated = new Set([...json('schema/kernel.schema.json').$defs.kernelFile.anyOf.map(constantOf)]);

  it('generators', () => {
    const list = 'kernels/generators/list.ts';
    const { kernels, banks: ofBanks, pictures } = json('test/fixtures/generators.json');
    const peers = [...kernels, ...ofBanks, ...pictures].map(({ ref }: { ref: string }) => firstWord(ref));
    const laws = 'test/unit/kernels/kernel-generators-laws.test.ts';
    const withoutPeer: string[] = [];
    const missing = inFolder('kernels/generators').flatMap((file) => {
      const [, constant, name] =
        /export const (\w+)(?:: Generator)? = (?:defineGenerator\()?\{\s+name: '([\w-]+)'/.exec(
          sources.get(file)!,
        ) ?? [];
      if (constant === undefined || name === undefined) return [];
      if (!peers.includes(name)) withoutPeer.push(name);
      return [
        ...unless(
          lists(list, constant) && neighboursOf(list).includes(file),
          `add ${constant} to src/${list}`,
        ),
        ...unless(generated.has(name), `${name}: npm run schema`),
        ...unless(hasKey(laws, name), `${name} is incomplete: add its laws to ${laws}`),
      ];
    });
    expect(missing).toEqual([]);
    // The peer needs Debian's Python packages, so that it may follow later.
    for (const name of withoutPeer)
      console.warn(
        `${name} is incomplete: add the function of another program to test/fixtures/make_generators.py`,
      );
  });

  it('operations of kernel algebra', () => {
    const list = 'kernels/operations/list.ts';
    const cases: readonly { steps: readonly string[] }[] = json('test/fixtures/steps.json').cases;
    const tried = new Set(cases.flatMap(({ steps }) => steps.map(firstWord)));
    const laws = 'test/unit/kernels/steps-laws.test.ts';
    const schema = text('schema/kernel.schema.json');
    const missing = inFolder('kernels/operations').flatMap((file) => {
      const [, constant, name] =
        /export const (\w+) = defineOperation\(\{\s+name: '([\w-]+)'/.exec(sources.get(file)!) ?? [];
      if (constant === undefined || name === undefined) return [];
      const inLaws = new RegExp(`['"\`| ]${name}['"\`: ]`).test(text(laws));
      return [
        ...unless(
          lists(list, constant) && neighboursOf(list).includes(file),
          `add ${constant} to src/${list}`,
        ),
        ...unless(schema.includes(`"const": "${name}"`), `${name}: npm run schema`),
        ...unless(tried.has(name), `add cases of ${name} to test/fixtures/make_steps.py`),
        ...unless(inLaws, `add the laws of ${name} to ${laws}`),
      ];
    });
    expect(missing).toEqual([]);
  });

  it('kernel formats', () => {
    const list = 'kernels/formats/list.ts';
    const [, listed = ''] = /formats: .*\[(.*)\]/s.exec(sources.get(list)!) ?? [];
    const tests = 'test/unit/kernels/formats.test.ts';
    const bad = text('test/support/bad-formats.ts') + text(tests);
    const missing = inFolder('kernels/formats').flatMap((file) => {
      const source = sources.get(file)!;
      const constant = /export const (\w+): (?:Text|Binary)Format/.exec(source)?.[1];
      if (constant === undefined) return [];
      const name = /^ {2}name: (['"])(.+)\1,$/m.exec(source)![2]!;
      const endings = /endings: \[([^\]]*)\]/.exec(source)![1]!.match(/\w+/g) ?? [];
      const writes = /^ {2}(?:async )?write\(/m.test(source);
      return [
        ...unless(listed.split(/[\s,]+/).includes(constant), `add ${constant} to src/${list}`),
        ...endings
          .filter((ending) => parseKernelRef(`x.${ending}`).kind !== 'path')
          .map((ending) => `add the ending ${ending} to ENDING in src/kernels/load/ref.ts`),
        ...unless(
          !writes || (EXPORT_FORMATS as readonly string[]).includes(name),
          `add ${name} to src/kernels/formats/export.ts`,
        ),
        ...unless(
          !writes || text(tests).includes(`['${name}', banks(`),
          `add ${name} to the round trips in ${tests}`,
        ),
        ...unless(
          endings.length === 0 || new RegExp(`'k/[\\w-]+\\.${endings[0]}['#]`).test(bad),
          `refuse bad files of ${name} in test/support/bad-formats.ts`,
        ),
      ];
    });
    expect(missing).toEqual([]);
  });

  it('border modes', () => {
    const borders = 'test/unit/plan/border.test.ts';
    const missing = BORDER_MODES.flatMap((mode) =>
      unless(hasKey(borders, mode), `add ${mode} to ${borders}`),
    );
    expect(missing).toEqual([]);
  });

  it('input formats', () => {
    const { cases } = json('test/fixtures/inputs.json') as { cases: readonly { file: string }[] };
    const read = new Set(cases.map(({ file }) => formatOf(Buffer.from(file, 'base64'))));
    const bad = new Set(BAD_PICTURES.map(({ name }) => name.split(':')[0]!.toLowerCase()));
    const list = 'codecs/decode/decode-by-codec.ts';
    const missing = files.flatMap((file) => {
      const name = /export const (\w+): Codec\b/.exec(sources.get(file)!)?.[1];
      if (name === undefined) return [];
      return [
        ...unless(
          Object.hasOwn(CODECS, name) && neighboursOf(list).includes(file),
          `add ${name} to src/${list}`,
        ),
        ...unless(
          [...read].some((format) => format === name),
          `add files of ${name} to test/fixtures/make_inputs.py, and their signature to src/codecs/decode/signature.ts`,
        ),
        ...unless(bad.has(name), `refuse bad files of ${name} in test/support/bad-pictures.ts`),
      ];
    });
    expect(missing).toEqual([]);
  });

  it('output formats', () => {
    const registry = sources.get('codecs/registry.ts')!;
    const tests = 'test/unit/codecs/writing.test.ts';
    const namesOf = (pattern: RegExp) =>
      files
        .filter((name) => layerOf(name) === 'codecs')
        .flatMap((name) => [...sources.get(name)!.matchAll(pattern)])
        .map(([, first, second]) => first ?? second!);
    const encoders = namesOf(/^export (?:async )?function (encode[A-Z]\w*)\(/gm);
    const sinks = namesOf(/^export (?:const (\w+): RowFormat\b|function (\w+Sink)\(\s*picture: ImageInfo)/gm);
    const inRegistry = (name: string, entry: string) =>
      unless(new RegExp(entry).test(registry), `add ${name} to src/codecs/registry.ts`);
    const missing = [
      ...encoders.flatMap((name) => inRegistry(name, `\\bwhole\\([^)]*\\b${name}\\b`)),
      ...sinks.flatMap((name) => inRegistry(name, `sink: ${name}\\b`)),
      ...Object.keys(FORMATS).flatMap((format) =>
        unless(text(tests).includes(`'${format}'`), `read ${format} back by another decoder in ${tests}`),
      ),
    ];
    expect(missing).toEqual([]);
  });

  it('types of layers', () => {
    const { cases } = json('test/fixtures/layers.json') as {
      cases: readonly { layers: readonly { type: string }[] }[];
    };
    const tried = new Set(cases.flatMap(({ layers }) => layers.map(({ type }) => type)));
    const rows = text('docs/layers.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const missing = Object.keys(LAYER_KEYS).flatMap((type) => [
      ...unless(tried.has(type), `add cases of ${type} to test/fixtures/make_layers.py`),
      ...unless(
        rows.some((row) => row.split('|')[1]!.includes(`\`${type}\``)),
        `add a row for ${type} to docs/layers.md`,
      ),
    ]);
    expect(missing).toEqual([]);
  });

  it('commands', () => {
    const pages: readonly string[] = json('package.json').man;
    const missing = files.flatMap((file) => {
      const source = sources.get(file)!;
      const added = /export (?:async )?function (add[A-Z]\w*)\(\w+: Command\b/.exec(source)?.[1];
      const name = /\.command\('([\w-]+)/.exec(source)?.[1];
      if (!file.startsWith('cli/commands/') || added === undefined || name === undefined) return [];
      const isInner = file.startsWith('cli/commands/kernels/') && name !== 'kernels';
      const list = isInner ? 'cli/commands/kernels/kernels.ts' : 'cli/commands-list.ts';
      const called = isInner ? `kernels ${name}` : name;
      return [
        ...unless(new RegExp(`\\.${added}\\(`).test(sources.get(list)!), `add ${added} to src/${list}`),
        ...unless(
          new RegExp(`convtool ${called}\\b`).test(text('README.md')),
          `show convtool ${called} in README.md`,
        ),
        ...unless(
          isInner ||
            (pages.includes(`./man/convtool-${name}.1`) && existsSync(join(root, `man/convtool-${name}.1`))),
          `npm run man, and ./man/convtool-${name}.1 in package.json`,
        ),
      ];
    });
    expect(missing).toEqual([]);
  });

  it('shipped kernels and banks', () => {
    const missing = readdirSync(join(root, 'kernels')).flatMap((file) => {
      const { name, group, description, source, divisor, kernels, combine } = json(`kernels/${file}`);
      const [table, where] = combine
        ? [magnitudes, 'magnitudes in all.ts']
        : kernels
          ? [banks, 'banks in all.ts']
          : [formulas, "its family's table"];
      return [
        ...unless(`${name}.json` === file, `kernels/${file}: name it as its file`),
        ...unless(
          group && description && source && (kernels || divisor !== undefined),
          `kernels/${file}: give group, description, source and divisor`,
        ),
        ...unless(
          Object.hasOwn(table, name),
          `add the formula of ${name} to ${where} in test/support/shipped/`,
        ),
      ];
    });
    expect(missing).toEqual([]);
  });
});

/** The generator that a form of kernel files is for. */
function constantOf({ properties }: { properties: { generator?: { const?: string } } }): string | undefined {
  return properties?.generator?.const;
}

/** Groups of files that import each other, directly or not (Tarjan's strongly connected components). */
function cycles(): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const groups: string[][] = [];
  const visit = (name: string) => {
    order.set(name, order.size);
    low.set(name, order.get(name)!);
    stack.push(name);
    for (const other of neighboursOf(name)) {
      if (!order.has(other)) visit(other);
      if (stack.includes(other)) low.set(name, Math.min(low.get(name)!, low.get(other)!));
    }
    if (low.get(name) !== order.get(name)) return;
    const group = stack.splice(stack.indexOf(name));
    if (group.length > 1) groups.push(group.sort());
  };
  for (const name of files) if (!order.has(name)) visit(name);
  return groups;
}
