// The script of a report page: shows one kernel and channel at a time, and the sample under the crosshair.
// Runs in a browser on the embedded data, without network access.

import type { SampleArray } from '../../../core/image.js';
import type { KernelData, PageData } from '../page-data.js';
import { WorkedResponses } from '../worked.js';
import { Crosshair, type Place } from './crosshair.js';
import { startDivider } from './divider.js';
import { channelOf, drawMap } from './draw-map.js';
import { readPageData, unpack } from './embedded.js';
import { showEquation, text } from './equation.js';

/** The shown part of both maps of a kernel. */
interface Maps {
  readonly plain: SampleArray;
  readonly flipped: SampleArray;
}

function find<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found as T;
}

const data = readPageData();
const viewer = find('viewer');
const [stage, picture] = [find('stage'), find('image')];
const [canvases, channelChoice, magnitude] = [
  {
    plain: find<HTMLCanvasElement>('plain'),
    flipped: find<HTMLCanvasElement>('flipped'),
    difference: find<HTMLCanvasElement>('difference'),
  },
  find<HTMLSelectElement>('channel'),
  find<HTMLInputElement>('magnitude'),
];
const sections = [...document.querySelectorAll<HTMLElement>('section.kernel')];
const mapsByKernel = new Map<KernelData, Maps>();
const workedResponses = new WorkedResponses(data, await unpack(data.samples.data));
const full = data.samples.depth === 'float' ? 1 : 2 ** data.samples.depth - 1;

let kernel = data.kernels[0]!;
let maps = await mapsOf(kernel);
let channel = 0;
let frame = 0;

const crosshair = new Crosshair(
  {
    stages: [stage, canvases.difference.parentElement!],
    focus: stage,
    x: find('x'),
    y: find('y'),
    nudges: [...document.querySelectorAll<HTMLElement>('[data-step]')],
  },
  (at, isHeld) => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => showSample(at, isHeld));
  },
);

async function mapsOf(of: KernelData): Promise<Maps> {
  const known = mapsByKernel.get(of);
  if (known) return known;
  const plain = await unpack(of.plain);
  const both = { plain, flipped: await flippedMapOf(of, plain) };
  mapsByKernel.set(of, both);
  return both;
}

async function flippedMapOf({ flipped }: KernelData, plain: SampleArray): Promise<SampleArray> {
  if (flipped === 'same') return plain;
  // Avoids −0, which would be displayed differently.
  return flipped === 'negated' ? plain.map((response) => 0 - response) : unpack(flipped);
}

async function showKernel(index: number): Promise<void> {
  viewer.ariaBusy = 'true';
  const of = data.kernels[index]!;
  const both = await mapsOf(of);
  [kernel, maps] = [of, both];
  sections.forEach((section, i) => {
    section.hidden = i !== index;
  });
  sections[index]!.querySelector('.slot')!.append(viewer);
  channelChoice.replaceChildren(...kernel.channels.map(({ name }, i) => new Option(name, String(i))));
  channelChoice.parentElement!.hidden = kernel.channels.length === 1;
  showChannel(Math.min(channel, kernel.channels.length - 1));
  crosshair.moveInto(kernel.region, largestDifference());
  viewer.ariaBusy = 'false';
}

function showChannel(index: number): void {
  channel = index;
  channelChoice.value = String(index);
  for (const chart of document.querySelectorAll<HTMLElement>('[data-channel]'))
    chart.hidden = chart.dataset.channel !== String(index);
  showMaps();
}

function showMaps(): void {
  const { region, channels, scales } = kernel;
  const { look, most, mostDifference } = scales[channel]!;
  const plain = channelOf(maps.plain, channels.length, channel);
  const flipped = channelOf(maps.flipped, channels.length, channel);
  const isGrey = look === 'grey' || magnitude.checked;
  const shown = magnitude.checked
    ? (of: typeof plain) => (i: number) => Math.abs(of(i))
    : (of: typeof plain) => of;
  const shade = { look: isGrey ? 'grey' : 'signed', most } as const;
  drawMap(canvases.plain, shown(plain), region, shade);
  drawMap(canvases.flipped, shown(flipped), region, shade);
  const apart = { look: 'signed', most: mostDifference } as const;
  const [a, b] = [shown(plain), shown(flipped)];
  find('difference-name').textContent = magnitude.checked ? '|no-flip| less |flip|' : 'no-flip less flip';
  drawMap(canvases.difference, (i) => a(i) - b(i), region, apart);
  for (const scale of document.querySelectorAll<HTMLElement>('.scale')) {
    const isOfMaps = scale.dataset.scale === 'maps';
    scale.hidden = isOfMaps && (scale.dataset.look === 'grey') !== isGrey;
    const end = isOfMaps ? most : mostDifference;
    const low = isOfMaps && isGrey ? 0 : -end;
    scale.querySelector('.low')!.textContent = `≤ ${text(low, 4)}`;
    scale.querySelector('.high')!.textContent = `≥ ${text(end, 4)}`;
  }
}

function showSample(at: Place, isHeld: boolean): void {
  const { region, channels } = kernel;
  const index = ((at[1] - region.top) * region.width + at[0] - region.left) * channels.length + channel;
  const [plain, flipped] = [maps.plain[index]!, maps.flipped[index]!];
  cross(stage, (at[0] - region.left + 0.5) / region.width, (at[1] - region.top + 0.5) / region.height);
  cross(
    canvases.difference.parentElement!,
    (at[0] - region.left + 0.5) / region.width,
    (at[1] - region.top + 0.5) / region.height,
  );
  const [px, py] = workedResponses.position(kernel, false, at);
  cross(picture.parentElement!, (px + 0.5) / data.image.width, (py + 0.5) / data.image.height);
  viewer.classList.toggle('held', isHeld);
  find('said').textContent =
    `Sample ${at[0]}, ${at[1]}${channels.length > 1 ? `, channel ${channels[channel]!.name}` : ''}: no-flip ${text(plain)}, flip ${text(flipped)}, difference ${text(plain - flipped)}${isHeld ? '. Held; Esc releases it' : ''}`;
  if (data.notOneSum !== null) return;
  const ways = [
    ['plain-sum', false, plain, 'no-flip: correlation, the kernel as written'],
    ['flipped-sum', true, flipped, 'flip: convolution, the kernel rotated by 180°'],
  ] as const;
  for (const [id, flip, stored, title] of ways)
    showEquation(
      find(id),
      title,
      workedResponses.workOut(kernel, flip, at, channel),
      stored,
      kernel,
      channel,
      full,
    );
}

function cross(place: HTMLElement, x: number, y: number): void {
  place.style.setProperty('--x', `${100 * x}%`);
  place.style.setProperty('--y', `${100 * y}%`);
}

/** The shown sample with the largest difference between both maps, else with the largest response. */
function largestDifference(): Place {
  const { region, channels } = kernel;
  let [best, score] = [0, -1];
  for (let i = 0; i < region.width * region.height; i++) {
    const [a, b] = [maps.plain[i * channels.length + channel]!, maps.flipped[i * channels.length + channel]!];
    // A difference takes precedence over any response.
    const own = a === b ? Math.abs(a) / 3.5e38 : 1 + Math.abs(a - b);
    if (own > score) [best, score] = [i, own];
  }
  return [region.left + (best % region.width), region.top + Math.floor(best / region.width)];
}

/** The part of the image under the shown part of the maps, if that is not all. */
function showFrame(): void {
  const [left, top] = workedResponses.position(kernel, false, [kernel.region.left, kernel.region.top]);
  const right = left + kernel.region.width * data.stride[0];
  const bottom = top + kernel.region.height * data.stride[1];
  const box = find('frame');
  const { width, height } = data.image;
  box.hidden = left <= 0 && top <= 0 && right >= width && bottom >= height;
  box.style.inset = `${(100 * top) / height}% ${100 - (100 * right) / width}% ${100 - (100 * bottom) / height}% ${(100 * left) / width}%`;
}

function kernelFromUrl(page: PageData): number {
  const index = Number(/^#kernel-(\d+)$/.exec(location.hash)?.[1] ?? 1) - 1;
  return page.kernels[index] ? index : 0;
}

async function selectKernel(index: number): Promise<void> {
  await showKernel(index);
  showFrame();
  const select = document.getElementById('kernel') as HTMLSelectElement | null;
  if (select) select.value = String(index);
}

startDivider(stage, find<HTMLInputElement>('split'), find('divider'));
channelChoice.addEventListener('change', () => {
  showChannel(Number(channelChoice.value));
  crosshair.moveInto(kernel.region);
});
magnitude.addEventListener('change', showMaps);
find('farthest').addEventListener('click', () => crosshair.hold(largestDifference()));
document.getElementById('kernel')?.addEventListener('change', (event) => {
  void selectKernel(Number((event.target as HTMLSelectElement).value));
});
addEventListener('hashchange', () => void selectKernel(kernelFromUrl(data)));
for (const chooser of document.querySelectorAll<HTMLElement>('.chooser')) chooser.hidden = false;
viewer.hidden = false;
await selectKernel(kernelFromUrl(data));
