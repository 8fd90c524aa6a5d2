import assert from 'node:assert/strict';
import { it } from 'node:test';
import { model } from './models.ts';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';

export function untilCases(server: () => ServerUnderTest): void {
  const run = async (args: readonly string[]) => await server().run(args);
  const created = async (tag: string) => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model({ tag }));
    return namespace;
  };

  for (const [command, says] of [
    [['events', 'iris', '-w'], /ScalingReplicaSet/],
    [['logs', 'iris', '-f'], /./],
  ] as const) {
    const name = command.join(' ');

    it(`${name} --until=available ends with 0 when it is`, async () => {
      const namespace = await created('slow-600ms');
      const finished = await run([...command, '--until=available', '--timeout=1m', '-n', namespace]);
      assert.equal(finished.exitCode, 0, finished.stderr);
      assert.match(finished.stdout, says);
    });

    it(`${name} --until=deleted ends with 0 when it is gone, also before`, async () => {
      const namespace = await created('1.0');
      const [finished] = await Promise.all([
        run([...command, '--until=deleted', '--timeout=1m', '-n', namespace]),
        run(['delete', 'iris', '-n', namespace]),
      ]);
      assert.equal(finished.exitCode, 0, finished.stderr);
      const again = await run([...command, '--until=deleted', '-n', namespace]);
      assert.deepEqual([again.exitCode, again.stderr], [0, '']);
    });

    it(`${name} --until=available ends with 4 when the time is up, with 5 where it cannot be, with 2 without ${command[2]}`, async () => {
      const namespace = await created('slow-20s');
      const late = await run([...command, '--until=available', '--timeout=1s', '-n', namespace]);
      assert.equal(late.exitCode, 4, late.stderr);
      assert.match(late.stderr, /timed out after 1\.0s waiting for seldondeployment "iris"/);
      const broken = await created('missing');
      const failed = await run([...command, '--until=available', '--timeout=1m', '-n', broken]);
      assert.equal(failed.exitCode, 5, failed.stderr);
      assert.match(failed.stderr, /^error: seldondeployment "iris" .* cannot become available: pod /m);
      const alone = await run([...command.slice(0, 2), '--until=available', '-n', namespace]);
      assert.equal(alone.exitCode, 2);
    });
  }
}
