import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { platform, tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runCli } from '../../src/cli/run-cli.ts';
import { systemClock } from '../../src/clock.ts';
import { CapturedOutput } from '../captured-output.ts';
import { until } from '../until.ts';

const OF_ANOTHER_SANDBOX = '# The kubeconfig of a sandbox of kubectl-seldon-lifecycle\nclusters: []\n';

describe('sandbox start', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sandbox-start-'));
    file = path.join(folder, 'sandbox.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Starts one, and ends it as Ctrl-C does once it is up and `meanwhile` has been done. */
  async function start(args: readonly string[], meanwhile: () => void = () => {}) {
    const [stdout, stderr, stop] = [new CapturedOutput(), new CapturedOutput(), new AbortController()];
    let ended = false;
    const running = runCli(['sandbox', 'start', ...args], {
      stdin: Readable.from([]),
      stdout,
      stderr,
      env: {},
      clock: systemClock,
      signal: stop.signal,
      userAgent: 'test',
    }).finally(() => {
      ended = true;
    });
    await until(() => ended || stdout.text.includes('is running'));
    if (!ended) meanwhile();
    stop.abort();
    return { exitCode: await running, stdout: stdout.text, stderr: stderr.text.trimEnd().split('\n') };
  }

  it('writes a kubeconfig that only its user may read, and removes it at the end', async () => {
    const { exitCode } = await start([`--kubeconfig=${file}`], () => {
      assert.match(
        readFileSync(file, 'utf8'),
        /^# The kubeconfig of a sandbox.*\n[\s\S]*server: 'http:\/\/127\.0\.0\.1:/,
      );
      if (platform() !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(folder), ['sandbox.yaml']);
    });
    assert.equal(exitCode, 0);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('takes the place of the kubeconfig that an earlier sandbox has left, for everybody who opens it', async () => {
    writeFileSync(file, OF_ANOTHER_SANDBOX, { mode: 0o644 });
    linkSync(file, path.join(folder, 'another-name.yaml'));
    const { exitCode } = await start([`--kubeconfig=${file}`], () => {
      assert.match(readFileSync(file, 'utf8'), /127\.0\.0\.1/);
      if (platform() !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
    });
    assert.equal(exitCode, 0);
    assert.deepEqual(readdirSync(folder), ['another-name.yaml']);
    assert.equal(readFileSync(path.join(folder, 'another-name.yaml'), 'utf8'), OF_ANOTHER_SANDBOX);
  });

  const replaced: [what: string, replace: () => void][] = [
    ['somebody has written another one in its place', () => writeFileSync(file, 'mine')],
    [
      'another sandbox has put its own in its place',
      () => {
        writeFileSync(`${file}.new`, OF_ANOTHER_SANDBOX);
        renameSync(`${file}.new`, file);
      },
    ],
    [
      'somebody has put the same one in its place, which is another file',
      () => {
        writeFileSync(`${file}.new`, readFileSync(file));
        renameSync(`${file}.new`, file);
      },
    ],
    [
      'somebody has put a link in its place',
      () => {
        renameSync(file, path.join(folder, 'mine.yaml'));
        symlinkSync('mine.yaml', file);
      },
    ],
    [
      'somebody has put a folder in its place',
      () => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
  ];
  for (const [what, replace] of replaced) {
    it(`leaves its kubeconfig where ${what}, and says so`, async () => {
      let there: string[] = [];
      const { exitCode, stderr } = await start([`--kubeconfig=${file}`], () => {
        replace();
        there = readdirSync(folder);
      });
      assert.equal(exitCode, 0);
      assert.deepEqual(stderr, [`warning: ${file} was not removed: it is no longer the file that this sandbox wrote`]);
      assert.deepEqual(readdirSync(folder), there);
    });
  }

  it('says nothing where its kubeconfig is gone already', async () => {
    const { exitCode, stderr } = await start([`--kubeconfig=${file}`], () => rmSync(file));
    assert.deepEqual([exitCode, stderr], [0, ['']]);
  });

  const notASandboxs = (name: string) =>
    `error: the file ${name} exists and is not a sandbox's kubeconfig: not changed`;
  const another = 'Name another one with --kubeconfig';
  const holding = (text: string) => {
    writeFileSync(file, text);
    return file;
  };
  const linkTo = (target: string) => {
    symlinkSync(target, file);
    return file;
  };
  const refused: [
    what: string,
    prepare: () => string,
    error: (name: string) => string,
    hint: (name: string) => string,
  ][] = [
    ['a file of somebody else', () => holding('apiVersion: v1\n'), notASandboxs, () => another],
    ['an empty file', () => holding(''), notASandboxs, () => another],
    ['a folder', () => folder, notASandboxs, () => another],
    ['a link to nowhere', () => linkTo('nowhere'), notASandboxs, () => another],
    [
      'a link to the kubeconfig of a sandbox',
      () => {
        writeFileSync(path.join(folder, 'old.yaml'), OF_ANOTHER_SANDBOX);
        symlinkSync('old.yaml', file);
        return file;
      },
      notASandboxs,
      () => another,
    ],
    [
      'a file in a folder that is not there',
      () => path.join(folder, 'no', 'such', 'sandbox.yaml'),
      (name) => `error: cannot write the kubeconfig ${name}: no such file or directory`,
      (name) => `Create its folder (mkdir -p ${path.dirname(name)}), or name another file with --kubeconfig`,
    ],
    [
      'a file below a file',
      () => {
        writeFileSync(path.join(folder, 'file'), '');
        return path.join(folder, 'file', 'sandbox.yaml');
      },
      (name) => `error: cannot write the kubeconfig ${name}: not a directory`,
      () => 'Name another file with --kubeconfig',
    ],
    [
      'a file with a name that is too long',
      () => path.join(folder, 'n'.repeat(300)),
      (name) => `error: cannot write the kubeconfig ${name}: name too long`,
      () => 'Name another file with --kubeconfig',
    ],
  ];
  for (const [what, prepare, error, hint] of refused) {
    it(`refuses ${what} as its kubeconfig with exit code 2, and leaves everything as it is`, async () => {
      const name = prepare();
      const before = listing(folder);
      const { exitCode, stdout, stderr } = await start([`--kubeconfig=${name}`]);
      assert.deepEqual([exitCode, stdout, stderr], [2, '', [error(name), hint(name)]]);
      assert.deepEqual(listing(folder), before);
    });
  }

  it('refuses a device', { skip: !existsSync('/dev/full') && 'needs /dev/full' }, async () => {
    const { exitCode, stderr } = await start(['--kubeconfig=/dev/full']);
    assert.deepEqual([exitCode, stderr[0]], [2, notASandboxs('/dev/full')]);
  });

  it('names a port that somebody else listens on, with exit code 2, and writes nothing', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { exitCode, stdout, stderr } = await start([`--kubeconfig=${file}`, `--port=${port}`]);
    other.close();
    assert.deepEqual(
      [exitCode, stdout, stderr],
      [
        2,
        '',
        [
          `error: cannot listen on port ${port} of 127.0.0.1: address already in use`,
          'Choose another port with --port, or omit --port to use any free one',
        ],
      ],
    );
    assert.deepEqual(readdirSync(folder), []);
  });

  it('refuses a number that is no port', async () => {
    const { exitCode, stderr } = await start([`--kubeconfig=${file}`, '--port=65536']);
    assert.deepEqual(
      [exitCode, stderr],
      [2, ['error: invalid argument "65536" for "--port": expected a port from 0 to 65535']],
    );
    assert.deepEqual(readdirSync(folder), []);
  });
});

/** Every name below a folder, with what it is. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const stat = lstatSync(path.join(folder, name));
      return `${name} ${stat.ino} ${stat.mode} ${stat.size}`;
    });
}
