import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { builtFile } from '../behaviour/built-file.ts';
import { selfSignedCertificate } from '../cluster/self-signed-certificate.ts';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';
import { argsOf, asksServer, everyLine, isEndless, isSilent } from './every-command.ts';
import { type ProgramUnderTest, startProgramUnderTest } from './program-under-test.ts';

/** As failing-outputs.test.ts, for what goes wrong less often: so many processes take their time. */
const lines = await everyLine();

describe('The built file', { concurrency: 2 }, () => {
  let program: ProgramUnderTest;
  let secure: StandInApiServer;
  before(async () => {
    program = await startProgramUnderTest(builtFile);
    secure = await StandInApiServer.start(selfSignedCertificate());
    const kubeconfig = secure.kubeconfig({ 'insecure-skip-tls-verify': true }, { token: 's3cr3t\nX: y' });
    writeFileSync(path.join(program.folder, 'secure'), kubeconfig);
  });
  after(async () => {
    await secure.close();
    await program.stop();
  });

  for (const line of lines) {
    const name = line.args.join(' ');

    it(`ends ${name} with 1 where full disks are behind both outputs`, async () => {
      const ended = await program.run(argsOf(line, program.folder), { stdout: 'full', stderr: 'full' });
      assert.equal(ended.exitCode, isSilent(line) ? 0 : 1);
    });

    // With -v=6 there is something to say on standard error.
    if (asksServer(line)) {
      it(`ends ${name} as if interrupted where the reader of standard error has gone`, async () => {
        const ended = await program.run([...argsOf(line, program.folder), '-v=6'], { stderr: 'closed' });
        assert.equal(ended.exitCode, 130, ended.stdout);
      });

      it(`never ends ${name} as if it were done where the token cannot stand in a header`, async () => {
        const ended = await program.run([...argsOf(line, program.folder), '--kubeconfig=secure']);
        assert.equal(ended.exitCode, 3, ended.stderr);
        assert.match(`${ended.stderr}${ended.stdout}`, /token/);
        assert.doesNotMatch(`${ended.stderr}${ended.stdout}`, /s3cr3t|^ {4}at /m);
      });
    } else if (!isEndless(line)) {
      it(`ends ${name} as if interrupted where the reader of standard error has gone, if there is something to say`, async () => {
        const { stderr } = await program.run(argsOf(line, program.folder));
        const ended = await program.run(argsOf(line, program.folder), { stderr: 'closed' });
        assert.equal(ended.exitCode, stderr === '' ? 0 : 130, stderr);
      });
    }
  }
});
