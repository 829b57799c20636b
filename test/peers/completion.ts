// Completion in zsh and fish, with the cases for bash: tsx test/peers/completion.ts, where both are installed. Fails
// with what is missing or wrong.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FILES, failures } from '../support/completion-cases.js';
import { fish, makeFiles, zsh } from '../support/completion-shells.js';

const executable = fileURLToPath(new URL('../../bin/convtool.js', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'convtool-shells-'));
const folder = join(place, 'work');
makeFiles(folder, FILES);

let failed = 0;
for (const [shell, offers] of Object.entries({ fish, zsh })) {
  const script = join(place, `convtool.${shell}`);
  writeFileSync(script, execFileSync(process.execPath, [executable, 'completion', shell]));
  const found = await failures((line) => offers(script, folder, line));
  for (const failure of found) console.error(`${shell}: ${failure}`);
  console.log(`${shell}: ${found.length === 0 ? 'all offered as expected' : `${found.length} failed`}`);
  failed += found.length;
}
rmSync(place, { recursive: true });
process.exitCode = failed > 0 ? 1 : 0;
