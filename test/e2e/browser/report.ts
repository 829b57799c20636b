// Report pages in a browser: the divider moves, the crosshair computes the values of the definition and of `convtool
// explain`, nothing is loaded or logged, every control has a name, and nothing is wider than a phone. Run by `npm run
// test:browser` (with part of a case's name: only that); needs Debian's chromium.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { loadKernel, readImage } from '../../../dist/index.js';
import { type Look, type Opened, withPage } from './browser.js';

const EXECUTABLE = fileURLToPath(new URL('../../../bin/convtool.js', import.meta.url));
const LIGHTHOUSE = fileURLToPath(new URL('../../../samples/lighthouse.png', import.meta.url));
const GRAY16 = fileURLToPath(new URL('../../../samples/gray16.png', import.meta.url));

const DESK: Look = { width: 1280, height: 900, colorScheme: 'light' };
const PHONE: Look = { width: 390, height: 844, colorScheme: 'dark', isMobile: true, deviceScaleFactor: 2 };

/** Even, off its anchor, with a divisor and a bias: nothing about it is the same in both orientations. */
const COMET = JSON.stringify({
  weights: [
    [1, 2, 0, -3],
    [0, 4, 5, 1],
  ],
  anchor: [0, 1],
  divisor: 4,
  bias: 2.5,
});

const folder = mkdtempSync(join(tmpdir(), 'convtool-browser-'));

function convtool(...args: readonly string[]): string {
  return execFileSync(process.execPath, [EXECUTABLE, ...args], { encoding: 'utf8' });
}

/** Writes the page of a comparison. */
function report(name: string, image: string, kernel: string, ...more: readonly string[]): string {
  const path = join(folder, name);
  convtool('compare', '--kernel', kernel, '--no-picture', '--quiet', '--report', path, ...more, image);
  return path;
}

/** The numbers of one orientation as the page shows them: `plain` or `flipped`. */
async function shown(page: Page, way: 'plain' | 'flipped') {
  // Drawn with the next frame.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const all = (selector: string) =>
    page
      .locator(`#${way}-sum ${selector}`)
      .evaluateAll((found) => found.map((one) => Number(one.getAttribute('value'))));
  const [patch, weights, products] = [
    await all('table.sample data'),
    await all('table.weight data'),
    await all('table.product data'),
  ];
  const [sum, response, stored] = await Promise.all(
    ['.result .sum', '.result .response', '.result .stored'].map(async (one) => (await all(one))[0]!),
  );
  return { patch, weights, products, sum: sum!, response: response!, stored: stored! };
}

const placeOf = async (page: Page) => [
  Number(await page.locator('#x').inputValue()),
  Number(await page.locator('#y').inputValue()),
];

/** Where the maps are, once all of them is in view. */
async function stageBox(page: Page) {
  await page.locator('#stage').scrollIntoViewIfNeeded();
  return (await page.locator('#stage').boundingBox())!;
}

/** No error was logged, and no network request was made. */
function expectQuiet({ errors, requests }: Opened): void {
  assert.deepEqual({ errors, requests }, { errors: [], requests: [] });
}

async function expectNoOverflow(page: Page): Promise<void> {
  const [content, view] = (await page.evaluate(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  )) as [number, number];
  assert.ok(content <= view, `${content} pixels of content in ${view}`);
}

const cases: Record<string, () => Promise<void>> = {
  async 'the divider moves by mouse and by keys, and shows more of one map and less of the other'() {
    await withPage(report('divider.html', LIGHTHOUSE, 'sobel-x'), DESK, async (opened) => {
      const { page } = opened;
      const stage = page.locator('#stage');
      const slider = page.locator('#split');
      const box = await stageBox(page);
      // The flip map is cut off left of the divider.
      const share = async () => {
        const clip = await page.evaluate('getComputedStyle(document.getElementById("flipped")).clipPath');
        return Number(/inset\(0px 0px 0px ([\d.]+)%\)/.exec(String(clip))![1]);
      };
      const picture = () => stage.screenshot();
      assert.equal(await share(), 50);
      const middle = await picture();
      const handle = { x: box.x + box.width / 2, y: box.y + box.height - 28 };
      await page.mouse.move(handle.x, handle.y);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.25, handle.y, { steps: 4 });
      await page.mouse.up();
      assert.ok(Math.abs((await share()) - 25) < 1, `dragged to 25 %: ${await share()}`);
      assert.equal(await slider.inputValue(), String(await share()));
      assert.notDeepEqual(await picture(), middle);
      await slider.focus();
      await page.keyboard.press('End');
      assert.equal(await share(), 100);
      await page.keyboard.press('Home');
      assert.equal(await share(), 0);
      for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight');
      assert.equal(await share(), 10);
      const range = (await slider.boundingBox())!;
      await slider.click({ position: { x: range.width * 0.8, y: range.height / 2 } });
      assert.ok(Math.abs((await share()) - 80) < 2, `clicked at 80 %: ${await share()}`);
      // Without signs both maps of an antisymmetric kernel are the same picture, wherever the divider is.
      await page.locator('#magnitude').check();
      await page.locator('#magnitude').blur();
      await page.addStyleTag({ content: '.divider, .cross { display: none }' });
      const right = await picture();
      await slider.fill('20');
      assert.ok(right.equals(await picture()), '|maps| are equal');
      expectQuiet(opened);
    });
  },

  async 'pointing shows what the definition gives'() {
    const path = report('pointing.html', LIGHTHOUSE, COMET, '--border', 'reflect101');
    const kernel = await loadKernel(COMET);
    const { samples } = await readImage(LIGHTHOUSE);
    await withPage(path, DESK, async (opened) => {
      const { page } = opened;
      const box = await stageBox(page);
      for (const [x, y] of [
        [0, 0],
        [320, 200],
        [639, 426],
        [2, 425],
      ] as const) {
        const at = [
          ((x + 0.5) / samples.width) * box.width,
          ((y + 0.5) / samples.height) * box.height,
        ] as const;
        await page.mouse.move(box.x + at[0], box.y + at[1]);
        for (const way of ['plain', 'flipped'] as const) {
          const { sum, response, products } = await shown(page, way);
          assert.deepEqual(await placeOf(page), [x, y]);
          // By hand: correlation reads to the right of and below the anchor, convolution to the left and above.
          const sign = way === 'plain' ? 1 : -1;
          const mirror = (i: number, size: number) => (i < 0 ? -i : i >= size ? 2 * size - 2 - i : i);
          let expected = 0;
          for (let j = 0; j < 2; j++) {
            for (let i = 0; i < 4; i++) {
              const column = mirror(x + sign * i, samples.width);
              const row = mirror(y + sign * (j - 1), samples.height);
              expected += kernel.weights[j * 4 + i]! * samples.data[(row * samples.width + column) * 3]!;
            }
          }
          assert.equal(sum, expected);
          assert.equal(
            products.reduce((total, product) => total + product, 0),
            expected,
          );
          assert.equal(response, expected / 4 + 2.5);
        }
      }
      expectQuiet(opened);
    });
  },

  async 'arrow keys show what convtool explain prints'() {
    const options = ['--border', 'constant:9', '--stride', '2,1', '--dilation', '1,2', '--extent', 'full'];
    await withPage(report('keys.html', LIGHTHOUSE, COMET, ...options), DESK, async (opened) => {
      const { page } = opened;
      const compareWithExplain = async () => {
        const [x, y] = await placeOf(page);
        const lines = convtool(
          ...['explain', '--at', `${x},${y}`, '--kernel', COMET, ...options, '--both', '--json', LIGHTHOUSE],
        );
        const explained: Explained[] = lines
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
        const channel = Number(await page.locator('#channel').inputValue());
        for (const way of ['plain', 'flipped'] as const) {
          const { patch, weights, products, sum, response, stored } = await shown(page, way);
          const of = explained.filter(({ flip }) => flip === (way === 'flipped'))[channel]!;
          assert.deepEqual(patch, of.patch.flat());
          assert.deepEqual(weights, of.kernelAsApplied.flat());
          assert.deepEqual(products, of.products.flat());
          assert.deepEqual([sum, response, stored], [of.sum, of.exact, of.response]);
        }
      };
      await page.locator('#x').fill('0');
      await page.locator('#x').press('Enter');
      await page.locator('#y').fill('0');
      await page.locator('#y').press('Enter');
      await page.locator('#stage').focus();
      assert.deepEqual(await placeOf(page), [0, 0]);
      await compareWithExplain();
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'Shift+ArrowDown', 'ArrowLeft', 'ArrowUp'])
        await page.keyboard.press(key);
      assert.deepEqual(await placeOf(page), [1, 10]);
      await compareWithExplain();
      await page.locator('#channel').selectOption('2');
      await page.getByRole('button', { name: 'Largest difference' }).click();
      await compareWithExplain();
      await page.getByRole('button', { name: 'One up' }).click();
      await compareWithExplain();
      expectQuiet(opened);
    });
  },

  async 'a pinned place stays, whatever is pointed at, until it is unpinned'() {
    await withPage(report('held.html', GRAY16, 'emboss'), DESK, async (opened) => {
      const { page } = opened;
      const box = await stageBox(page);
      await page.mouse.click(box.x + 20, box.y + 20);
      const held = await placeOf(page);
      await page.mouse.move(box.x + 200, box.y + 100);
      assert.deepEqual(await placeOf(page), held);
      await page.keyboard.press('Escape');
      await page.mouse.move(box.x + 220, box.y + 100);
      assert.notDeepEqual(await placeOf(page), held);
      expectQuiet(opened);
    });
  },

  async 'a bank: shows one kernel, chosen by name or by link'() {
    await withPage(report('bank.html', GRAY16, 'kirsch'), DESK, async (opened) => {
      const { page } = opened;
      const visible = () => page.locator('section.kernel:visible h2').allTextContents();
      const names = await page.locator('#kernel option').allTextContents();
      assert.equal(names.length, 8);
      assert.deepEqual(await visible(), [names[0]]);
      await page.locator('#kernel').selectOption('3');
      await page.locator('#kernel-4 #viewer').waitFor();
      assert.deepEqual(await visible(), [names[3]]);
      await page.getByRole('link', { name: names[5]!, exact: true }).click();
      await page.locator('#kernel-6 #viewer').waitFor();
      assert.deepEqual(await visible(), [names[5]]);
      const { weights } = await shown(page, 'plain');
      const { weights: turned } = await shown(page, 'flipped');
      assert.deepEqual(turned, [...weights].reverse());
      expectQuiet(opened);
    });
  },

  async 'a phone: taps, no sideways scrolling, also with a large kernel'() {
    for (const [name, kernel] of [
      ['phone', 'sobel-x'],
      ['phone-large', 'gabor:theta=30,lambda=8,sigma=4'],
      ['phone-bank', 'frei-chen'],
    ] as const) {
      await withPage(
        report(`${name}.html`, LIGHTHOUSE, kernel, '--channels', 'gray'),
        PHONE,
        async (opened) => {
          const { page } = opened;
          await page.locator('#viewer').waitFor();
          await expectNoOverflow(page);
          const box = await stageBox(page);
          // A browser waits a little whether a tap is more than that.
          const before = await placeOf(page);
          await page.touchscreen.tap(box.x + box.width / 4, box.y + box.height / 4);
          for (let i = 0; i < 40 && String(await placeOf(page)) === String(before); i++)
            await page.waitForTimeout(50);
          const [x, y] = await placeOf(page);
          // A quarter of the way over the part of the map that the page holds.
          for (const [axis, value] of [['x', x!] as const, ['y', y!] as const]) {
            const [first, last] = await Promise.all(
              ['min', 'max'].map(async (end) => Number(await page.locator(`#${axis}`).getAttribute(end))),
            );
            const expected = first! + (last! - first!) / 4;
            assert.ok(Math.abs(value - expected) <= 2, `tapped at ${axis} = ${value}, expected ${expected}`);
          }
          await expectNoOverflow(page);
          expectQuiet(opened);
        },
      );
    }
  },

  async 'names, focus and contrast in light and dark'() {
    const path = report('names.html', LIGHTHOUSE, 'sobel-x', '--channels', 'gray');
    for (const colorScheme of ['light', 'dark'] as const) {
      await withPage(path, { ...DESK, colorScheme }, async (opened) => {
        const { page } = opened;
        await page.locator('#viewer').waitFor();
        for (const [role, name] of [
          ['slider', /Divider/],
          ['application', /Arrow keys/],
          ['checkbox', /response/],
          ['spinbutton', 'x'],
          ['spinbutton', 'y'],
          ['img', /Histogram of responses/],
          ['img', /Frequency response/],
          ['img', 'Difference, no-flip less flip'],
        ] as const)
          assert.equal(await page.getByRole(role, { name, exact: true }).count(), 1, `${role} ${name}`);
        await expectFocusSeen(page);
        const poor = (await page.evaluate(CONTRASTS)) as string[];
        assert.deepEqual(poor, [], `contrast below 4.5 : 1, ${colorScheme}`);
        const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
        assert.match(String(ground), colorScheme === 'dark' ? /rgb\(20, 20, 23\)/ : /rgb\(251, 251, 250\)/);
        expectQuiet(opened);
      });
    }
  },
};

/** Every element that the Tab key reaches shows that it has the focus. */
async function expectFocusSeen(page: Page): Promise<void> {
  const reached: string[] = [];
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const [id, outline] = (await page.evaluate(
      '(() => { const a = document.activeElement; const s = getComputedStyle(a); return [a.id || a.getAttribute("aria-label") || a.tagName, s.outlineStyle + s.outlineWidth] })()',
    )) as [string, string];
    if (id === 'BODY') break;
    assert.equal(outline, 'solid3px', `focus on ${id} is seen`);
    reached.push(id);
  }
  for (const id of ['stage', 'split', 'magnitude', 'x', 'y', 'farthest', 'One to the left'])
    assert.ok(reached.includes(id), `Tab reaches ${id}: ${reached.join(', ')}`);
}

/** In the page: texts whose contrast to their background is too low by WCAG 2's formula. */
const CONTRASTS = `(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (!own || !element.checkVisibility() || element.closest('.unseen, script, style, option')) continue;
    const style = getComputedStyle(element);
    const ink = numbers(element.namespaceURI.endsWith('svg') ? style.fill : style.color).slice(0, 3);
    const [a, b] = [light(ink), light(groundOf(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(element.tagName + ' ' + element.textContent.slice(0, 40) + ' ' + ratio.toFixed(2));
  }
  return poor;
})()`;

/** The output of `explain --both --json`: a line for each orientation and channel. */
interface Explained {
  readonly flip: boolean;
  readonly patch: readonly (readonly number[])[];
  readonly kernelAsApplied: readonly (readonly number[])[];
  readonly products: readonly (readonly number[])[];
  readonly sum: number;
  readonly exact: number;
  readonly response: number;
}

try {
  const asked = process.argv[2] ?? '';
  for (const [name, run] of Object.entries(cases).filter(([name]) => name.includes(asked))) {
    const started = performance.now();
    await run();
    console.log(`ok  ${name}  (${Math.round(performance.now() - started)} ms)`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
