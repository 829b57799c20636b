// Debian's Chromium, driven by playwright-core: a fresh profile, no network of its own, removed after use. Records
// errors that a page logs, and every address that it requests.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export interface Look {
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
  /** A phone: touch instead of a mouse, and its idea of the viewport. */
  readonly isMobile?: boolean;
  readonly deviceScaleFactor?: number;
}

export interface Opened {
  readonly page: Page;
  /** Errors of the console and of the script. */
  readonly errors: readonly string[];
  /** Every requested address, except the page itself and data URLs in it. */
  readonly requests: readonly string[];
}

/** Opens a file as a page, hands it on, and closes everything. */
export async function withPage<T>(file: string, look: Look, use: (opened: Opened) => Promise<T>): Promise<T> {
  const { width, height, colorScheme, isMobile = false, deviceScaleFactor = 1 } = look;
  const profile = mkdtempSync(join(tmpdir(), 'convtool-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    args: ARGUMENTS,
    headless: true,
    timeout: 120_000,
    viewport: { width, height },
    colorScheme,
    isMobile,
    hasTouch: isMobile,
    deviceScaleFactor,
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const errors: string[] = [];
    const requests: string[] = [];
    const address = pathToFileURL(file).href;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && request.url().split('#')[0] !== address)
        requests.push(request.url());
    });
    await page.goto(address);
    // A page counts as loaded while its script still unpacks the maps.
    await page.locator('#viewer[aria-busy=false]').waitFor();
    return await use({ page, errors, requests });
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
