// Completion in bash, driven as by readline; zsh and fish are tested by test/peers/completion.ts. Also checks that the
// scripts contain every command and option.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { convtool, expectFailure } from '../support/cli.js';
import { CASES, FILES, failures } from '../support/completion-cases.js';
import { makeFiles } from '../support/completion-shells.js';
import { execute } from '../support/execute.js';

const folder = mkdtempSync(join(tmpdir(), 'convtool-completion-'));
makeFiles(folder, FILES);
afterAll(() => rmSync(folder, { recursive: true }));

const script = async (shell: string) => (await convtool(['completion', shell])).stdout.toString();
const home = mkdtempSync(join(tmpdir(), 'convtool-completion-'));
afterAll(() => rmSync(home, { recursive: true }));
writeFileSync(join(home, 'convtool.bash'), await script('bash'));

/** The completions that bash offers, with words split as by readline. */
async function bash(line: string): Promise<string[]> {
  const words = line.split(/ |(?=[=:])|(?<=[=:])/);
  const list = words.map((word) => `'${word}'`).join(' ');
  const run = `source '${home}/convtool.bash'; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; COMP_LINE='${line}'
    _convtool; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await execute('bash', ['--norc', '-c', run], { cwd: folder });
  return stdout.split('\n').filter(Boolean);
}

describe('bash', () => {
  it.each(CASES)('$line', async (one) => {
    expect(await failures(bash, [one])).toEqual([]);
  });

  it('completes behind an equals sign', async () => {
    expect(await bash('convtool apply --border=re')).toEqual(['replicate', 'reflect101', 'renormalize']);
    expect(await bash('convtool apply --border=')).toContain('wrap');
  });

  it('leaves parameters of generators alone', async () => {
    expect(await bash('convtool apply -k gabor:th')).toEqual([]);
    expect(await bash('convtool apply -k gabor:theta=')).toEqual([]);
    expect(await bash('convtool apply -k gabor:theta=4')).toEqual([]);
    expect(await bash('convtool apply -k gabor:theta=4 --ext')).toEqual(['--extent']);
  });

  it('runs no command from the line', async () => {
    expect(await bash('convtool apply -k $(touch hit) `touch hit` sob')).toEqual([]);
    expect(existsSync(join(folder, 'hit'))).toBe(false);
  });
});

describe('every script', () => {
  it.each(['bash', 'zsh', 'fish'])('%s knows every option of every command', async (shell) => {
    const text = await script(shell);
    for (const command of [
      '',
      'apply',
      'compare',
      'explain',
      'project',
      'reconstruct',
      'kernels list',
      'kernels show',
      'kernels check',
    ]) {
      const help = (await convtool([...command.split(' ').filter(Boolean), '--help'])).stdout.toString();
      const options = [...help.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, name]) => name!);
      expect(options.length).toBeGreaterThan(0);
      for (const option of options) expect(text, option).toMatch(new RegExp(`(--|-l )${option}\\b`));
    }
  });

  it('is refused for another shell', async () => {
    expectFailure(
      await convtool(['completion', 'tcsh']),
      2,
      /^error: .*'tcsh' is invalid for argument 'shell': expected one of bash, zsh, fish;/,
    );
  });
});
