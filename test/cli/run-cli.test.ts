import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { runCli } from '../../src/cli/run-cli.ts';
import { version } from '../../src/version.ts';
import { CapturedOutput } from '../captured-output.ts';
import { FakeClock } from '../fake-clock.ts';

async function run(...args: string[]) {
  const [stdout, stderr] = [new CapturedOutput(), new CapturedOutput()];
  const exitCode = await runCli(args, {
    stdin: Readable.from([]),
    stdout,
    stderr,
    env: {},
    clock: new FakeClock(),
    signal: new AbortController().signal,
    userAgent: 'test',
  });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

describe('the command line', () => {
  const helps: [args: string[], firstLine: RegExp][] = [
    [[], /^Deploys, scales and deletes Seldon Core v1 models/],
    [['help'], /^Deploys, scales and deletes Seldon Core v1 models/],
    [['--help'], /^Deploys, scales and deletes Seldon Core v1 models/],
    [['-h'], /^Deploys, scales and deletes Seldon Core v1 models/],
    [['help', 'run'], /^Applies each SeldonDeployment/],
    [['run', '--help'], /^Applies each SeldonDeployment/],
    [['run', '-f', 'x', '-h'], /^Applies each SeldonDeployment/],
    [['--help', 'run'], /^Applies each SeldonDeployment/],
    [['help', 'sandbox'], /^Available Commands:\n {2}sandbox start/],
    [['sandbox', '--help'], /^Available Commands:\n {2}sandbox start/],
    [['help', 'sandbox', 'start'], /^Starts a simulated cluster/],
    [['completion', 'install', '-h'], /^kubectl 1\.26 or later/],
    [['options'], /^The following options can be passed to any command/],
  ];
  for (const [args, firstLine] of helps) {
    it(`prints help for: ${args.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await run(...args);
      assert.match(stdout, firstLine);
      assert.deepEqual([exitCode, stderr], [0, '']);
    });
  }

  const wrong: [args: string[], stderr: string][] = [
    [['rnu'], 'error: unknown command "rnu" for "kubectl seldon-lifecycle"\nDid you mean "run"?\n'],
    [['help', 'rnu'], 'error: unknown command "rnu" for "kubectl seldon-lifecycle"\nDid you mean "run"?\n'],
    [['rnu', '--help'], 'error: unknown command "rnu" for "kubectl seldon-lifecycle"\nDid you mean "run"?\n'],
    [['run', '--replica=3'], 'error: unknown flag: --replica\nDid you mean "--replicas"?\n'],
    [['run', '-n'], "error: flag needs an argument: 'n' in -n\n"],
    [['run', 'iris'], 'error: extra arguments: [iris]\n'],
    [['completion', 'install', 'x'], 'error: extra arguments: [x]\n'],
    [['completion'], 'error: exactly one SHELL is required, got 0\n'],
    [['sandbox'], 'error: "sandbox" needs a command after it\n'],
  ];
  for (const [args, problem] of wrong) {
    it(`refuses with exit code 2: ${args.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await run(...args);
      assert.deepEqual([exitCode, stdout], [2, '']);
      assert.equal(stderr.replace(/See 'kubectl seldon-lifecycle.* --help' for usage\.\n$/, ''), problem);
      assert.match(stderr, /\nSee 'kubectl seldon-lifecycle.* --help' for usage\.\n$/);
    });
  }

  it('prints the version of the plugin, as a flag and as a command that asks no cluster', async () => {
    assert.equal((await run('--version')).stdout, `${version}\n`);
    assert.match((await run('version', '--client')).stdout, new RegExp(`^Client Version: v${version}\\b`));
  });

  it('prints the completion script of each shell, and refuses another', async () => {
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      assert.match((await run('completion', shell)).stdout, /kubectl-seldon_lifecycle/);
    }
    const { exitCode, stdout, stderr } = await run('completion', 'tcsh');
    assert.deepEqual([exitCode, stdout], [2, '']);
    assert.equal(stderr, 'error: unsupported shell type "tcsh"\nIt can be bash, zsh, fish, powershell.\n');
  });

  it('writes errors in colours where --color says so, wherever it stands', async () => {
    const painted = '\u001b[31merror:\u001b[39m unknown flag: --foo';
    assert.equal((await run('run', '--color=always', '--foo')).stderr.split('\n')[0], painted);
    assert.equal((await run('--color', 'always', 'run', '--foo')).stderr.split('\n')[0], painted);
    assert.equal((await run('run', '--foo')).stderr.split('\n')[0], 'error: unknown flag: --foo');
  });

  it('names the words that --color takes', async () => {
    const { exitCode, stderr } = await run('version', '--color=sometimes');
    assert.equal(exitCode, 2);
    assert.match(stderr, /^error: invalid argument "sometimes" for "--color": expected one of auto, always, never\n/);
  });
});
