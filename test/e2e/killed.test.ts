// Runs that are killed repeatedly and continued with --resume: every output is complete at any moment, and the final
// result equals that of an uninterrupted run.

import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convtool, convtoolIn, EXECUTABLE, filesOf, inFolder } from '../support/cli.js';
import { smallPng } from '../support/picture-bytes.js';

const picture = await smallPng(350, 280);
const pictures = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`in/${i}.png`, picture]));

describe('kill -9 at fifty random moments of writing, 25 of each format, each time continued', () => {
  it.each(['png', 'npy'])('%s: the final result is as without interruption', async (format) => {
    const kernels = ['-k', 'box-3', '-k', 'sobel-x'];
    const args = ['apply', ...kernels, '--quiet', '--resume', '--format', format, '-o', 'out/', 'in'];
    const files = pictures;
    const whole = await convtool(args, { files });
    expect(whole.status).toBe(0);
    const outputs = (all: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(all).filter(([path]) => /^out\/[^.]/.test(path)));
    const expected = new Map(
      Object.entries(outputs(whole.after)).map(([path, bytes]) => [path, Buffer.from(bytes, 'latin1')]),
    );
    await inFolder({ files }, async (folder) => {
      const out = join(folder, 'out');
      mkdirSync(out);
      let killed = 0;
      for (let round = 0; round < 25; round++) {
        // Half of the moments are during the first outputs of a run.
        if ((await killedWhileWriting(folder, args, round % 2 === 0 ? 5 : 60)) === 'SIGKILL') killed++;
        // The output is complete, whenever the process was killed.
        for (const name of readdirSync(out)) {
          if (name.startsWith('.')) continue;
          const bytes = readFileSync(join(out, name));
          expect(expected.get(`out/${name}`)?.equals(bytes), `${name} after round ${round}`).toBe(true);
        }
        // Work is left for the next round.
        removeFirst(out);
      }
      expect(killed).toBeGreaterThan(20);
      expect((await convtoolIn(folder, args)).status).toBe(0);
      const after = filesOf(folder);
      expect(outputs(after)).toEqual(outputs(whole.after));
      expect(Object.keys(after).filter((path) => path.endsWith('.tmp'))).toEqual([]);
    });
  });
});

/** Runs the executable and kills it at a random moment, up to `ms` after it began to write; the signal that ended it. */
function killedWhileWriting(
  folder: string,
  args: readonly string[],
  ms: number,
): Promise<NodeJS.Signals | null> {
  const out = join(folder, 'out');
  const before = new Set(readdirSync(out));
  const watcher = watch(out, (_, name) => {
    if (before.has(name!)) return;
    watcher.close();
    setTimeout(() => child.kill('SIGKILL'), Math.random() * ms);
  });
  const child = spawn(process.execPath, [EXECUTABLE, ...args], { cwd: folder, stdio: 'ignore' });
  return new Promise((resolve) =>
    child.on('close', (_, signal) => {
      watcher.close();
      resolve(signal);
    }),
  );
}

/** Removes the outputs of the first twenty pictures. */
function removeFirst(out: string): void {
  for (const name of readdirSync(out)) if (/^1?\d\./.test(name)) rmSync(join(out, name));
}
