import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { eventAbout } from '../many-objects.ts';
import { runInProcess } from './in-process.ts';
import { modelYaml } from './models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from './sandbox-server.ts';
import { newNamespace, seldonPath } from './server-under-test.ts';

const HOURS = [-9, 5];
/** Of this machine, while the server's is right. */
const off = (hours: number): Clock => ({ ...systemClock, now: () => Date.now() + hours * 3_600_000 });

/** Ages of hours, or that are none: what nothing here can have. */
const WRONG = /(?<![\w-])\d+h|<invalid>|(?<![\w-])-\d+s/;

for (const hours of HOURS) {
  describe(`Where our clock is ${hours} hours off`, { timeout: 120_000 }, () => {
    let server: SandboxUnderTest;
    let namespace: string;
    let folder: string;
    before(async () => {
      server = await startSandboxUnderTest();
      namespace = await newNamespace(server);
      folder = mkdtempSync(path.join(tmpdir(), 'clock-'));
      writeFileSync(path.join(folder, 'iris.yaml'), modelYaml());
      writeFileSync(path.join(folder, 'other.yaml'), modelYaml({ name: 'other' }));
      writeFileSync(path.join(folder, 'missing.yaml'), modelYaml({ name: 'missing', tag: 'missing' }));
      await server.run(['apply', '-f', path.join(folder, 'iris.yaml'), '-n', namespace, '--wait']);
      await server.run(['apply', '-f', path.join(folder, 'missing.yaml'), '-n', namespace, '--wait']);
    });
    after(async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    });

    const run = (args: readonly string[], interruptAfter?: RegExp) =>
      runInProcess(server.kubeconfig, [...args, '-n', namespace], {
        clock: off(hours),
        ...(interruptAfter && { interruptAfter }),
      });

    const commands: [args: string[], shows: RegExp, until?: RegExp][] = [
      [['list'], /^iris .* \d+s( +<none>)?$/m],
      [['list', '-o', 'wide'], /^iris .* \d+s /m],
      [['list', '-w'], /^iris .* \d+s( +<none>)?$/m, /^missing .* \d+s$/m],
      [['status', 'iris'], /SeldonDeployment\/iris .* \d+s/],
      [['status', 'missing', '--show-events'], /Events:[\s\S]*\d+s/],
      [['status', 'missing', '-w'], /SeldonDeployment\/missing .* \d+s/, /Pod\/missing.* \d+s/],
      [['status', '-A'], / \d+s/],
      [['diagnose', 'missing'], /ImageNotFound|image/i],
      [['events'], /^\d+s .*CreateDeployment/m],
      [['events', '-w'], /^\d+s .*CreateDeployment/m, /CreateDeployment[\s\S]*missing/],
      [['doctor'], /^ok +operator/m],
    ];
    for (const [args, shows, until] of commands) {
      it(`${args.join(' ')} tells ages by the server's`, async () => {
        const { stdout, stderr } = await run(args, until);
        assert.match(stdout, shows, stderr);
        // What the doctor says of the clocks is just that.
        assert.doesNotMatch(stdout.replace(/^.*\bclock\b.*$/m, ''), WRONG);
      });
    }

    it('events --since asks by the server’s', async () => {
      const { body } = await server.api.call<KubernetesObject>({
        method: 'GET',
        path: `${seldonPath(namespace)}/iris`,
      });
      const about = { kind: 'SeldonDeployment', namespace, name: 'iris', uid: body.metadata.uid ?? '' };
      const anHourAgo = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+/, '');
      const event = eventAbout(about, 'old');
      const times = { firstTimestamp: anHourAgo, lastTimestamp: anHourAgo };
      await server.api.call({ ...event, body: { ...(event.body as object), ...times, message: 'of an hour ago' } });
      const { stdout } = await run(['events', 'iris', '--since=10m']);
      assert.match(stdout, /CreateDeployment/);
      assert.doesNotMatch(stdout, /of an hour ago/);
      await server.api.call({ method: 'DELETE', path: `${event.path}/old` });
    });

    it('run shows its Events with ages by the server’s', async () => {
      const { exitCode, stdout, stderr } = await run(['run', '-f', path.join(folder, 'other.yaml')]);
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /^\d+s .*CreateDeployment/m);
      assert.doesNotMatch(stdout + stderr, WRONG);
    });

    it('wait says nothing of hours', async () => {
      const { exitCode, stderr } = await run(['wait', 'missing', '--for=available', '--timeout=10s']);
      assert.notEqual(exitCode, 0);
      assert.doesNotMatch(stderr, WRONG);
    });
  });
}
