// The machine and the versions that were measured, as text.

import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import sharp from 'sharp';

export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  return `${model}, ${availableParallelism()} cores, ${gib} GiB, Linux ${release()}`;
}

/** @param peers versions of the others, by name. */
export function versions(peers: Readonly<Record<string, string>>): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const all = {
    Node: process.versions.node,
    convtool: version,
    sharp: sharp.versions.sharp,
    libvips: sharp.versions.vips,
    ...peers,
  };
  return Object.entries(all)
    .map(([name, number]) => `${name} ${number}`)
    .join(', ');
}
