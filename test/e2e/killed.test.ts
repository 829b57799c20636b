// Runs that are killed repeatedly and continued with --resume: every output is complete at any moment, and the final
// result equals that of an uninterrupted run.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convtool, convtoolIn, EXECUTABLE, filesOf, inFolder } from '../support/cli.js';
import { smallPng } from '../support/picture-bytes.js';

const picture = await smallPng(700, 500);
const pictures = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`in/${i}.png`, picture]));

describe('kill -9 at fifty random moments, each time continued', () => {
  it.each(['png', 'npy'])('%s: the final result is as without interruption', async (format) => {
    const kernels = ['-k', 'box-3', '-k', 'sobel-x'];
    const args = ['apply', ...kernels, '--quiet', '--resume', '--format', format, '-o', 'out/', 'in'];
    const files = pictures;
    const whole = await convtool(args, { files });
    expect(whole.status).toBe(0);
    const outputs = (all: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(all).filter(([path]) => /^out\/[^.]/.test(path)));
    await inFolder({ files }, async (folder) => {
      let killed = 0;
      for (let round = 0; round < 50; round++) {
        const child = spawn(process.execPath, [EXECUTABLE, ...args], { cwd: folder, stdio: 'ignore' });
        const ended = new Promise<NodeJS.Signals | null>((resolve) =>
          child.on('close', (_, signal) => resolve(signal)),
        );
        // Half of the moments are during the first outputs of a run; otherwise the first runs would do all of the work.
        setTimeout(() => child.kill('SIGKILL'), 150 + Math.random() * 350);
        if ((await ended) === 'SIGKILL') killed++;
        // The output is complete, whenever the process was killed.
        for (const name of existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')) : []) {
          if (name.startsWith('.')) continue;
          const bytes = readFileSync(join(folder, 'out', name), 'latin1');
          expect(bytes === whole.after[`out/${name}`], `${name} after round ${round}`).toBe(true);
        }
        // Work is left for the next round.
        if (round % 5 === 4) removeFirst(join(folder, 'out'));
      }
      expect(killed).toBeGreaterThan(25);
      expect((await convtoolIn(folder, args)).status).toBe(0);
      const after = await filesOf(folder);
      expect(outputs(after)).toEqual(outputs(whole.after));
      expect(Object.keys(after).filter((path) => path.endsWith('.tmp'))).toEqual([]);
    });
  });
});

/** Removes the outputs of the first twenty pictures. */
function removeFirst(out: string): void {
  for (const name of existsSync(out) ? readdirSync(out) : [])
    if (/^1?\d\./.test(name)) rmSync(join(out, name));
}
