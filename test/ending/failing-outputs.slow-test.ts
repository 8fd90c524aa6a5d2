import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { afterDestination } from '../behaviour/destination.ts';
import { modelYaml } from '../behaviour/models.ts';
import { list, seldonPath } from '../behaviour/server-under-test.ts';
import { folderWithBuiltFile } from '../shipping/built.ts';
import { argsOf, everyLine, isSilent } from './every-command.ts';
import { type Ended, errorsIn, type ProgramUnderTest, startProgramUnderTest } from './program-under-test.ts';

const NO_ROOM = 'error: cannot write to standard output: no space left on device';

const lines = await everyLine();

describe('Standard output that fails', { concurrency: 2 }, () => {
  let built: Awaited<ReturnType<typeof folderWithBuiltFile>>;
  let program: ProgramUnderTest;
  before(async () => {
    built = await folderWithBuiltFile();
    program = await startProgramUnderTest(built.file);
  });
  after(async () => {
    await program.stop();
    rmSync(built.folder, { recursive: true });
  });

  const assertNoStack = ({ stderr }: Ended) => assert.doesNotMatch(stderr, /^ {4}at |unexpected/m);

  it('is tried with every command', () => assert.ok(lines.length > 40));

  for (const line of lines) {
    it(`${line.args.join(' ')}: a full disk ends it with 1 and one line`, async () => {
      const ended = await program.run(argsOf(line, program.folder), { stdout: 'full' });
      assert.equal(ended.exitCode, isSilent(line) ? 0 : 1, ended.stderr);
      assert.deepEqual(errorsIn(ended), isSilent(line) ? [] : [NO_ROOM]);
      assertNoStack(ended);
    });

    it(`${line.args.join(' ')}: a reader that has gone ends it quietly, as if it were interrupted`, async () => {
      const ended = await program.run(argsOf(line, program.folder), { stdout: 'closed' });
      assert.equal(ended.exitCode, isSilent(line) ? 0 : 130, ended.stderr);
      assert.deepEqual(errorsIn(ended), []);
      assertNoStack(ended);
    });
  }

  it('leaves nothing in the cluster of a run that always cleans up', async () => {
    writeFileSync(path.join(program.folder, 'wine.yaml'), modelYaml({ name: 'wine' }));
    const ended = await program.run(['run', '-f', 'wine.yaml', '--cleanup=always'], { stdout: 'full' });
    assert.equal(ended.exitCode, 1, ended.stderr);
    assert.deepEqual(errorsIn(ended), [NO_ROOM]);
    for (const collection of [seldonPath('default'), '/apis/apps/v1/namespaces/default/deployments']) {
      const names = (await list(program.server, collection)).map(({ metadata }) => metadata.name);
      assert.ok(names.some((name) => name.startsWith('iris')));
      assert.ok(!names.some((name) => name.startsWith('wine')), names.join(' '));
    }
  });

  it('says what a run has left, and how to remove it', async () => {
    writeFileSync(path.join(program.folder, 'left.yaml'), modelYaml({ name: 'left' }));
    const ended = await program.run(['run', '-f', 'left.yaml', '--cleanup=on-success'], { stdout: 'closed' });
    assert.equal(ended.exitCode, 130, ended.stderr);
    assert.match(ended.stderr, /^left in namespace default: seldondeployment\S*\/left/m);
  });

  it('leaves nothing of a run whose reader has gone, as after Ctrl-C', async () => {
    writeFileSync(path.join(program.folder, 'gone.yaml'), modelYaml({ name: 'gone' }));
    const ended = await program.run(['run', '-f', 'gone.yaml'], { stdout: 'closed' });
    assert.equal(ended.exitCode, 130, ended.stderr);
    assert.doesNotMatch(ended.stderr, /^left in namespace/m);
    const rest = await program.run(['list', 'gone']);
    assert.match(rest.stderr, /\(NotFound\)/);
  });

  it('ends many deployments without a word of each', async () => {
    const many = Array.from({ length: 20 }, (_, index) => modelYaml({ name: `many-${index}` })).join('---\n');
    writeFileSync(path.join(program.folder, 'many.yaml'), many);
    const ended = await program.run(['apply', '-f', 'many.yaml'], { stdout: 'closed' });
    assert.deepEqual([ended.exitCode, afterDestination(ended)], [130, '']);
  });

  describe('on a disk with room for a part of it', { concurrency: 1 }, () => {
    const disk = mkdtempSync(path.join(tmpdir(), 'disk-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', disk]).status === 0;
    after(() => {
      if (mounted) spawnSync('umount', [disk]);
      rmSync(disk, { recursive: true });
    });
    const skip = mounted ? false : 'only root can mount a disk that is so small';

    for (const args of [
      ['plan', 'schema'],
      ['run', '--help'],
      ['list', '-o', 'json'],
    ]) {
      it(`ends ${args.join(' ')} with 1`, { skip }, async () => {
        const file = path.join(disk, 'output');
        const descriptor = openSync(file, 'w');
        const ended = await program.run(args, { stdout: descriptor });
        closeSync(descriptor);
        assert.deepEqual([ended.exitCode, ended.stderr], [1, `${NO_ROOM}\n`]);
        assert.equal(readFileSync(file).length, 4_096);
        rmSync(file);
      });
    }
  });

  it('ends with 1 where it may not be written to at all', async () => {
    const descriptor = openSync('/dev/null', 'r');
    const ended = await program.run(['sample'], { stdout: descriptor });
    closeSync(descriptor);
    const line = 'error: cannot write to standard output: bad file descriptor\n';
    assert.deepEqual([ended.exitCode, ended.stderr], [1, line]);
  });

  it('is waited for to the last byte, where it is slow', async () => {
    const slow = await program.run(['list', '-o', 'json'], { stdout: 'slow' });
    assert.equal(slow.exitCode, 0, slow.stderr);
    assert.ok(slow.stdout.length > 200_000, 'there is more than a pipe holds');
    JSON.parse(slow.stdout);
  });
});
