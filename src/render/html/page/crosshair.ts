// The selected sample, and its selection by pointer, touch, arrow keys, number fields and buttons. Runs in a
// browser.

import type { Region } from '../page-data.js';

export type Place = readonly [x: number, y: number];

export interface Controls {
  readonly stages: readonly HTMLElement[];
  /** The element that receives arrow keys. */
  readonly focus: HTMLElement;
  readonly x: HTMLInputElement;
  readonly y: HTMLInputElement;
  readonly nudges: readonly HTMLElement[];
}

const KEYS: Readonly<Record<string, Place>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class Crosshair {
  readonly #controls: Controls;
  readonly #moved: (at: Place, isHeld: boolean) => void;
  #region: Region = { left: 0, top: 0, width: 1, height: 1 };
  #at: Place = [0, 0];
  /** Whether the position is held: pointing does not move it. */
  #isHeld = false;

  constructor(controls: Controls, moved: (at: Place, isHeld: boolean) => void) {
    this.#controls = controls;
    this.#moved = moved;
    for (const stage of controls.stages) this.#listen(stage);
    controls.focus.addEventListener('keydown', (event) => this.#key(event));
    const { x, y } = controls;
    const numberIn = (input: HTMLInputElement) => Math.round(input.valueAsNumber || 0);
    for (const input of [x, y]) input.addEventListener('change', () => this.hold([numberIn(x), numberIn(y)]));
    for (const button of controls.nudges) {
      const step = (button.dataset.step ?? '0,0').split(',').map(Number) as [number, number];
      button.addEventListener('click', () => this.#step(step, 1));
    }
  }

  /** Shows another part of a map; the crosshair keeps its position as far as possible. */
  moveInto(region: Region, at: Place = this.#at): void {
    this.#region = region;
    const { x, y } = this.#controls;
    [x.min, x.max] = [String(region.left), String(region.left + region.width - 1)];
    [y.min, y.max] = [String(region.top), String(region.top + region.height - 1)];
    this.#move(at);
  }

  /** Moves to a sample and holds the position. */
  hold(at: Place): void {
    this.#isHeld = true;
    this.#move(at);
  }

  #move([x, y]: Place): void {
    const { left, top, width, height } = this.#region;
    this.#at = [Math.min(left + width - 1, Math.max(left, x)), Math.min(top + height - 1, Math.max(top, y))];
    this.#controls.x.value = String(this.#at[0]);
    this.#controls.y.value = String(this.#at[1]);
    this.#moved(this.#at, this.#isHeld);
  }

  #listen(stage: HTMLElement): void {
    const placeOf = (event: MouseEvent): Place => {
      const box = stage.getBoundingClientRect();
      const { left, top, width, height } = this.#region;
      return [
        left + Math.floor(((event.clientX - box.left) / box.width) * width),
        top + Math.floor(((event.clientY - box.top) / box.height) * height),
      ];
    };
    stage.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'mouse' && !this.#isHeld) this.#move(placeOf(event));
    });
    stage.addEventListener('click', (event) => {
      const place = placeOf(event);
      const isSame = place[0] === this.#at[0] && place[1] === this.#at[1];
      this.#isHeld = !(this.#isHeld && isSame);
      this.#move(place);
    });
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      this.#isHeld = false;
      this.#move(this.#at);
      return;
    }
    const step = KEYS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#step(step, event.shiftKey ? 10 : 1);
  }

  #step([x, y]: Place, count: number): void {
    this.hold([this.#at[0] + count * x, this.#at[1] + count * y]);
  }
}
