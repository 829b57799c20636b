// Runs the recipes for clusters: GNU parallel over ssh to this machine, a Slurm of one node, and the pods of the
// Kubernetes Job one after the other, after its manifest has passed Kubernetes' schema. Each must give the same outputs
// as one run on one machine. `npx tsx test/peers/clusters.ts`: exit 1 if one does not. Debian packages: parallel
// openssh-server slurm-wlm jq; ports 22022, 16817 and 16818 of this machine only.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { parse } from 'yaml';
import { blocks } from '../../docs/pictures.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'convtool-clusters-'));
const path = `${join(folder, 'bin')}:${process.env.PATH}`;
const daemons: string[] = [];
let failures = 0;

try {
  prepare();
  const commands = blocks('docs/clusters.md', 'bash').flatMap((block) => block.trim().split('\n'));
  const [parallel, ...others] = sections(commands, /^(examples\/clusters\/parallel|mkdir)/);
  startSsh();
  check('GNU parallel over ssh', () => inFolder('parallel', parallel!.join('\n')));
  const slurm = startSlurm();
  check('Slurm array job', () => inFolder('slurm', others.flat().join('\n'), slurm));
  check('Kubernetes indexed Job', runPods);
} finally {
  for (const pid of daemons) stop(pid);
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;

/** The pictures, one of them damaged; convtool on the path; the outputs of a single run. */
function prepare(): void {
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(root, 'bin/convtool.js'), join(folder, 'bin/convtool'));
  const photos = join(folder, 'one/photos');
  for (const place of ['', 'a', 'a/b c', 'd']) {
    mkdirSync(join(photos, place), { recursive: true });
    for (const name of ['chart', 'dot', 'alpha', 'gray16', 'lighthouse'])
      cpSync(join(root, `samples/${name}.png`), join(photos, place, `${name}.png`));
  }
  writeFileSync(join(photos, 'd/damaged.png'), readFileSync(join(photos, 'dot.png')).subarray(0, 60));
  const line = 'convtool apply -k sobel-x -r --quiet --resume --json -o edges/ photos/ > /dev/null';
  spawnSync('sh', ['-c', line], { cwd: join(folder, 'one'), env: { ...process.env, PATH: path } });
}

/** Runs a recipe on the same pictures and compares all that it wrote. */
function inFolder(name: string, script: string, env: Record<string, string> = {}): void {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  cpSync(join(folder, 'one/photos'), join(cwd, 'photos'), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, 'examples'), join(cwd, 'examples'));
  writeFileSync(join(cwd, 'hosts'), `2/ssh -F ${join(folder, 'ssh/config')} node1\n`);
  // The damaged picture makes the recipes end with a status of their own: what they leave behind counts.
  const { stdout, stderr } = spawnSync('bash', ['-c', script], {
    cwd,
    env: { ...process.env, PATH: path, ...env },
    encoding: 'utf8',
  });
  if (!stdout.includes('photos/d/damaged.png')) throw new Error(`no word of damaged.png: ${stdout}${stderr}`);
  compare(cwd);
}

function compare(cwd: string): void {
  // The sidecars of --resume contain the modification times of outputs.
  const same = ['-r', '--exclude=.*.convtool', join(folder, 'one/edges'), join(cwd, 'edges')];
  execFileSync('diff', same, { stdio: 'pipe' });
  const reports = execFileSync('sh', ['-c', 'cat reports/*.ndjson'], { cwd, encoding: 'utf8' });
  const lines = reports
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const made = new Set(lines.filter(({ output }) => output).map(({ output }) => output));
  if (made.size !== 20) throw new Error(`20 outputs expected in the reports, found ${made.size}`);
  const errors = execFileSync('sh', ['-c', 'cat errors/*.ndjson'], { cwd, encoding: 'utf8' });
  if (JSON.parse(errors).input !== 'photos/d/damaged.png') throw new Error(`errors: ${errors}`);
}

function startSsh(): void {
  const at = join(folder, 'ssh');
  mkdirSync(at, { mode: 0o700 });
  mkdirSync('/run/sshd', { recursive: true });
  for (const key of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(at, key)]);
  }
  cpSync(join(at, 'user.pub'), join(at, 'authorized'));
  writeFileSync(
    join(at, 'sshd'),
    `ListenAddress 127.0.0.1\nPort 22022\nHostKey ${at}/host\nAuthorizedKeysFile ${at}/authorized\n` +
      `StrictModes no\nPidFile ${at}/pid\nSetEnv PATH=${path}\nUsePAM no\n`,
  );
  writeFileSync(
    join(at, 'config'),
    `Host node1\n  HostName 127.0.0.1\n  Port 22022\n  IdentityFile ${at}/user\n` +
      '  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n',
  );
  execFileSync('/usr/sbin/sshd', ['-f', join(at, 'sshd')]);
  daemons.push(`${at}/pid`);
}

/** A controller and a node on this machine; the environment that jobs are sent to them in. */
function startSlurm(): Record<string, string> {
  const at = join(folder, 'slurm-service');
  for (const part of ['', 'state', 'spool']) mkdirSync(join(at, part));
  writeFileSync(join(at, 'key'), Buffer.alloc(1024, 'convtool'), { mode: 0o400 });
  const munge = ['socket', 'key-file', 'log-file', 'pid-file', 'seed-file'].map(
    (what) => `--${what}=${at}/${what === 'key-file' ? 'key' : `munge.${what}`}`,
  );
  execFileSync('munged', ['--force', ...munge], { stdio: 'pipe' });
  daemons.push(`${at}/munge.pid-file`);
  const host = hostname().split('.')[0]!;
  const settings = {
    ClusterName: 'one',
    SlurmctldHost: `${host}(127.0.0.1)`,
    SlurmUser: 'root',
    SlurmdUser: 'root',
    AuthType: 'auth/munge',
    AuthInfo: `socket=${at}/munge.socket`,
    CredType: 'cred/munge',
    ProctrackType: 'proctrack/linuxproc',
    TaskPlugin: 'task/none',
    SelectType: 'select/cons_tres',
    SelectTypeParameters: 'CR_Core',
    MpiDefault: 'none',
    SlurmctldPort: 16817,
    SlurmdPort: 16818,
    SlurmctldPidFile: `${at}/controller`,
    SlurmdPidFile: `${at}/node`,
    StateSaveLocation: `${at}/state`,
    SlurmdSpoolDir: `${at}/spool`,
    SlurmctldLogFile: `${at}/controller.log`,
    SlurmdLogFile: `${at}/node.log`,
    NodeName: `${host} NodeAddr=127.0.0.1 CPUs=${cores()} State=UNKNOWN`,
    PartitionName: 'main Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
  };
  const config = join(at, 'slurm.conf');
  writeFileSync(
    config,
    Object.entries(settings)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  for (const [daemon, pid] of [
    ['slurmctld', 'controller'],
    ['slurmd', 'node'],
  ] as const) {
    execFileSync(daemon, ['-c', '-f', config], { stdio: 'pipe' });
    daemons.push(`${at}/${pid}`);
  }
  return { SLURM_CONF: config };
}

/** Ends a daemon and waits until it has: the controller still writes its state when it is told to end. */
function stop(pidFile: string): void {
  const script =
    'pid=$(cat "$1") && kill $pid && { timeout 20 tail --pid=$pid -f /dev/null || kill -9 $pid; }';
  spawnSync('sh', ['-c', script, 'sh', pidFile]);
}

function cores(): number {
  return Number(execFileSync('nproc', { encoding: 'utf8' }));
}

/** What each pod of the Job runs, with the index that Kubernetes would give it. */
function runPods(): void {
  const manifest = parse(readFileSync(join(root, 'examples/clusters/job.yaml'), 'utf8'));
  new Job(manifest).validate();
  const wrong = structuredClone(manifest);
  wrong.spec.completions = 'eight';
  let isStrict = false;
  try {
    new Job(wrong).validate();
  } catch {
    isStrict = true;
  }
  if (!isStrict) throw new Error('the schema lets a wrong manifest pass');
  const [container] = manifest.spec.template.spec.containers;
  const cwd = join(folder, 'pods');
  mkdirSync(cwd);
  cpSync(join(folder, 'one/photos'), join(cwd, 'photos'), { recursive: true, preserveTimestamps: true });
  for (let index = 0; index < manifest.spec.completions; index++) {
    const env = { ...process.env, PATH: path, JOB_COMPLETION_INDEX: String(index) };
    spawnSync(container.command[0], [...container.command.slice(1), ...container.args], { cwd, env });
  }
  compare(cwd);
}

function check(name: string, run: () => void): void {
  try {
    run();
    console.log(`${name}: as on one machine`);
  } catch (error) {
    failures++;
    console.log(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Commands in groups, each of which begins with one that matches. */
function sections(commands: readonly string[], first: RegExp): string[][] {
  const groups: string[][] = [];
  for (const command of commands) {
    if (first.test(command)) groups.push([command]);
    else groups.at(-1)!.push(command);
  }
  return groups;
}
