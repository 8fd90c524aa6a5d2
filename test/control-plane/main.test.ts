import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const empty = mkdtempSync(join(tmpdir(), 'control-plane-'));
after(() => rmSync(empty, { recursive: true }));

function main(...args: string[]) {
  return spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    env: { PATH: empty, CONTROL_PLANE_DIR: join(empty, 'control-plane') },
    encoding: 'utf8',
  });
}

for (const command of ['build', 'up']) {
  test(`without Go, "${command}" says so in one line and fails`, () => {
    const { stdout, stderr, status } = main(command);
    assert.equal(stdout, '');
    assert.match(stderr, /^The real control plane is built from source with Go, .+ https:\/\/go\.dev\/dl\/\n$/);
    assert.equal(status, 3);
  });
}

test('"down" of a control plane that was never up is no failure', () => {
  const { stderr, status } = main('down');
  assert.equal(stderr, 'There is no control plane "main".\n');
  assert.equal(status, 0);
});

test('"status" of a control plane that is down fails', () => {
  const { stdout, status } = main('status');
  assert.equal(stdout, 'The control plane "main" is down.\n');
  assert.equal(status, 1);
});

test('an unknown command is answered with the usage', () => {
  const { stderr, status } = main('start');
  assert.match(stderr, /main\.ts up \[NAME\]/);
  assert.equal(status, 2);
});
