import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { judgedFiles, verdictOn } from '../behaviour/file-verdicts.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import type { Finished } from '../behaviour/server-under-test.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

/** Files on which the two differ, as docs/ci-smoke-test.md says too: the end of each one's “a file with …”. */
const KNOWN_DIFFERENCES: readonly string[] = [];

/** The exit code and the error, without what no two runs have alike. */
function verdictOf({ exitCode, stderr }: Finished): string {
  const error = stderr.split('\n').find((line) => line.startsWith('error: ')) ?? '';
  return `${exitCode} ${error
    .replaceAll(/case-\d+/g, 'NAMESPACE')
    .replaceAll(/-[a-z0-9]{7,10}(-[a-z0-9]{5})?(?=[":, ])/g, '-HASH')
    .replaceAll(/ErrImagePull|ImagePullBackOff/g, 'PULL')
    .replaceAll(/\d+ restarts?/g, 'RESTARTS')
    .replaceAll(/\d+ pods? so far/g, 'PODS so far')
    .replaceAll(/\d+(\.\d+)?m?s\b/g, 'TIME')}`;
}

describe('A file is judged by the sandbox as by a real control plane:', { concurrency: 2 }, () => {
  let cluster: RealCluster;
  let sandbox: SandboxUnderTest;
  const differences: string[] = [];
  before(async () => {
    cluster = await startRealCluster('files');
    sandbox = await startSandboxUnderTest({ ownThread: true });
  });
  after(async () => {
    process.stderr.write(
      `${judgedFiles.length} files, judged otherwise by the sandbox: ${differences.length}\n${differences.join('')}`,
    );
    await Promise.all([cluster.stop(), sandbox.stop()]);
  });

  for (const file of judgedFiles) {
    it(`with ${file.what}`, async () => {
      const [real, played] = await Promise.all([verdictOn(cluster, file), verdictOn(sandbox, file)]);
      const [expected, found] = [verdictOf(real), verdictOf(played)];
      if (expected !== found) differences.push(`  ${file.what}:\n    real:    ${expected}\n    sandbox: ${found}\n`);
      assert.equal(real.exitCode, file.exitCode, real.stderr);
      assert.match(real.stderr, file.says ?? /^/);
      if (!KNOWN_DIFFERENCES.includes(file.what)) assert.equal(found, expected);
    });
  }
});
