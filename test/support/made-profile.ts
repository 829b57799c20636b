// ICC profiles built by hand, small but complete: grey or RGB with their own gamma, so that any use of them changes
// numbers. Source: ICC.1:2001-04, matrix/TRC and monochrome profiles.

/** A profile of a device with this gamma. RGB primaries are far from sRGB's. */
export function madeProfile(space: 'GRAY' | 'RGB', gamma: number): Buffer {
  const xyz = (x: number, y: number, z: number) =>
    Buffer.concat([text('XYZ \0\0\0\0'), ...[x, y, z].map(fixed)]);
  const curve = Buffer.concat([
    text('curv\0\0\0\0\0\0\0\x01'),
    Buffer.from([Math.floor(gamma), (gamma % 1) * 256, 0, 0]),
  ]);
  const description = Buffer.concat([text('desc\0\0\0\0\0\0\0\x05made\0'), Buffer.alloc(78)]);
  const always: [string, Buffer][] = [
    ['desc', description],
    ['cprt', text('text\0\0\0\0none\0\0\0\0')],
    ['wtpt', xyz(0.9642, 1, 0.8249)],
  ];
  const own: [string, Buffer][] =
    space === 'GRAY'
      ? [['kTRC', curve]]
      : [
          ['rXYZ', xyz(0.8, 0.3, 0.02)],
          ['gXYZ', xyz(0.1, 0.65, 0.05)],
          ['bXYZ', xyz(0.0642, 0.05, 0.7549)],
          ['rTRC', curve],
          ['gTRC', curve],
          ['bTRC', curve],
        ];
  return profileOf(space, [...always, ...own]);
}

function profileOf(space: string, tags: readonly (readonly [string, Buffer])[]): Buffer {
  let at = 128 + 4 + tags.length * 12;
  const table: Buffer[] = [number(tags.length)];
  const bodies: Buffer[] = [];
  for (const [name, data] of tags) {
    const body = Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
    table.push(text(name), number(at), number(data.length));
    bodies.push(body);
    at += body.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.write(`\x02\x10\0\0mntr${space.padEnd(4)}XYZ `, 8, 'latin1');
  header.writeUInt16BE(2001, 24);
  header.writeUInt16BE(1, 26);
  header.writeUInt16BE(1, 28);
  header.write('acsp', 36, 'latin1');
  Buffer.concat([fixed(0.9642), fixed(1), fixed(0.8249)]).copy(header, 68);
  return Buffer.concat([header, ...table, ...bodies]);
}

function text(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function fixed(value: number): Buffer {
  return number(Math.round(value * 65536));
}
