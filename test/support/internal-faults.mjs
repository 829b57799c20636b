// Loaded before convtool (node --import): makes stages of the built program throw what no input should cause, for pictures
// of certain widths. A loader hook puts a call at the beginning of the functions named here; a function that is in no
// file of the program that is loaded is an error of the test.

import { register } from 'node:module';

/** Width of the pictures that a stage fails on, and the functions that carry it out. */
const STAGES = {
  decode: { width: 101, functions: ['decode', 'decodePng', 'decodePngsSync'] },
  plan: { width: 102, functions: ['planStages'] },
  filter: { width: 103, functions: ['filter', 'filterBank', 'filterCombined', 'runPipeline'] },
  encode: { width: 104, functions: ['encode', 'stripSinkFor', 'tiffPages', 'contactSheet'] },
};

const ERRORS = [
  () => new TypeError("Cannot read properties of undefined (reading 'made up')"),
  () => new RangeError('Maximum call stack size exceeded'),
  () => new WebAssembly.RuntimeError('unreachable'),
];
let thrown = 0;

/** Called by every function of STAGES with what it was given. */
globalThis.convtoolTestFault = (stage, args) => {
  if (widthsOf(args, 4).includes(STAGES[stage].width)) throw ERRORS[thrown++ % ERRORS.length]();
};

/** Widths of the pictures that arguments tell of: as a field, or in the header of a PNG file. */
function widthsOf(value, depth) {
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  if (value instanceof Uint8Array)
    return value[1] === 0x50 && value[12] === 0x49 ? [value[18] * 256 + value[19]] : [];
  if (Array.isArray(value)) return value.slice(0, 4).flatMap((one) => widthsOf(one, depth - 1));
  if (typeof value.width === 'number' && typeof value.height === 'number') return [value.width];
  return Object.values(value).flatMap((one) => widthsOf(one, depth - 1));
}

const hook = `
  const stages = ${JSON.stringify(STAGES)};
  export async function load(url, context, next) {
    const loaded = await next(url, context);
    if (!/\\/dist\\/program\\/[^/]+\\.js$/.test(url)) return loaded;
    let source = String(loaded.source);
    for (const [stage, { functions }] of Object.entries(stages)) {
      for (const name of functions) {
        source = source.replace(new RegExp('\\\\bfunction ' + name + '\\\\(', 'g'), (text, at) => {
          return 'function ' + name + '(...args){globalThis.convtoolTestFault(' + JSON.stringify(stage) +
            ',args);return ' + name + 'Itself(...args)}' + asyncOf(source, at) + 'function ' + name + 'Itself(';
        });
      }
    }
    return { ...loaded, source };
  }
  const asyncOf = (source, at) => (source.slice(0, at).endsWith('async ') ? 'async ' : '');
`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
