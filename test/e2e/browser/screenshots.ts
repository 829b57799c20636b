// The pictures of a report page in the documentation: a shipped sample under emboss, at the width of a desk and of a
// phone. Run by `npm run screenshots`; needs Debian's chromium.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { withPage } from './browser.js';

const inProject = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const SHOTS = [
  { width: 1280, height: 1540, colorScheme: 'light', from: 'html' },
  { width: 390, height: 1560, colorScheme: 'dark', isMobile: true, from: '#viewer' },
] as const;

const folder = mkdtempSync(join(tmpdir(), 'convtool-screenshots-'));
try {
  const page = join(folder, 'report.html');
  const compare = ['compare', '--kernel', 'emboss', '--channels', 'g', '--no-picture', '--quiet'];
  const input = inProject('samples/lighthouse.png');
  execFileSync(process.execPath, [inProject('bin/convtool.js'), ...compare, '--report', page, input]);
  for (const shot of SHOTS) {
    const path = inProject(`docs/images/report-${shot.width}.png`);
    await withPage(page, shot, async ({ page: opened }) => {
      await opened.locator('#said:not(:empty)').waitFor();
      await opened.getByRole('button', { name: 'Largest difference' }).click();
      await opened.locator('.held').waitFor();
      await opened.evaluate(`document.querySelector('${shot.from}').scrollIntoView()`);
      // As few colours as such a page has: a quarter of the bytes.
      await sharp(await opened.screenshot())
        .png({ palette: true, effort: 10 })
        .toFile(path);
    });
    console.log(path);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
