// The script of a report page: shows one kernel and channel at a time, and the sample under the crosshair.
// Runs in a browser on the embedded data, without network access.

import type { SampleArray } from '../../../core/image.js';
import type { Embedded, KernelData, PageData } from '../page-data.js';
import { WorkedResponses } from '../worked.js';
import { Crosshair, type Place } from './crosshair.js';
import { drawMap } from './draw-map.js';
import { showEquation, text } from './equation.js';

/** The shown part of both maps of a kernel. */
type Maps = Readonly<Record<'plain' | 'flipped', SampleArray>>;

function find<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found as T;
}

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
const viewer = find('viewer');
const [stage, picture] = [find('stage'), find('image')];
const canvases = {
  plain: find<HTMLCanvasElement>('plain'),
  flipped: find<HTMLCanvasElement>('flipped'),
  difference: find<HTMLCanvasElement>('difference'),
};
const channelChoice = find<HTMLSelectElement>('channel');
const magnitude = find<HTMLInputElement>('magnitude');
const stages = [stage, canvases.difference.parentElement!];
/** Selects the kernel of a bank. */
const kernelChoice = document.getElementById('kernel') as HTMLSelectElement | null;
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
    stages,
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

async function selectKernel(index: number): Promise<void> {
  viewer.ariaBusy = 'true';
  const of = data.kernels[index]!;
  const both = await mapsOf(of);
  [kernel, maps] = [of, both];
  for (const [i, section] of sections.entries()) section.hidden = i !== index;
  sections[index]!.querySelector('.slot')!.append(viewer);
  channelChoice.replaceChildren(...kernel.channels.map(({ name }, i) => new Option(name, String(i))));
  channelChoice.parentElement!.hidden = kernel.channels.length === 1;
  showChannel(Math.min(channel, kernel.channels.length - 1));
  crosshair.moveInto(kernel.region, largestDifference());
  viewer.ariaBusy = 'false';
  showFrame();
  if (kernelChoice) kernelChoice.value = String(index);
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
  const isGrey = look === 'grey' || magnitude.checked;
  // Read once, not for each sample.
  const [count, offset] = [channels.length, channel];
  const shown = (map: SampleArray) => {
    const response = (i: number) => map[i * count + offset]!;
    return magnitude.checked ? (i: number) => Math.abs(response(i)) : response;
  };
  const [plain, flipped] = [shown(maps.plain), shown(maps.flipped)];
  const shade = { look: isGrey ? 'grey' : 'signed', most } as const;
  drawMap(canvases.plain, plain, region, shade);
  drawMap(canvases.flipped, flipped, region, shade);
  const apart = { look: 'signed', most: mostDifference } as const;
  drawMap(canvases.difference, (i) => plain(i) - flipped(i), region, apart);
  find('difference-name').textContent = magnitude.checked ? '|no-flip| less |flip|' : 'no-flip less flip';
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
  const [x, y] = [(at[0] - region.left + 0.5) / region.width, (at[1] - region.top + 0.5) / region.height];
  for (const place of stages) cross(place, x, y);
  const [px, py] = workedResponses.position(kernel, false, at);
  cross(picture.parentElement!, (px + 0.5) / data.image.width, (py + 0.5) / data.image.height);
  viewer.classList.toggle('held', isHeld);
  find('said').textContent =
    `Sample ${at[0]}, ${at[1]}${channels.length > 1 ? `, channel ${channels[channel]!.name}` : ''}: no-flip ${text(plain)}, flip ${text(flipped)}, difference ${text(plain - flipped)}${isHeld ? '. Held; Esc releases it' : ''}`;
  if (data.notOneSum !== null) return;
  const variants = [
    ['plain-sum', false, plain, 'no-flip: correlation, the kernel as written'],
    ['flipped-sum', true, flipped, 'flip: convolution, the kernel rotated by 180°'],
  ] as const;
  for (const [id, flip, stored, title] of variants) {
    const worked = workedResponses.workOut(kernel, flip, at, channel);
    showEquation(find(id), title, worked, stored, kernel, channel, full);
  }
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

function kernelFromUrl(): number {
  const index = Number(/^#kernel-(\d+)$/.exec(location.hash)?.[1] ?? 1) - 1;
  return data.kernels[index] ? index : 0;
}

async function unpack({ type, base64 }: Embedded): Promise<SampleArray> {
  const deflated = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate'));
  const bytes = await new Response(stream).arrayBuffer();
  if (type === 'u8') return new Uint8Array(bytes);
  return type === 'u16' ? new Uint16Array(bytes) : new Float32Array(bytes);
}

/** Connects the divider between both maps to the slider below them and to its handle, which is dragged. */
function startDivider(stage: HTMLElement, slider: HTMLInputElement, handle: HTMLElement): void {
  const show = () => stage.style.setProperty('--split', `${slider.value}%`);
  slider.addEventListener('input', show);
  handle.addEventListener('pointerdown', (event) => {
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  handle.addEventListener('pointermove', (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const { left, width } = stage.getBoundingClientRect();
    slider.value = String((100 * (event.clientX - left)) / width);
    show();
  });
  show();
}

startDivider(stage, find<HTMLInputElement>('split'), find('divider'));
channelChoice.addEventListener('change', () => {
  showChannel(Number(channelChoice.value));
  crosshair.moveInto(kernel.region);
});
magnitude.addEventListener('change', showMaps);
find('farthest').addEventListener('click', () => crosshair.hold(largestDifference()));
kernelChoice?.addEventListener('change', () => void selectKernel(Number(kernelChoice.value)));
addEventListener('hashchange', () => void selectKernel(kernelFromUrl()));
for (const chooser of document.querySelectorAll<HTMLElement>('.chooser')) chooser.hidden = false;
viewer.hidden = false;
await selectKernel(kernelFromUrl());
