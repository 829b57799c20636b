// The house: which room may use which, who may know a library, and that a thing added in one place is added
// in the others too. Reads the sources as text.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXPORT_FORMATS } from '../dist/kernels/formats/export.js';
import { parseKernelRef } from '../dist/kernels/load/ref.js';
import { banks, formulas, magnitudes } from './support/shipped/all.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');

/** Rooms from the top down; what stands on one line does not know each other. */
const FLOORS = [
  ['cli'],
  ['convtool.ts'],
  ['report', 'bank-maps.ts', 'colour-wheel.ts', 'write-image.ts'],
  ['compare.ts', 'explain.ts', 'slide.ts', 'fit', 'projection', 'phase.ts', 'small'],
  ['filter.ts', 'passing.ts', 'layers'],
  ['finish-map.ts'],
  ['route.ts'],
  ['known-samples.ts'],
  ['image', 'output', 'engine', 'measure', 'draw', 'preview'],
  ['png', 'tiff', 'libvips.ts', 'colour'],
  ['plan'],
  ['kernel'],
  ['threads'],
  ['files'],
  ['check-samples.ts'],
  ['samples.ts', 'limits.ts', 'turns.ts'],
  ['errors.ts'],
];

/** Who may import what from outside; node: modules of the file system and of threads count too. */
const LIBRARIES: Record<string, RegExp> = {
  cli: /^(commander|chalk|node:(crypto|os|path|module|v8|vm|worker_threads))$/,
  report: /^node:(crypto|zlib)$/,
  'slide.ts': /^node:os$/,
  fit: /^node:os$/,
  image: /^sharp$/,
  output: /^(sharp|node:path)$/,
  'libvips.ts': /^sharp$/,
  png: /^node:(os|util|zlib)$/,
  tiff: /^node:(util|zlib)$/,
  layers: /^valibot$/,
  kernel: /^(valibot|@humanwhocodes\/momoa)$/,
  threads: /^node:(module|v8|vm|worker_threads)$/,
  files: /^(tinyglobby|node:.*)$/,
};

/** Rooms further down that a room has no business with. */
const STRANGERS: Record<string, string[]> = {
  kernel: ['files', 'threads'],
  plan: ['files', 'threads'],
  png: ['plan', 'kernel'],
  tiff: ['plan', 'kernel', 'threads', 'files'],
  'libvips.ts': ['plan', 'kernel', 'threads', 'files'],
  output: ['files'],
  image: ['files'],
};

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map((name) => ({ name, text: readFileSync(join(src, name), 'utf8') }));
const loops = sources.filter(({ name }) => /^(engine|layers|png)[\\/]simd[\\/]/.test(name));
const modules = sources.filter((source) => !loops.includes(source));

const roomOf = (name: string) => name.split(/[\\/]/)[0]!;
const floorOf = (room: string) => FLOORS.findIndex((rooms) => rooms.includes(room));

function importsOf(text: string): string[] {
  const specifier =
    /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|(?:import|require)\(\s*'([^']+)'\s*\)/g;
  return [...text.matchAll(specifier)].map(([, from, lazily]) => (from ?? lazily)!);
}

describe.each(modules)('src/$name', ({ name, text }) => {
  const room = roomOf(name);

  it('stands in a room that ARCHITECTURE.md knows', () => {
    expect(floorOf(room), `add the room ${room} to ARCHITECTURE.md and to this test`).toBeGreaterThanOrEqual(
      0,
    );
    expect(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')).toContain(room.replace(/\.ts$/, ''));
  });

  it('imports from its own room or from below', () => {
    for (const from of importsOf(text).filter((specifier) => specifier.startsWith('.'))) {
      const other = roomOf(relative(src, resolve(dirname(join(src, name)), from)).replace(/\.js$/, '.ts'));
      if (other === room) continue;
      expect(floorOf(other), `${name} imports ${from}, which is up or beside it`).toBeGreaterThan(
        floorOf(room),
      );
      expect(STRANGERS[room] ?? [], `${name} imports ${from}`).not.toContain(other);
    }
  });

  it('knows only the libraries of its room', () => {
    for (const from of importsOf(text).filter((specifier) => !specifier.startsWith('.'))) {
      expect(from, `${name} imports ${from}`).toMatch(LIBRARIES[room] ?? /^$/);
    }
  });
});

/** Files whose lists that are spread into calls have a bound: kernels of a bank, panels, columns, bytes of a word. */
const SPREADS_BOUNDED =
  /^(cli[\\/](bank-text|compare-sheet|explain-grid|explain-plan|explain-text|kernel-text|kernels-list|parameters|plan-text|stack-text|kernels-check)|draw[\\/].*|engine[\\/](run|separable)|fit[\\/](alike|solve|waves)|image[\\/](decode|vips-samples)|kernel[\\/](gram|load|formats[\\/](imagemagick|npy)|generators[\\/](gaussian|hadamard))|layers[\\/](band-run|run-layers)|output[\\/]map|plan[\\/]tile|png[\\/](facts|inspect|passing)|projection[\\/](frame|patches|reconstruct)|report[\\/].*|small[\\/]small-job)\.ts$/;
const SPREAD =
  /\b(?:push|unshift|splice|concat|assign|of|max|min|hypot|fromCharCode|fromCodePoint)\((?:[^()]*,\s*)?\.\.\./;

it.each(modules)('src/$name spreads no list of unknown length into a call', ({ name, text }) => {
  if (SPREADS_BOUNDED.test(name)) return;
  expect(text, 'a hundred thousand arguments overflow the stack: use a loop or reduce').not.toMatch(SPREAD);
});

describe.each(sources)('src/$name', ({ name, text }) => {
  it('opens with what it is, and is short enough to read at a sitting', () => {
    expect(text).toMatch(/^(\/\/ .+\n)+/);
    expect(text.split('\n').length, name).toBeLessThanOrEqual(251);
  });

  it('leaves nothing for later and no code in comments', () => {
    expect(text).not.toMatch(/TODO|FIXME|XXX/);
    expect(text).not.toMatch(/^\s*\/\/.*(\);|\{)\s*$/m);
  });
});

describe('what is added in one place', () => {
  const listed = (file: string) => readFileSync(join(root, file), 'utf8');
  const filesIn = (folder: string) => readdirSync(join(root, folder));
  const { kernels: peers } = JSON.parse(listed('test/fixtures/kernels.json'));

  it('a generator is in the list', () => {
    const parts = ['generator.ts', 'list.ts', 'arguments.ts'];
    for (const file of filesIn('src/kernel/generators').filter((name) => !parts.includes(name))) {
      const step = `add ${file} to src/kernels/generators/list.ts`;
      expect(listed('src/kernels/generators/list.ts'), step).toContain(`./${file.replace('.ts', '.js')}`);
    }
  });

  it('a step of kernel algebra is in the list', () => {
    for (const { name, text } of modules) {
      const step = /export const (\w+) = define(?:Binary)?Operation\(/.exec(text)?.[1];
      if (!step) continue;
      const file = name.split(/[\\/]/).at(-1)!;
      const list = listed('src/kernels/operations/list.ts');
      expect(list, `add ${file} to src/kernels/operations/list.ts`).toContain(
        `./${file.replace('.ts', '.js')}`,
      );
      expect(list, `add ${step} to the array in src/kernels/operations/list.ts`).toMatch(
        new RegExp(`^  ${step},$`, 'm'),
      );
      const cases = listed('test/fixtures/steps.json');
      expect(cases, `add ${step} to test/fixtures/make_steps.py`).toContain(`["${step}`);
    }
  });

  it('a kernel format is in the list, its endings are paths, and it is tested', () => {
    const list = listed('src/kernels/formats/list.ts');
    for (const { name, text } of modules.filter(({ name }) => /^kernel[\\/]formats[\\/]/.test(name))) {
      const format = /export const (\w+): (?:Text|Binary)Format/.exec(text)?.[1];
      if (format === undefined) continue;
      expect(list, `add ${format} of ${name} to src/kernels/formats/list.ts`).toMatch(
        new RegExp(`formats: .*\\[.*\\b${format}\\b`),
      );
      const endings = /endings: \[(.*)\]/.exec(text)![1]!.match(/\w+/g) ?? [];
      for (const ending of endings) {
        const step = `add the ending ${ending} to ENDING in src/kernels/load/ref.ts`;
        expect(parseKernelRef(`x.${ending}`).kind, step).toBe('path');
      }
      if (/^ {2}write\(/m.test(text)) {
        expect(EXPORT_FORMATS as readonly string[], `add ${format} to export.ts`).toContain(format);
        const step = `add ${format} to the round trips in test/unit/kernels/formats.test.ts`;
        expect(listed('test/unit/kernels/formats.test.ts'), step).toContain(`['${format}', banks(`);
      }
      const bad = listed('test/support/bad-formats.ts') + listed('test/unit/kernels/formats.test.ts');
      const step = `refuse bad files of ${format} in test/support/bad-formats.ts`;
      if (endings.length > 0) expect(bad, step).toMatch(new RegExp(`'k/\\w+\\.${endings[0]}'`));
    }
  });

  it('a command is in the program', () => {
    for (const { name, text } of modules) {
      const added = /export (?:async )?function (add[A-Z]\w*)\(program: Command/.exec(text)?.[1];
      if (added)
        expect(listed('src/cli/commands-list.ts'), `add ${added} of ${name} to commands.ts`).toContain(
          `.${added}(program`,
        );
    }
  });

  it('an output format is in the list and in the tests', () => {
    for (const { name, text } of modules) {
      const encoder = /export (?:async )?function (encode[A-Z]\w*)\(/.exec(text)?.[1];
      if (roomOf(name) !== 'output' || !encoder) continue;
      const format = encoder.slice('encode'.length).toLowerCase();
      expect(listed('src/codecs/registry.ts'), `add ${name} to formats.ts`).toContain(`encode: ${encoder}`);
      expect(listed('test/unit/codecs/writing.test.ts'), `add ${format} to writing.test.ts`).toContain(
        `'${format}'`,
      );
    }
  });

  it('a shipped kernel or bank is named as its file and recomputed by a test', () => {
    for (const file of filesIn('kernels')) {
      const shipped = JSON.parse(listed(`kernels/${file}`)) as Record<string, string>;
      const { name, group, description, source, kernels } = shipped;
      expect(`${name}.json`).toBe(file);
      expect(group && description && source, `${file}: give group, description and source`).toBeTruthy();
      const joined = 'combine' in shipped ? magnitudes : banks;
      const [table, what] = kernels ? [joined, 'the members'] : [formulas, 'the formula'];
      const step = `add ${what} of ${name} to ${kernels ? 'banks or magnitudes in all.ts' : "its family's table"} in test/shipped/`;
      expect(Object.keys(table).includes(name!), step).toBe(true);
      const compare = `add ${name} to test/fixtures/make_kernels.py and run it`;
      if (!kernels) expect(Object.hasOwn(peers, name!), compare).toBe(true);
    }
  });

  it('a border mode has cases that SciPy computed', () => {
    const modes = [...listed('src/plan/border.ts').matchAll(/^ {2}(\w+): \{$/gm)].map(([, mode]) => mode!);
    expect(modes.length).toBeGreaterThanOrEqual(6);
    for (const mode of modes)
      expect(listed('test/fixtures/make_fixtures.py'), `add ${mode} there`).toContain(mode);
  });

  it('a package has its reason in ARCHITECTURE.md', () => {
    const { dependencies, devDependencies } = JSON.parse(listed('package.json')) as Record<
      string,
      Record<string, string>
    >;
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      if (!name.startsWith('@types/'))
        expect(listed('ARCHITECTURE.md'), `say what ${name} is for`).toContain(name);
    }
  });

  it('the lock file names no place to download from', () => {
    expect(existsSync(join(root, 'package-lock.json'))).toBe(true);
    expect(listed('package-lock.json')).not.toContain('"resolved"');
  });
});
