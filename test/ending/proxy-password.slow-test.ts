import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { exitCodes } from '../../src/failures.ts';
import { runInProcess } from '../behaviour/in-process.ts';
import { argsOf, asksServer, everyLine, startFolder } from './every-command.ts';

/** Passwords that take an address apart in other places than meant, or that no address may hold. */
const proxies = [
  'http://user:s3cr3t@127.0.0.1:9',
  'https://user:s3cr3t@127.0.0.1:9',
  'socks5://user:s3cr3t@127.0.0.1:9',
  'http://user:s3cr3t#1@127.0.0.1:9',
  'http://user:s3cr3t/1@127.0.0.1:9',
  'http://user:s3cr3t%1@127.0.0.1:9',
  'user:s3cr3t@127.0.0.1:9',
];

const asking = (await everyLine()).filter(asksServer);

describe('The password of a proxy', () => {
  let files: ReturnType<typeof startFolder>;
  const here = process.cwd();
  before(() => {
    files = startFolder();
    process.chdir(files.folder);
  });
  after(() => {
    process.chdir(here);
    files.remove();
  });

  for (const line of asking) {
    it(`is not told by ${line.args.join(' ')}`, async () => {
      for (const proxy of proxies) {
        const kubeconfig = {
          clusters: [{ name: 'a', cluster: { server: 'http://127.0.0.1:9', 'proxy-url': proxy } }],
          contexts: [{ name: 'a', context: { cluster: 'a' } }],
          'current-context': 'a',
        };
        writeFileSync(path.join(files.folder, 'config'), JSON.stringify(kubeconfig));
        const { exitCode, stdout, stderr } = await runInProcess('config', [...argsOf(line, files.folder), '-v=9']);
        const said = `${stdout}${stderr}`;
        assert.doesNotMatch(said, /s3cr3t/, proxy);
        assert.ok(
          exitCode === exitCodes.clusterNotReady || exitCode === exitCodes.badInput,
          `${proxy} ${exitCode} ${said}`,
        );
      }
    });
  }
});
