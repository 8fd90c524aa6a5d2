import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { runInProcess } from '../behaviour/in-process.ts';
import { modelYaml } from '../behaviour/models.ts';

/** A plan by somebody else, which would send a value of the environment to where they can read it. */
const plan = (url: string) => `apiVersion: seldon-lifecycle.io/v1alpha1
kind: Plan
values:
  secret: {env: CI_TOKEN}
steps:
  - apply: {filename: "${url}/model.yaml?\${secret}"}
  - wait: {for: available}
`;

describe('An address in a plan', () => {
  const asked: (string | undefined)[] = [];
  let server: Server;
  let url: string;
  before(async () => {
    server = createServer(({ url }, response) => {
      asked.push(url);
      response.end(modelYaml());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const env = { CI_TOKEN: 'sesame' };

  it('is asked by nobody who only validates the plan, which is said without what may be secret in it', async () => {
    const finished = await runInProcess('/nowhere', ['plan', 'validate', '-f', '-'], { stdin: plan(url), env });
    assert.deepEqual(asked, []);
    assert.equal(finished.stdout, 'standard input is a valid plan of 2 steps\n');
    assert.equal(finished.stderr, `steps.0.apply.filename: not read: ${url}/model.yaml; plan run reads it\n`);
    assert.equal(finished.exitCode, 0);
  });

  it('is asked by no dry run that only says what would be done, unless nothing of it is of the environment', async () => {
    const dry = ['plan', 'run', '-f', '-', '--dry-run=client'];
    const refused = await runInProcess('/nowhere', dry, { stdin: plan(url), env });
    assert.deepEqual(asked, []);
    assert.equal(refused.exitCode, 2);
    assert.match(
      refused.stderr,
      /:6:23: an address with a value of the environment, which --dry-run=client sends to nobody: set the value with --set, or use --dry-run=server$/m,
    );
    assert.doesNotMatch(refused.stderr, /sesame/);
    await runInProcess('/nowhere', [...dry, '--set', 'secret=open'], { stdin: plan(url), env });
    assert.deepEqual(asked.splice(0), ['/model.yaml?open']);
  });

  it('has nothing of the environment where a failure would apply it, which is read before there is one', async () => {
    const failing = `${plan(url).replace(/\?.*"/, '"')}onFailure:\n  - apply: {filename: ["${url}/\${secret}.yaml"]}\n`;
    for (const command of ['validate', 'run']) {
      const finished = await runInProcess('/nowhere', ['plan', command, '-f', '-'], { stdin: failing, env });
      assert.equal(finished.exitCode, 2);
      assert.match(finished.stderr, /:9:\d+: an address with a value of the environment: files of onFailure are read/);
      assert.ok(!asked.some((one) => one?.includes('sesame')));
      asked.splice(0);
    }
  });

  it('is asked by no dry run where only a failure would apply it', async () => {
    const failing = `${plan(url).replace(/\?.*"/, '"')}onFailure:\n  - apply: {filename: "${url}/failed.yaml"}\n`;
    for (const dryRun of ['client', 'server']) {
      await runInProcess('/nowhere', ['plan', 'run', '-f', '-', `--dry-run=${dryRun}`], { stdin: failing, env });
      assert.deepEqual(asked.splice(0), ['/model.yaml']);
    }
  });

  it('leaves the mistakes in all else to be found', async () => {
    const wrong = `${plan(url)}  - scale: {replicas: -1}\n`;
    const finished = await runInProcess('/nowhere', ['plan', 'validate', '-f', '-'], { stdin: wrong, env });
    assert.deepEqual(asked, []);
    assert.equal(finished.exitCode, 2);
    assert.match(finished.stderr, /replicas/);
  });

  it('is asked when the plan is run, or tried on the server', async () => {
    for (const more of [[], ['--dry-run=server']]) {
      await runInProcess('/nowhere', ['plan', 'run', '-f', '-', ...more], { stdin: plan(url), env });
      assert.deepEqual(asked.splice(0), ['/model.yaml?sesame']);
    }
  });
});
