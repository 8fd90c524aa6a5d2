import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runCli } from '../../src/cli/run-cli.ts';
import { runProcess } from '../behaviour/built-file.ts';
import { CapturedOutput } from '../captured-output.ts';
import { FakeClock } from '../fake-clock.ts';

describe('completion install', () => {
  let directory: string;
  let bin: string;
  let completer: string;

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'install-'));
    bin = path.join(directory, 'bin');
    completer = path.join(bin, 'kubectl_complete-seldon_lifecycle');
    mkdirSync(bin);
    // A stand-in that says what it was called with.
    writeFileSync(path.join(bin, 'kubectl-seldon_lifecycle'), '#!/bin/sh\nprintf "<%s>" "$@"\n', { mode: 0o755 });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function install(args: string[] = [], searchPath = `${directory}:${bin}`) {
    const [stdout, stderr] = [new CapturedOutput(), new CapturedOutput()];
    const exitCode = await runCli(['completion', 'install', ...args], {
      stdin: Readable.from([]),
      stdout,
      stderr,
      env: { PATH: searchPath },
      clock: new FakeClock(),
      signal: new AbortController().signal,
      userAgent: 'test',
    });
    return { exitCode, stdout: stdout.text, stderr: stderr.text };
  }

  it('writes an executable beside the plugin, says so, and says what is needed besides', async () => {
    assert.deepEqual(await install(), {
      exitCode: 0,
      stdout: `${completer} created\n`,
      stderr: "Your shell needs kubectl's own completion too: kubectl completion --help\n",
    });
    assert.equal(statSync(completer).mode & 0o777, 0o755);
  });

  it('writes one that hands every word to the plugin beside it, empty ones too', async () => {
    await install();
    const { stdout } = await runProcess(completer, ['run', '-n', 'a b', ''], { PATH: '/usr/bin:/bin' });
    assert.equal(stdout, '<__complete><run><-n><a b><>');
  });

  it('finds the plugin through a link, as krew makes it', async () => {
    const krew = path.join(directory, 'krew');
    mkdirSync(krew);
    symlinkSync(path.join(bin, 'kubectl-seldon_lifecycle'), path.join(krew, 'kubectl-seldon_lifecycle'));
    assert.match((await install([], krew)).stdout, /krew\/kubectl_complete-seldon_lifecycle created/);
  });

  it('changes nothing the second time, and renews what an earlier version wrote', async () => {
    await install();
    assert.equal((await install()).stdout, `${completer} unchanged\n`);
    writeFileSync(completer, `${readFileSync(completer, 'utf8')}# older\n`);
    assert.equal((await install()).stdout, `${completer} configured\n`);
  });

  it('leaves what npm has put there', async () => {
    const script = path.join(directory, 'script.cjs');
    writeFileSync(script, "process.argv.splice(2, 0, '__complete');\nrequire('./kubectl-seldon_lifecycle.cjs');\n");
    symlinkSync(script, completer);
    assert.equal((await install()).stdout, `${completer} unchanged\n`);
  });

  it('never writes over what is somebody else’s', async () => {
    writeFileSync(completer, '#!/bin/sh\necho mine\n');
    const refused = await install();
    assert.equal(refused.exitCode, 2);
    assert.equal(refused.stdout, '');
    assert.match(refused.stderr, /^error: .* exists, but this command did not write it: not changed\n/);
    assert.equal(readFileSync(completer, 'utf8'), '#!/bin/sh\necho mine\n');
  });

  it('never writes through a link, not even to what it has written itself', async () => {
    await install();
    const elsewhere = path.join(directory, 'elsewhere');
    writeFileSync(elsewhere, `${readFileSync(completer, 'utf8')}# older\n`);
    rmSync(completer);
    symlinkSync(elsewhere, completer);
    const refused = await install();
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /^error: .* exists, but this command did not write it: not changed\n/);
    assert.match(readFileSync(elsewhere, 'utf8'), /# older\n$/);
  });

  it('takes the place of an older one whole, and leaves nothing else behind', async () => {
    await install();
    writeFileSync(completer, `${readFileSync(completer, 'utf8')}# older\n`, { mode: 0o600 });
    linkSync(completer, path.join(directory, 'same-file'));
    await install();
    assert.match(readFileSync(path.join(directory, 'same-file'), 'utf8'), /# older\n$/);
    assert.deepEqual(readdirSync(bin).sort(), ['kubectl-seldon_lifecycle', path.basename(completer)]);
    if (process.platform !== 'win32') assert.equal(statSync(completer).mode & 0o777, 0o755);
  });

  it('reads nothing that is no file', { skip: !existsSync('/dev/zero') && 'needs /dev/zero' }, async () => {
    symlinkSync('/dev/zero', completer);
    assert.equal((await install()).exitCode, 2);
  });

  it('never writes through a link that leads nowhere', async () => {
    symlinkSync(path.join(directory, 'nowhere'), completer);
    assert.equal((await install()).exitCode, 2);
  });

  it('writes into --dir, and warns where kubectl will not look', async () => {
    const { stdout, stderr } = await install(['--dir', directory], bin);
    assert.equal(stdout, `${path.join(directory, 'kubectl_complete-seldon_lifecycle')} created\n`);
    assert.match(stderr, /^warning: .* is not on your PATH, so kubectl will not find the executable\n/);
  });

  it('asks for --dir where the plugin is not on the PATH, and where it may not write', async () => {
    assert.match((await install([], directory)).stderr, /is not on your PATH\nChoose a directory .* --dir/);
    const missing = await install(['--dir', path.join(directory, 'missing')]);
    assert.equal(missing.exitCode, 2);
    assert.match(missing.stderr, /^error: cannot write .*missing/);
  });
});
