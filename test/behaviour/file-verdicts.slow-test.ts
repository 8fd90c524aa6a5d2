import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { judgedFiles, verdictOn } from './file-verdicts.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from './sandbox-server.ts';

describe('In the sandbox', { concurrency: 4 }, () => {
  let server: SandboxUnderTest;
  before(async () => {
    server = await startSandboxUnderTest();
  });
  after(() => server.stop());

  for (const file of judgedFiles) {
    it(`${file.exitCode === 0 ? 'takes' : 'refuses'} a file with ${file.what}`, async () => {
      const finished = await verdictOn(server, file);
      assert.equal(finished.exitCode, file.exitCode, finished.stderr);
      assert.match(finished.stderr, file.says ?? /^/);
    });
  }
});
