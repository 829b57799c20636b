// Bundles the executable's code into dist/program/: fewer and smaller files start faster. Code that only some runs need
// stays in separate files, which are loaded on demand. The library and the tests use the output of tsc.

import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = `${root}dist/program`;

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.9',
  packages: 'external',
  minifySyntax: true,
  minifyWhitespace: true,
  // V8 holds a source with any other character as two bytes per character.
  charset: 'ascii',
  // All files are in one folder: the package's files and worker modules are located relative to it.
  outdir,
  entryNames: '[name]',
  write: false,
  logLevel: 'warning',
};

// Each worker module is one file: workers start faster than with parts shared with the program.
const built = await Promise.all([
  build({ ...common, entryPoints: ['src/cli/main.ts', 'src/cli/command-thread.ts'], splitting: true }),
  build({
    ...common,
    entryPoints: [
      'src/runtime/worker.ts',
      'src/engine/tile-worker.ts',
      'src/codecs/png/strip-worker.ts',
      'src/analysis/fit/gram-job.ts',
      'src/nn/run/band-worker.ts',
      'src/cli/batch/picture-job.ts',
    ],
  }),
]);

mkdirSync(outdir, { recursive: true });
const files = built.flatMap(({ outputFiles }) => outputFiles ?? []);
for (const { path, contents } of files) {
  // Programs that run during the build never see an incomplete file.
  writeFileSync(`${path}.new`, contents);
  renameSync(`${path}.new`, path);
}
const names = new Set(files.map(({ path }) => basename(path)));
for (const old of readdirSync(outdir).filter((name) => !names.has(name))) rmSync(`${outdir}/${old}`);
