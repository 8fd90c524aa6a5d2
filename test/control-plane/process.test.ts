import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { endProcess, runsFrom } from './process.ts';

const idle = ['-e', 'setInterval(() => {}, 1000)'];
const stranger = spawn(process.execPath, idle, { stdio: 'ignore' });
const part = spawn(process.execPath, [...idle, '--', '--data-dir=/a/control-plane/run/x/etcd'], { stdio: 'ignore' });
after(() => {
  stranger.kill();
  part.kill();
});

test('a process belongs to the folder that its command line names', async () => {
  assert.equal(await runsFrom('/a/control-plane/run/x', part.pid ?? 0), true);
  assert.equal(await runsFrom('/a/control-plane/run', stranger.pid ?? 0), false);
  assert.equal(await runsFrom('/a/control-plane/run/x/e', part.pid ?? 0), false, 'the start of a folder’s name');
});

test('a process that was not started from the folder is not ended', async () => {
  await endProcess('/a/control-plane/run/x', stranger.pid ?? 0);
  assert.equal(stranger.kill(0), true);
});

test('a process that was started from the folder is ended when endProcess returns', async () => {
  const ended = once(part, 'exit');
  await endProcess('/a/control-plane/run/x', part.pid ?? 0);
  assert.equal(await runsFrom('/a/control-plane/run/x', part.pid ?? 0), false);
  assert.deepEqual(await ended, [null, 'SIGKILL']);
});
