// The divider between both maps, moved with the slider below them or dragged by its handle. Runs in a
// browser.

/** Connects the divider of a stage to its controls. */
export function startDivider(stage: HTMLElement, slider: HTMLInputElement, handle: HTMLElement): void {
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
