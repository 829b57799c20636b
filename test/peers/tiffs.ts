// Checks that every TIFF written by tifffile and libtiff is read correctly, or refused with its name. make_tiffs.py
// writes all of them, with their samples according to NumPy. `npx tsx test/peers/tiffs.ts`: exit 1 if one is read
// wrong. Debian packages: python3-tifffile libtiff-tools.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TiffCase, verdictOf } from '../support/tiff-cases.js';

const SCRIPT = fileURLToPath(new URL('../fixtures/make_tiffs.py', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'convtool-tiffs-'));
try {
  const made = spawnSync('/usr/bin/python3', [SCRIPT, folder], { stdio: 'inherit' });
  if (made.status !== 0) throw new Error('make_tiffs.py failed');
  const cases = JSON.parse(readFileSync(join(folder, 'list.json'), 'utf8')) as TiffCase[];
  const counts = { right: 0, refused: 0, wrong: 0 };
  for (const one of cases) {
    const samples = one.shape && readFileSync(join(folder, `${one.name}.raw`));
    const { verdict, why } = await verdictOf(one, readFileSync(join(folder, `${one.name}.tif`)), samples);
    counts[verdict]++;
    if (verdict === 'wrong') console.log(`${one.name}: ${why}`);
  }
  console.log(`${cases.length} TIFFs: ${JSON.stringify(counts)}`);
  process.exitCode = counts.wrong > 0 || counts.right === 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
