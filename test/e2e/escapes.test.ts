// Text from files and names on a terminal: no control sequence in it is sent to the terminal or hidden, wherever the
// text is printed.

import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { OutputStream } from '../../dist/cli/console/host.js';
import { writeColoured, writeResult } from '../../dist/cli/console/stdout.js';
import { shownName } from '../../dist/cli/console/terminal.js';
import { bankText } from '../../dist/cli/text/bank.js';
import { heading } from '../../dist/cli/text/explain-sentences.js';
import { kernelText } from '../../dist/cli/text/kernel.js';
import { oneLine, printable } from '../../dist/core/errors.js';
import { analyse } from '../../dist/kernels/analysis/analyse.js';
import { escapeHtml } from '../../dist/render/html/html.js';
import { convtool } from '../support/cli.js';
import { hasScript, onTerminal } from '../support/on-terminal.js';

/** Of every kind: a title, a colour, C1, directions, zero widths, separators, a tag, half a character. */
const KINDS = [
  ...[
    '\x00',
    '\x07',
    '\x08',
    '\r',
    '\x1b]0;PWN\x07',
    '\x1b[8m',
    '\x7f',
    '\x80',
    '\x9b31m',
    '\x9d0;x\x9c',
    '\x85',
  ],
  ...['\u061c', '\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u2028', '\u2029', '\u202a', '\u202e'],
  ...['\u2060', '\u2066', '\u2069', '\ufeff', '\u00ad', '\u034f', '\u115f', '\u180e', '\ufe0f'],
  ...['\u{e0001}', '\u{e0041}', '\u{e0100}', '\ud800', '\udfff'],
];
const HOSTILE = KINDS.join('x');

/** Characters that must never be printed raw; line ends and tabs are our own. */
const RAW = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/u;
const rawIn = (text: string) => RAW.exec(text.replaceAll('\n', '').replaceAll('\t', ''))?.[0] ?? null;

describe('text for people', () => {
  it.each(KINDS)('%j is escaped', (text) => {
    expect(rawIn(printable(`a${text}b`))).toBeNull();
    expect(rawIn(oneLine(`a${text}b`))).toBeNull();
    expect(rawIn(escapeHtml(`a${text}b`))).toBeNull();
  });

  it('keeps visible characters', () => {
    const text = 'Zoë, 東京, عربي, ½ × 3 – “x” 😀';
    expect(printable(text)).toBe(text);
    expect(escapeHtml(text)).toBe(text);
  });

  it('of kernels and banks is escaped, in a pipe too', () => {
    const page = { width: Number.POSITIVE_INFINITY, colours: null, isTerminal: false };
    const kernel = {
      ...{ name: HOSTILE, description: HOSTILE, source: HOSTILE },
      ...{ width: 2, height: 1, inChannels: null, weights: Float64Array.of(1, -2), divisor: 1, bias: 0 },
      anchor: [1, 0] as const,
    };
    const facts = analyse(kernel);
    expect(rawIn(kernelText(kernel, facts, page))).toBeNull();
    const bank = { name: HOSTILE, description: HOSTILE, source: HOSTILE, kernels: [kernel, kernel] };
    expect(rawIn(bankText(bank, [facts, facts], page))).toBeNull();
    const explained = { kernelAsWritten: kernel, at: [0, 0], mapSize: [1, 1] } as never;
    expect(rawIn(heading('a.png', explained, page))).toBeNull();
  });
});

describe('standard output', () => {
  /** What is written there: texts and bytes as they are given. */
  async function written(
    isTTY: boolean,
    write: (host: { readonly stdout: OutputStream }) => Promise<void>,
  ): Promise<unknown[]> {
    const chunks: unknown[] = [];
    const stdout: OutputStream = {
      isTTY,
      write: (data, done) => {
        chunks.push(data);
        done?.();
      },
      on: () => undefined,
      off: () => undefined,
    };
    await write({ stdout });
    return chunks;
  }

  const seen = async (...[isTTY, write]: Parameters<typeof written>) =>
    (await written(isTTY, write)).join('');

  it('has paths unchanged in a pipe, and escaped on a terminal', async () => {
    const line = `${HOSTILE}.png\n`;
    expect(await seen(false, (host) => writeResult(host, line))).toBe(line);
    expect(rawIn(await seen(true, (host) => writeResult(host, line)))).toBeNull();
    expect(await seen(true, (host) => writeResult(host, 'a\tb\x1b[31m\u{e0041}\u202e\n'))).toBe(
      'a\tb\\u001b[31m\\udb40\\udc41\\u202e\n',
    );
  });

  it('has JSON that means the same on a terminal', async () => {
    const object = { input: HOSTILE, [HOSTILE]: [HOSTILE] };
    const text = await seen(true, (host) => writeResult(host, `${JSON.stringify(object)}\n`));
    expect(rawIn(text)).toBeNull();
    expect(JSON.parse(text)).toEqual(object);
  });

  it('keeps colours of our own, and escapes names between them', async () => {
    const text = `\x1b[1m${shownName(HOSTILE, { isTerminal: true })}\x1b[22m\x9b\n`;
    const coloured = await seen(true, (host) => writeColoured(host, text));
    expect(coloured).toMatch(/^\x1b\[1m.*\x1b\[22m\\u009b\n$/);
    expect(rawIn(coloured.replace('\x1b[1m', '').replace('\x1b[22m', ''))).toBeNull();
  });

  it('has bytes unchanged', async () => {
    const bytes = Buffer.from('\x1b\x9b', 'latin1');
    const [found] = await written(true, (host) => writeResult(host, bytes));
    expect(found).toBe(bytes);
  });
});

describe.skipIf(!hasScript).concurrent('on a terminal', async () => {
  const gray = await sharp(
    Uint8Array.from({ length: 64 }, (_, i) => i * 4),
    { raw: { width: 8, height: 8, channels: 1 } },
  )
    .toColourspace('b-w')
    .png()
    .toBuffer();
  // No name in a folder has NUL, / or half a character.
  const name = `a${HOSTILE.replaceAll('\0', '').replaceAll('\ud800', '').replaceAll('\udfff', '')}`;
  const kernel = JSON.stringify({
    name: 'k\u202e\u200b',
    description: HOSTILE,
    source: HOSTILE,
    weights: [[1, -2]],
  });
  const files = {
    [`${name}.png`]: gray,
    'k.json': kernel,
    [`${name}.json`]: '{"layers": [{"type": "relu"}]}',
  };
  it.each([
    ['apply', '-k', './k.json', 'a*.png'],
    ['apply', '-k', './k.json', '--dry-run', 'a*.png'],
    ['apply', '-k', './k.json', '--json', 'a*.png'],
    ['apply', '-k', './k.json', '--preview', 'a*.png'],
    ['compare', '-k', './k.json', 'a*.png'],
    ['explain', '-k', './k.json', '--at', '1,1', 'a*.png'],
    ['fit', '--size', '1', '--before', 'a*.png', '--after', 'a*.png'],
    ['project', '--bank', 'dct:2', 'a*.png'],
    ['run', '--summary', 'a*.json', 'a*.png'],
    ['kernels', 'show', './k.json'],
    ['kernels', 'check', 'a*.json'],
  ])('%s %s %s %s', async (...args) => {
    const { text } = await onTerminal(args, { files });
    expect(text).toMatch(/\\u\{?0?0?1b\}?/);
    // The text without our own colours, progress line and line ends.
    const rest = text.replaceAll(/\x1b\[(?!8m)[\d;]*m|\r\x1b\[2K|\r\n|\r/g, '');
    expect(rawIn(rest)).toBeNull();
    expect(text).not.toMatch(/\x1b\]|\x1b\[8m/);
  });
});

it('in a pipe paths are lines that scripts can use', async () => {
  const input = readFileSync(new URL('../../samples/dot.png', import.meta.url));
  const run = await convtool(['apply', '-k', 'identity', 'a\u202e\x1b[8m.png'], {
    files: { 'a\u202e\x1b[8m.png': input },
  });
  expect(run.stdout.toString()).toBe('a\u202e\x1b[8m.identity.png\n');
  expect(run.stderr).not.toMatch(/\x1b|\u202e/);
});
