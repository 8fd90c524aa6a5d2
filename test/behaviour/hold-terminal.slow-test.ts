import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { hasTerminal, onTerminal } from '../on-terminal.ts';
import { modelYaml } from './models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from './sandbox-server.ts';
import { newNamespace } from './server-under-test.ts';

const main = path.resolve(import.meta.dirname, '../../src/main.ts');
const ENTER = '\r';
const CTRL_D = '\x04';
const QUESTION = /press Enter to delete it/;

describe('On a terminal, a run that is held', {
  skip: !hasTerminal && 'needs the script program of util-linux',
}, () => {
  let folder: string;
  let server: SandboxUnderTest;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'hold-'));
    writeFileSync(path.join(folder, 'model.yaml'), modelYaml());
    server = await startSandboxUnderTest();
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  /** A run in a namespace of its own, which stays where its model does. */
  const holding = async () => {
    const namespace = await newNamespace(server);
    const hold = [
      'run',
      '-f',
      path.join(folder, 'model.yaml'),
      '-n',
      namespace,
      '--kubeconfig',
      server.kubeconfig,
      '--hold',
    ];
    return { namespace, hold };
  };

  it('goes on at Enter, and deletes then', async () => {
    const { namespace, hold } = await holding();
    const { exitCode, screen } = await onTerminal([process.execPath, main, ...hold], [[QUESTION, ENTER]]);
    assert.equal(exitCode, 0, screen);
    assert.match(screen, /^the model iris is running at http:\/\/iris-default\.\S*:8000\/\S+ \(inside the cluster\)$/m);
    assert.match(
      screen,
      /^to try it: kubectl seldon-lifecycle predict iris -d @payload\.json -n case-\d+ --kubeconfig=/m,
    );
    assert.match(screen, /^to reach it from here: kubectl port-forward service\/iris-default 8000:8000 -n case-\d+ /m);
    const [before = '', after = ''] = screen.split(/press Enter to delete it\n/);
    assert.doesNotMatch(before, /deleted from/);
    assert.match(after, new RegExp(`iris held after .*\\n[\\s\\S]*"iris" deleted from ${namespace} namespace`));
  });

  for (const [what, typed] of [
    ['an Enter', ENTER],
    ['several Enters and words', `${ENTER}yes${ENTER}${ENTER}delete it${ENTER}`],
  ] as const) {
    it(`is not ended by ${what} that was typed before it asked`, async () => {
      const { namespace, hold } = await holding();
      const { exitCode, screen } = await onTerminal(
        [process.execPath, main, ...hold],
        [
          [/"?iris"? serverside-applied/, typed],
          [QUESTION, CTRL_D],
        ],
      );
      assert.equal(exitCode, 130, screen);
      assert.doesNotMatch(screen, /held after|deleted from/);
      assert.match(
        screen,
        new RegExp(`^to remove it: kubectl delete seldondeployment iris -n ${namespace} --kubeconfig=`, 'm'),
      );
    });
  }

  for (const [when, once] of [
    ['when it has asked', QUESTION],
    ['before it asked', /"?iris"? serverside-applied/],
  ] as const) {
    it(`leaves the model standing at Ctrl-D ${when}, and says how to remove it`, async () => {
      const { namespace, hold } = await holding();
      const { exitCode, screen } = await onTerminal([process.execPath, main, ...hold], [[once, CTRL_D]]);
      assert.equal(exitCode, 130, screen);
      assert.doesNotMatch(screen, /held after|deleted from/);
      assert.match(screen, /^error: the terminal input ended while waiting for Enter, to delete it$/m);
      assert.match(
        screen,
        new RegExp(`^left in namespace ${namespace}: seldondeployment\\S*/iris and what it owns: `, 'm'),
      );
      assert.match(
        screen,
        new RegExp(`^to remove it: kubectl delete seldondeployment iris -n ${namespace} --kubeconfig=`, 'm'),
      );
    });
  }
});
