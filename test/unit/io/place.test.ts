// Where outputs are written: links, folders replaced during a run, permissions, owners, and files left by killed runs.
// The checked path is the one replaced, and no input is ever overwritten.

import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { identityOf } from '../../../dist/io/read-file.js';
import { readSidecar, writeSidecar } from '../../../dist/io/sidecar.js';
import { removeOldTemporaries, temporaryName } from '../../../dist/io/write/temp-files.js';
import { writeAtomic, writeAtomicStream, writeAtomicWith } from '../../../dist/io/write/write-atomic.js';
import { apply, lines } from '../../support/apply-runs.js';
import { inFolder, UNPRIVILEGED_UID } from '../../support/cli.js';
import { smallPng } from '../../support/picture-bytes.js';

const NEW = Buffer.from('new');
const identity = (path: string) => identityOf(statSync(path, { bigint: true }));

/** The ways in which a file is written, each with something done between the first byte and the end. */
const WRITERS = {
  pieces: (path: string, inputs: Set<string>, meanwhile: () => void) =>
    writeAtomicStream(
      path,
      async (write) => {
        await write(NEW);
        meanwhile();
      },
      inputs,
    ),
  'by another thread': (path: string, inputs: Set<string>, meanwhile: () => void) =>
    writeAtomicWith(
      path,
      async (descriptor) => {
        writeFileSync(descriptor, NEW);
        meanwhile();
      },
      inputs,
    ),
};

describe.each(Object.entries(WRITERS))('a file written %s', (_, write) => {
  const run = (act: (at: (name: string) => string) => Promise<void>) =>
    inFolder({ files: { 'in/x': 'input', 'out/x': 'old' } }, (folder) => act((name) => join(folder, name)));

  it('replaces a link to an input that was put in its place, not the input', () =>
    run(async (at) => {
      const inputs = new Set([identity(at('in/x'))]);
      await write(at('out/x'), inputs, () => {
        symlinkSync('../in/x', at('out/l'));
        renameSync(at('out/l'), at('out/x'));
      });
      expect(readFileSync(at('in/x'), 'utf8')).toBe('input');
      expect(readFileSync(at('out/x'), 'utf8')).toBe('new');
    }));

  it('does not replace an input that was put in its place by a hard link', () =>
    run(async (at) => {
      const inputs = new Set([identity(at('in/x'))]);
      const written = write(at('out/x'), inputs, () => {
        linkSync(at('in/x'), at('out/l'));
        renameSync(at('out/l'), at('out/x'));
      });
      await expect(written).rejects.toThrow(/out\/x: is an input of this run/);
      expect(readFileSync(at('in/x'), 'utf8')).toBe('input');
      expect(readdirSync(at('out'))).toEqual(['x']);
    }));

  it('does not follow its folder if that became a link to the folder of inputs', () =>
    run(async (at) => {
      const inputs = new Set([identity(at('in/x'))]);
      const written = write(at('out/x'), inputs, () => {
        renameSync(at('out'), at('old'));
        symlinkSync('in', at('out'));
      });
      await expect(written).rejects.toThrow(
        /out\/x: cannot be written: the folder .* was replaced meanwhile/,
      );
      expect(readFileSync(at('in/x'), 'utf8')).toBe('input');
      expect([readdirSync(at('in')), readdirSync(at('old'))]).toEqual([['x'], ['x']]);
    }));

  it('keeps the permissions of the file it replaces and, as root, its owner', () =>
    run(async (at) => {
      chmodSync(at('out/x'), 0o640);
      if (UNPRIVILEGED_UID !== undefined) chownSync(at('out/x'), 1234, 2345);
      await write(at('out/x'), new Set(), () => undefined);
      const { mode, uid, gid } = statSync(at('out/x'));
      expect(readFileSync(at('out/x'), 'utf8')).toBe('new');
      expect(mode & 0o777).toBe(0o640);
      if (UNPRIVILEGED_UID !== undefined) expect([uid, gid]).toEqual([1234, 2345]);
    }));
});

it('through a link, the file that it names is replaced and the link remains', () =>
  inFolder({ files: { 'a/x': 'old' } }, async (folder) => {
    symlinkSync('a/x', join(folder, 'l'));
    symlinkSync('a/none', join(folder, 'dangling'));
    await writeAtomic(join(folder, 'l'), [NEW], new Set());
    await writeAtomic(join(folder, 'dangling'), [NEW], new Set());
    expect(['a/x', 'a/none'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['new', 'new']);
    expect(['l', 'dangling'].map((name) => readlinkSync(join(folder, name)))).toEqual(['a/x', 'a/none']);
  }));

it.runIf(UNPRIVILEGED_UID !== undefined)(
  'a sticky folder and a read-only file of another user are reported',
  async () => {
    const prepare = (folder: string) => {
      mkdirSync(join(folder, 'sticky'));
      writeFileSync(join(folder, 'sticky/x.png'), 'theirs');
      chmodSync(join(folder, 'sticky/x.png'), 0o666);
      chmodSync(join(folder, 'sticky'), 0o1777);
      writeFileSync(join(folder, 'read-only.png'), 'old', { mode: 0o444 });
    };
    const files = { 'img.png': await smallPng(5, 4) };
    for (const out of ['sticky/x.png', 'read-only.png']) {
      const run = await apply(['-k', 'box-3', '-o', out, 'img.png'], {
        files,
        prepare,
        uid: UNPRIVILEGED_UID,
      });
      expect(run.status).toBe(1);
      expect(run.stderr).toMatch(new RegExp(`^error: ${out}: cannot be (written|replaced): .*\\n$`));
      expect(run.after).toEqual(run.before);
    }
  },
);

describe('files next to an output', () => {
  it('replaces a link, and is not read through one', () =>
    inFolder({ files: { out: 'output', in: 'input', victim: 'v' } }, async (folder) => {
      const at = (name: string) => join(folder, name);
      symlinkSync('victim', at('.out.convtool'));
      const modified = String(statSync(at('in'), { bigint: true }).mtimeNs);
      utimesSync(at('out'), 1, 1);
      await writeSidecar(at('out'), { input: modified, made: 'so' }, new Set());
      expect(readFileSync(at('victim'), 'utf8')).toBe('v');
      expect(lstatSync(at('.out.convtool')).isFile()).toBe(true);
      expect(await readSidecar(at('out'), at('in'))).toBe('so');
      renameSync(at('.out.convtool'), at('moved'));
      symlinkSync('moved', at('.out.convtool'));
      expect(await readSidecar(at('out'), at('in'))).toBeNull();
    }));

  it('counts for an input that is dated in the future, until that changes', async () => {
    const args = ['-k', 'identity', '--resume', '-o', 'o/', 'x.png'];
    const prepare = async (folder: string) => {
      const later = new Date(Date.now() + 86_400_000);
      utimesSync(join(folder, 'x.png'), later, later);
    };
    const files = { 'x.png': await smallPng(5, 4) };
    const first = await apply(args, { files, prepare });
    expect(lines(first)).toEqual(['o/x.identity.png']);
    await inFolder({ files: { o: '', i: '' } }, async (folder) => {
      const [output, input] = [join(folder, 'o'), join(folder, 'i')];
      utimesSync(input, 5e9, 5e9);
      await writeSidecar(output, { input: String(5n * 10n ** 18n), made: 'so' }, new Set());
      expect(await readSidecar(output, input)).toBe('so');
      utimesSync(input, 6e9, 6e9);
      expect(await readSidecar(output, input)).toBeNull();
    });
  });
});

describe('files left by a killed run', () => {
  const GONE = 4_194_305;

  it('is removed once it is old and its process is gone', () =>
    inFolder({}, async (folder) => {
      const own = temporaryName();
      const of = (pid: number) => own.replace(String(process.pid), String(pid));
      const other = of(GONE).replace(/[0-9a-f]{20}\.tmp$/, `${'0'.repeat(20)}.tmp`);
      const fresh = of(GONE).replace(/.{4}\.tmp$/, 'beef.tmp');
      const names = { old: of(GONE), fresh, running: own, other, foreign: 'convtool-1-x.tmp' };
      for (const name of Object.values(names)) writeFileSync(join(folder, name), '');
      for (const name of Object.values(names).filter((one) => one !== fresh))
        utimesSync(join(folder, name), 1, 1);
      await removeOldTemporaries(folder, 'a folder');
      const { old: _, ...kept } = names;
      expect(readdirSync(folder).sort()).toEqual(Object.values(kept).sort());
    }));

  it('is removed by a run that writes there', async () => {
    const left = temporaryName().replace(String(process.pid), String(GONE));
    const prepare = (folder: string) => utimesSync(join(folder, left), 1, 1);
    const files = { 'img.png': await smallPng(5, 4), [left]: '' };
    const run = await apply(['-k', 'box-3', 'img.png'], { files, prepare });
    expect(Object.keys(run.after)).toEqual(['img.box-3.png', 'img.png']);
  });
});
