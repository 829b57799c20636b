// Decodes the numbers embedded in a page into typed arrays. Runs in a browser.

import type { SampleArray } from '../../../core/image.js';
import type { Embedded, PageData } from '../page-data.js';

export function readPageData(): PageData {
  return JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
}

/** Decodes embedded numbers. */
export async function unpack({ type, base64 }: Embedded): Promise<SampleArray> {
  const deflated = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate'));
  const bytes = await new Response(stream).arrayBuffer();
  if (type === 'u8') return new Uint8Array(bytes);
  return type === 'u16' ? new Uint16Array(bytes) : new Float32Array(bytes);
}
