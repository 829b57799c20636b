// A KernelSource for tests: the shipped kernels from the source tree, other files from a table, and a log of requests.

import { readdir, readFile } from 'node:fs/promises';
import type { KernelSource } from '../../dist/kernels/load/source.js';

const folder = new URL('../../kernels/', import.meta.url);

/** The names of the shipped kernels. */
export async function shippedNames(): Promise<string[]> {
  return (await readdir(folder)).map((file) => file.replace(/\.json$/, '')).sort();
}

export function sourceOf(files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const asked: string[] = [];
  const fileAt = (path: string): Buffer => {
    const content = files[path];
    if (content === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
    return Buffer.from(content);
  };
  const source: KernelSource = {
    builtinNames: () => {
      asked.push('names');
      return shippedNames();
    },
    readBuiltin: (name) => {
      asked.push(`builtin ${name}`);
      return readFile(new URL(`${name}.json`, folder));
    },
    readFile: async (path) => {
      asked.push(`file ${path}`);
      return fileAt(path);
    },
    openFile: async (path) => {
      asked.push(`open ${path}`);
      const bytes = fileAt(path);
      const read = async (start: number, end: number) => {
        asked.push(`part ${start} ${end}`);
        return bytes.subarray(start, end);
      };
      return { size: bytes.length, read, close: async () => void asked.push('close') };
    },
  };
  return { source, asked };
}
