// A thread of copies.ts: copies its share of an image's rows to its own memory, and as many rows of a map back, as the
// engine's threads do around a loop. It is JavaScript, because a thread has no TypeScript loader.

import { parentPort, workerData } from 'node:worker_threads';
import { asTarget, copyBytes } from '../dist/engine/memcpy.js';

const { image, map, rowBytes, mapRowBytes, first, step } = workerData;
/** Half a page from where addresses agree modulo a page, where some processors copy slowly. */
const AT = 2048;
/** Bytes of output that are copied at once. */
const BLOCK = 64 * 1024;

const own = new ArrayBuffer(AT + Math.max(rowBytes, BLOCK + mapRowBytes));
const ownBytes = asTarget(own);
const rows = image.byteLength / rowBytes;
const rowsAtOnce = Math.max(1, Math.floor(BLOCK / mapRowBytes));

parentPort.on('message', () => {
  for (let top = first * rowsAtOnce; top < rows; top += step * rowsAtOnce) {
    const bottom = Math.min(rows, top + rowsAtOnce);
    for (let y = top; y < bottom; y++) copyBytes(new Uint8Array(image, y * rowBytes, rowBytes), ownBytes, AT);
    const bytes = (bottom - top) * mapRowBytes;
    copyBytes(new Uint8Array(own, AT, bytes), asTarget(map, top * mapRowBytes, bytes), 0);
  }
  parentPort.postMessage(null);
});
