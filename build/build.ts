// Builds dist/: the WebAssembly modules, the script of report pages, the library and the executable's bundle. The steps
// are independent and run in parallel. Does nothing if nothing has changed since the last build.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWasmTypes } from './wasm-types.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Contains the digest of the sources of dist/ and the number of files built; it is deleted with dist/. */
const RECORD = join(root, 'dist/.built-from');

const ASC = '-O3 --enable simd --runtime stub --importMemory --noAssert --disableWarning 112';
const PAGE = 'src/render/html/page/page';

/** The sources of each WebAssembly module, and the interface of its exports, which is written next to it. */
const MODULES = [
  { source: 'src/engine/wasm/engine.ts', wasm: 'dist/engine/engine', exports: 'Loops' },
  { source: 'src/codecs/png/wasm/png.ts', wasm: 'dist/codecs/png/png', exports: 'PngLoops' },
  { source: 'src/nn/simd/layers.ts', wasm: 'dist/nn/layers', exports: 'LayerLoops' },
] as const;
const [ENGINE, ...OTHERS] = MODULES.map(({ source, wasm }) => `asc ${source} ${ASC} --outFile ${wasm}.wasm`);

/** The command lines, the longest first; programs are those of node_modules. */
const STEPS: readonly string[] = [
  ENGINE!,
  'tsc -p .',
  ...OTHERS,
  'tsx build/program.ts',
  `esbuild ${PAGE}.ts ${PAGE}.css --bundle --format=esm --target=es2022 --charset=utf8 --log-level=warning --outdir=dist/render/html/page`,
];

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** A digest of everything that dist/ depends on: the sources, the steps, and the versions of the programs. */
function digestOfInputs(): string {
  const hash = createHash('sha256').update(process.version);
  const folders = ['src', 'build'].flatMap(filesIn);
  const others = ['package.json', 'package-lock.json', 'tsconfig.json'].map((name) => join(root, name));
  for (const path of [...folders, ...others].sort())
    hash
      .update(`${path.slice(root.length)}\0`)
      .update(readFileSync(path))
      .update('\0');
  return hash.digest('hex');
}

/** Runs a step; its output goes to this process's streams. @throws if it fails. */
function run(step: string): Promise<void> {
  const [program, ...args] = step.split(' ');
  const child = spawn(join(root, 'node_modules/.bin', program!), args, { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`build: failed: ${step}`));
    });
  });
}

/** Runs all steps, as many at once as there are processors. */
async function runAll(): Promise<void> {
  const waiting = [...STEPS];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) await run(step);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

/** Whether dist/ was built from these inputs, and its files are complete. */
function isBuiltFrom(digest: string): boolean {
  if (!existsSync(RECORD)) return false;
  const { mtimeMs } = statSync(RECORD);
  return (
    readFileSync(RECORD, 'utf8') === recordOf(digest) &&
    outputs().every((path) => statSync(path).mtimeMs <= mtimeMs)
  );
}

function recordOf(digest: string): string {
  return `${digest} ${outputs().length}\n`;
}

const outputs = () => filesIn('dist').filter((path) => path !== RECORD);

const digest = digestOfInputs();
if (!isBuiltFrom(digest)) {
  mkdirSync(join(root, 'dist'), { recursive: true });
  rmSync(RECORD, { force: true });
  for (const { source, wasm, exports } of MODULES)
    writeWasmTypes(join(root, source), exports, join(root, `${wasm}.wasm.d.ts`));
  await runAll();
  writeFileSync(RECORD, recordOf(digest));
}
