import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { afterDestination } from '../behaviour/destination.ts';
import { type Doorkeeper, startDoorkeeper } from '../behaviour/doorkeeper.ts';
import { runInProcess } from '../behaviour/in-process.ts';
import { modelYaml } from '../behaviour/models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import type { CommandOptions, Finished } from '../behaviour/server-under-test.ts';
import { corpora } from './corpora.ts';
import { type CorpusCase, changing, checking, type Language } from './corpus-case.ts';
import { problemOf } from './read-as.ts';

/** Of processor time, against what takes minutes: the longest takes 7 s, and 11 s where others use the machine too. */
const LONGEST_MS = 30_000;
/** Of the whole process, with the garbage of the cases before. */
const MOST_MEMORY = 1.5 * 1024 * 1024 * 1024;
/** Of the cases that only have to end in order, every so many goes through a whole command too. */
const WHOLE_COMMAND_EVERY = 20;
/** As many of them are one test. */
const TOGETHER = 100;

describe('Bad input', () => {
  let sandbox: SandboxUnderTest;
  let server: Doorkeeper;
  let folder: string;
  const writes: string[] = [];

  before(async () => {
    sandbox = await startSandboxUnderTest();
    // The class of what is well.
    const spec = { controller: 'example.com/ingress' };
    const body = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec };
    await sandbox.api.call({ method: 'POST', path: '/apis/networking.k8s.io/v1/ingressclasses', body });
    const isWrite = (method: string, url: string) => {
      const isWrite = method !== 'GET' && !url.includes('dryRun=All');
      if (isWrite) writes.push(`${method} ${url}`);
      return isWrite;
    };
    server = await startDoorkeeper(sandbox, isWrite, { failing: true });
    folder = mkdtempSync(path.join(tmpdir(), 'corpus-'));
    writeFileSync(path.join(folder, 'model.yaml'), modelYaml());
  });
  beforeEach(() => {
    writes.length = 0;
  });
  after(async () => {
    // No key of any input has become one of every object.
    assert.deepEqual([Object.keys(Object.prototype), Object.keys(Array.prototype)], [[], []]);
    chmodSync(path.join(folder, 'forbidden'), 0o700);
    rmSync(folder, { recursive: true });
    await server.close();
    await sandbox.stop();
  });

  async function run(args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
    const begin = process.cpuUsage();
    const finished = await runInProcess(server.kubeconfig, args, options);
    const { user, system } = process.cpuUsage(begin);
    assert.ok((user + system) / 1_000 < LONGEST_MS, `took ${(user + system) / 1_000} ms`);
    assert.ok(process.memoryUsage().rss < MOST_MEMORY, `took ${process.memoryUsage().rss} bytes`);
    return finished;
  }

  /** Which record it is stands in a line of its own; what is well goes on. */
  function isTold({ exitCode, stderr }: Finished): void {
    assert.equal(exitCode, 1, stderr);
    assert.match(stderr, /^error: \S+input:\d+:\d+: \S|is wanted twice|is used twice/m);
  }

  function isRefused({ exitCode, stdout, stderr }: Finished, withoutPlace = false): void {
    assert.equal(exitCode, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /^error: \S/m);
    // Of a plan every mistake is told, a line each.
    if (!withoutPlace && !stderr.includes(': it is empty\n')) assert.match(stderr, /\S:\d+:\d+: \S/);
    for (const line of stderr.split('\n')) assert.ok(line.length < 1_500, `a line of ${line.length} letters`);
    assert.doesNotMatch(stderr, STACK_TRACE);
    assert.deepEqual(writes, []);
  }

  /** The command with the file, or with its text on standard input. */
  async function runWith(command: readonly string[], language: Language, content: CorpusCase['content']) {
    const file = path.join(folder, 'input');
    writeFileSync(file, content);
    if (command.at(-1) === '-') return await run([...command], { stdin: content });
    const drawn = ['html', 'svg', 'xml'].flatMap((suffix) => ['-o', path.join(folder, `drawn.${suffix}`)]);
    if (language === 'reports') return await run([...command, file, ...drawn]);
    return await run([...command, language === 'payload' ? `@${file}` : file]);
  }

  async function isInOrder(language: Language, content: CorpusCase['content'], whole: boolean): Promise<void> {
    const { message = '', details = [] } = (await problemOf(language, content)) ?? {};
    assert.doesNotMatch([message, ...details].join('\n'), STACK_TRACE);
    const command = checking[language];
    if (!whole || !command) return;
    const { stderr } = await runWith(command, language, content);
    assert.doesNotMatch(stderr, STACK_TRACE);
    assert.deepEqual(writes, []);
  }

  async function isAsExpected(language: Language, { content, expected, withoutPlace }: CorpusCase): Promise<void> {
    const [checks, changes] = [checking[language], changing[language]];
    if (checks) {
      const finished = await runWith(checks, language, content);
      assert.doesNotMatch(finished.stderr, STACK_TRACE);
      assert.deepEqual(writes, []);
      if (expected === 'valid') assert.deepEqual([finished.exitCode, errorsIn(finished)], [0, []]);
      else if (expected === 'bad') isRefused(finished, withoutPlace);
      else isTold(finished);
    }
    // What is bad is not even begun with.
    if (expected === 'bad' && changes && (!checks || content.length < 200_000)) {
      isRefused(await runWith(changes, language, content), withoutPlace);
    }
  }

  for (const [language, cases] of Object.entries(corpora) as [Language, readonly CorpusCase[]][]) {
    describe(`${language}: ${cases.length} of them`, () => {
      for (const one of cases.filter(({ expected }) => expected !== 'either')) {
        it(`${one.expected}: ${one.name}`, () => isAsExpected(language, one));
      }
      // Thousands, of which each takes less than what a test of its own would.
      const either = cases.filter(({ expected }) => expected === 'either');
      for (let begin = 0; begin < either.length; begin += TOGETHER) {
        const those = either.slice(begin, begin + TOGETHER);
        it(`either: from ${those[0]?.name} to ${those.at(-1)?.name}`, async () => {
          for (const [index, { name, content }] of those.entries()) {
            await isInOrder(language, content, index % WHOLE_COMMAND_EVERY === 0).catch((cause) => {
              throw new Error(`${name}: ${cause.stack}`, { cause });
            });
          }
        });
      }
    });
  }

  describe('files', () => {
    const at = (name: string) => path.join(folder, name);
    const refused = async (...args: string[]) => {
      const finished = await run([...(checking.manifest ?? []), ...args]);
      isRefused(finished, true);
      return finished.stderr;
    };

    before(() => {
      mkdirSync(at('loop/inner'), { recursive: true });
      symlinkSync('..', at('loop/inner/again'));
      symlinkSync('self.yaml', at('loop/self.yaml'));
      mkdirSync(at('dangling'));
      symlinkSync('nowhere', at('dangling/a.yaml'));
      mkdirSync(at('devices'));
      symlinkSync('/dev/zero', at('devices/a.yaml'));
      mkdirSync(at('forbidden'), { mode: 0o000 });
      mkdirSync(at('empty'));
      mkdirSync(at('linked/inner'), { recursive: true });
      symlinkSync('..', at('linked/inner/again'));
      writeFileSync(at('linked/a.yaml'), modelYaml());
    });

    it('a file of 100 MB is refused before it is read', async () => {
      writeFileSync(at('large.yaml'), '');
      truncateSync(at('large.yaml'), 100_000_000);
      const before = process.memoryUsage().rss;
      assert.match(await refused(at('large.yaml')), /larger than 16 MiB/);
      assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024);
    });
    it('a directory that is too large in all, although none of its files is', async () => {
      mkdirSync(at('many'));
      for (const name of ['a', 'b']) {
        writeFileSync(at(`many/${name}.yaml`), Buffer.alloc(9 * 1024 * 1024, '#\n'));
      }
      assert.match(await refused(at('many')), /b\.yaml:1:1: together with the input before it larger than 16 MiB/);
      const finished = await run(['sync', at('many'), '--owner=one', '--prune', '--allow-empty']);
      assert.equal(finished.exitCode, 2);
      assert.match(finished.stderr, /b\.yaml:1:1: together with the input before it larger than 16 MiB/);
      assert.deepEqual(writes, []);
    });
    it('files that unfold to too much in all, although none of them does', async () => {
      mkdirSync(at('unfolding'));
      const tens = (level: number) =>
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(',')}]\n`;
      // Two thirds of what may be read.
      const much = `a0: &a0 x\n${[1, 2, 3, 4, 5].map(tens).join('')}b: [*a5,*a5,*a5,*a5]\n`;
      for (const name of ['a', 'b']) writeFileSync(at(`unfolding/${name}.yaml`), `${modelYaml({ name })}${much}`);
      const told = /b\.yaml:\d+:\d+: more than 1000000 values up to here, including expanded aliases/;
      assert.match(await refused(at('unfolding')), told);
      assert.equal((await run([...(checking.manifest ?? []), at('unfolding/a.yaml')])).exitCode, 0);
      const finished = await run(['sync', at('unfolding'), '--owner=one', '--prune', '--allow-empty']);
      assert.equal(finished.exitCode, 2);
      assert.match(finished.stderr, told);
      assert.deepEqual(writes, []);
    });
    it('a device without end', async () => assert.match(await refused('/dev/zero'), /larger than 16 MiB/));
    it('a device in a directory is not read', async () => assert.match(await refused(at('devices')), /no manifests/));
    it('a link to itself', async () => assert.match(await refused(at('loop/self.yaml')), /ELOOP/));
    it('a directory with a link to itself', async () => assert.match(await refused(at('loop'), '-R'), /ELOOP/));
    it('a link to nowhere', async () => assert.match(await refused(at('dangling')), /does not exist/));
    it('an empty directory', async () => assert.match(await refused(at('empty')), /no manifests/));
    it('a file that is a directory', async () => assert.match(await refused(at('model.yaml/x')), /ENOTDIR/));
    it('a name with a NUL', async () => assert.match(await refused('a\0b'), /cannot read/));
    it('a name of 5,000 letters', async () => assert.match(await refused('x'.repeat(500)), /ENAMETOOLONG/));
    it('a directory without permission', { skip: process.getuid?.() === 0 && 'root may read everything' }, async () =>
      assert.match(await refused(at('forbidden')), /EACCES/),
    );
    it('a directory with a link to one above it is read once', async () => {
      const finished = await run([...(checking.manifest ?? []), at('linked'), '-R']);
      assert.deepEqual([finished.exitCode, afterDestination(finished)], [0, '']);
    });
  });
});

function errorsIn({ stderr }: Finished): string[] {
  return stderr.split('\n').filter((line) => line.startsWith('error'));
}

const STACK_TRACE = /\n\s+at |TypeError|RangeError|ReferenceError|SyntaxError|\[object Object\]|undefined/;
